import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeHerder, fakeRest, workerSettings } from './fake-rest.ts'

test('the topics of a connector are shown, and forgotten, whether there is such a connector or not', async () => {
  const herder = new FakeHerder()
  herder.used.set('x', ['t'])
  const { ask } = await fakeRest({ herder })
  assert.deepEqual((await ask('GET /connectors/x/topics')).json, { x: { topics: ['t'] } })
  assert.equal((await ask('PUT /connectors/x/topics/reset')).status, 202)
  assert.deepEqual((await ask('GET /connectors/x/topics')).json, { x: { topics: [] } })
  assert.deepEqual((await ask('GET /connectors/__proto__/topics')).text, '{"__proto__":{"topics":[]}}')
})

test('topic.tracking.enable=false closes both, topic.tracking.allow.reset=false only the second', async () => {
  const off = await fakeRest({ settings: workerSettings({ 'topic.tracking.enable': 'false' }) })
  const disabled = { error_code: 403, message: 'Topic tracking is disabled.' }
  assert.deepEqual((await off.ask('GET /connectors/x/topics')).json, disabled)
  assert.deepEqual((await off.ask('PUT /connectors/x/topics/reset')).json, disabled)
  const fixed = await fakeRest({ settings: workerSettings({ 'topic.tracking.allow.reset': 'false' }) })
  assert.equal((await fixed.ask('GET /connectors/x/topics')).status, 200)
  assert.deepEqual((await fixed.ask('PUT /connectors/x/topics/reset')).json, {
    error_code: 403,
    message: 'Topic tracking reset is disabled.',
  })
})
