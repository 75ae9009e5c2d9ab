import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRest } from './fake-rest.ts'

const WORKER = 'org.apache.kafka.connect.runtime.Worker'

test('loggers are listed by the names that the JVM worker has for them', async () => {
  const { ask } = await fakeRest()
  assert.equal(
    (await ask('GET /admin/loggers')).text,
    `{"my-connector":{"level":"INFO","last_modified":null},"org.apache.kafka.clients.NetworkClient":{"level":"INFO","last_modified":null},"${WORKER}":{"level":"INFO","last_modified":null},"org.apache.kafka.connect.runtime.rest.RestServer":{"level":"INFO","last_modified":null},"root":{"level":"INFO","last_modified":null}}`,
  )
})

test('setting a level answers with what has changed, once', async () => {
  const { ask } = await fakeRest()
  const changed = ['org.apache.kafka.connect', WORKER, 'org.apache.kafka.connect.runtime.rest.RestServer']
  assert.deepEqual((await ask('PUT /admin/loggers/org.apache.kafka.connect', { level: 'debug' })).json, changed)
  assert.deepEqual((await ask('PUT /admin/loggers/org.apache.kafka.connect', { level: 'DEBUG' })).json, [])
  assert.deepEqual((await ask(`GET /admin/loggers/${WORKER}`)).json, { level: 'DEBUG', last_modified: 42 })
  assert.deepEqual((await ask('GET /admin/loggers/worker')).json, { level: 'DEBUG', last_modified: 42 })
})

test('a logger that is off is not listed, and still there', async () => {
  const { ask } = await fakeRest()
  assert.deepEqual((await ask('PUT /admin/loggers/my-connector', { level: 'off' })).json, ['my-connector'])
  assert.equal((await ask('GET /admin/loggers')).text.includes('my-connector'), false)
  assert.deepEqual((await ask('GET /admin/loggers/my-connector')).json, { level: 'OFF', last_modified: 42 })
})

test('a scope of the cluster answers without a body; an unknown one counts as the worker', async () => {
  const { ask } = await fakeRest()
  const answer = await ask('PUT /admin/loggers/root?scope=cluster', { level: 'WARN' })
  assert.deepEqual([answer.status, answer.text], [204, ''])
  assert.deepEqual((await ask('GET /admin/loggers/root')).json, { level: 'WARN', last_modified: 42 })
  assert.deepEqual((await ask('PUT /admin/loggers/x?scope=galaxy', { level: 'INFO' })).json, ['x'])
})

test('a level that is missing or unknown is refused', async () => {
  const { ask } = await fakeRest()
  assert.deepEqual((await ask('PUT /admin/loggers/root', {})).json, {
    error_code: 400,
    message: "Desired 'level' parameter was not specified in request.",
  })
  assert.deepEqual((await ask('PUT /admin/loggers/root', { level: 'LOUD' })).json, {
    error_code: 404,
    message: "invalid log level 'LOUD'.",
  })
  assert.equal((await ask('PUT /admin/loggers/root', '')).status, 400)
  assert.deepEqual((await ask('GET /admin/loggers/nobody')).json, {
    error_code: 404,
    message: 'Logger nobody not found.',
  })
})
