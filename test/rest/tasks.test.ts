import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeHerder, fakeRest } from './fake-rest.ts'

const withConnector = async () => {
  const herder = new FakeHerder()
  herder.connectors.set('x', { config: { name: 'x' }, state: 'RUNNING' })
  return fakeRest({ herder })
}

test('tasks are listed with their configs', async () => {
  const { ask } = await withConnector()
  assert.equal(
    (await ask('GET /connectors/x/tasks')).text,
    '[{"id":{"connector":"x","task":0},"config":{"name":"x","task.class":"Task"}}]',
  )
})

test('one task shows its state, its id first', async () => {
  const { ask } = await withConnector()
  assert.equal(
    (await ask('GET /connectors/x/tasks/0/status')).text,
    '{"id":0,"state":"RUNNING","worker_id":"127.0.0.1:8083","version":"4.3.1"}',
  )
  assert.deepEqual((await ask('GET /connectors/x/tasks/7/status')).json, {
    error_code: 404,
    message: 'No status found for task x-7',
  })
})

test('a task is restarted by its number, and only a task that is there', async () => {
  const { ask, herder } = await withConnector()
  assert.equal((await ask('POST /connectors/x/tasks/0/restart')).status, 204)
  assert.deepEqual((await ask('POST /connectors/x/tasks/9/restart')).json, {
    error_code: 404,
    message: 'Task x-9 not found',
  })
  for (const number of ['x', '1e3', '99999999999', '1.0']) {
    const answer = await ask(`POST /connectors/x/tasks/${number}/restart`)
    assert.deepEqual(answer.json, { error_code: 404, message: 'HTTP 404 Not Found' })
  }
  assert.deepEqual(herder.calls, ['restart x-0'])
})

test('what only workers of a cluster ask each other is refused', async () => {
  const { ask } = await withConnector()
  assert.deepEqual((await ask('POST /connectors/x/tasks', [])).json, {
    error_code: 400,
    message: 'Kafka Connect in standalone mode does not support externally setting task configurations.',
  })
  assert.deepEqual((await ask('PUT /connectors/x/fence')).json, {
    error_code: 400,
    message: 'Kafka Connect in standalone mode does not support exactly-once source connectors.',
  })
})
