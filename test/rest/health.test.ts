import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthRoutes } from '../../src/rest/health.ts'
import { FakeHerder, fakeRest, restParts } from './fake-rest.ts'

test('a ready worker is healthy', async () => {
  const { ask } = await fakeRest()
  assert.equal(
    (await ask('GET /health')).text,
    '{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}',
  )
})

test('a worker that still creates its connectors is starting', async () => {
  const { ask } = await fakeRest({ isReady: () => false })
  const answer = await ask('GET /health')
  assert.equal(answer.status, 503)
  assert.equal(answer.text, '{"status":"starting","message":"Worker is still starting up."}')
})

test('a worker whose herder hangs is unhealthy', async () => {
  const herder = new FakeHerder()
  herder.turn = () => new Promise(() => undefined)
  const [route] = healthRoutes(restParts({ herder }), 20)
  const answer = await route!.handle({ param: () => '', query: new URLSearchParams(), body: undefined, origin: '' })
  assert.deepEqual(answer, {
    status: 500,
    body: {
      status: 'unhealthy',
      message: 'Worker was unable to handle this request and may be unable to handle other requests.',
    },
  })
})

test('reasons are there only when there are some, with secrets hidden', async () => {
  const reasons = [
    { connector: 'c', task: 1, problem: 'failed', message: 'no pssst', since: 0 },
    { connector: 'd', problem: 'stuck', message: 'start has not returned', since: 1000 },
  ] as const
  const { ask } = await fakeRest({ reasons: () => reasons })
  const answer = await ask('GET /health')
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.json, {
    status: 'healthy',
    message: 'Worker has completed startup and is ready to handle requests.',
    reasons: [
      { connector: 'c', task: 1, problem: 'failed', message: 'no [hidden]', since: '1970-01-01T00:00:00.000Z' },
      { connector: 'd', problem: 'stuck', message: 'start has not returned', since: '1970-01-01T00:00:01.000Z' },
    ],
  })
})

test('the root tells version, commit and cluster', async () => {
  const { ask } = await fakeRest()
  assert.equal((await ask('GET /')).text, '{"version":"4.3.1","commit":"abc","kafka_cluster_id":"cluster"}')
})
