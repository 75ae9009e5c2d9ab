import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRest } from './fake-rest.ts'

test('/metrics is text, whatever the client says it accepts; everything else stays JSON', async () => {
  const { ask } = await fakeRest()
  for (const accept of ['*/*', 'text/plain', 'application/openmetrics-text;version=1.0.0', 'application/json']) {
    const answer = await ask('GET /metrics', undefined, { accept })
    assert.equal(answer.status, 200, accept)
    assert.equal(answer.type, 'text/plain; version=0.0.4; charset=utf-8')
    assert.equal(answer.text, 'up 1\n')
  }
  assert.equal((await ask('HEAD /metrics')).status, 200)
  assert.equal((await ask('POST /metrics')).status, 405)
  assert.equal((await ask('GET /connectors', undefined, { accept: 'text/plain' })).status, 406)
})
