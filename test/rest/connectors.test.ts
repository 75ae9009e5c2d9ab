import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRest } from './fake-rest.ts'

const config = { 'connector.class': 'FileStreamSource', topic: 't' }

test('a created connector is answered with 201, its config with the name, and where it is', async () => {
  const { ask } = await fakeRest()
  const answer = await ask('POST /connectors', { name: ' näme ', config }, { host: 'worker:8083' })
  assert.equal(answer.status, 201)
  assert.equal(answer.type, 'application/json')
  assert.equal(answer.headers['location'], 'http://worker:8083/connectors/n%C3%A4me')
  assert.equal(
    answer.text,
    '{"name":"näme","config":{"connector.class":"FileStreamSource","topic":"t","name":"näme"},"tasks":[{"connector":"näme","task":0}],"type":"source"}',
  )
})

test('connectors are listed in the order in which the JVM worker lists them', async () => {
  const { ask } = await fakeRest()
  for (const name of ['orc-src', 'orc-snk', 'orc-stopped', 'orc-paused'])
    await ask('POST /connectors', { name, config })
  const names = ['orc-paused', 'orc-src', 'orc-snk', 'orc-stopped']
  assert.deepEqual((await ask('GET /connectors')).json, names)
  assert.deepEqual(Object.keys((await ask('GET /connectors?expand=info')).json as object), names)
})

test('initial_state is taken in any case, and a paused or stopped connector has no tasks', async () => {
  const { ask, herder } = await fakeRest()
  const answer = await ask('POST /connectors', { name: 'p', config, initial_state: 'Paused' })
  assert.deepEqual((answer.json as { tasks: unknown }).tasks, [])
  assert.equal(herder.connectors.get('p')?.state, 'PAUSED')
  assert.equal((await ask('POST /connectors', { name: 's', config, initial_state: 'STOPPED' })).status, 201)
  assert.equal(herder.connectors.get('s')?.state, 'STOPPED')
})

const refusals: readonly (readonly [what: string, body: unknown, status: number, message: string])[] = [
  ['no body', '', 400, 'The request needs a body: JSON'],
  [
    'half a body',
    '{"name":',
    400,
    'Unexpected end-of-input or malformed JSON: expected a value, but the text ends (line 1, column 9)',
  ],
  ['a list', [], 400, 'Cannot deserialize value: The body must be a JSON object, and is an array'],
  [
    'an unknown member',
    { name: 'x', config, extra: 1 },
    400,
    'Unrecognized field "extra": known are "name", "config", "initial_state", "initial_offsets"',
  ],
  ['no config', { name: 'x' }, 400, '"config" is missing'],
  ['a config of the wrong kind', { name: 'x', config: null }, 400, '"config" is missing'],
  [
    'a value that is no string',
    { name: 'x', config: { a: { b: 1 } } },
    400,
    'Cannot deserialize value: "a" must be a string, and is an object',
  ],
  [
    'an unknown state',
    { name: 'x', config, initial_state: 'ASLEEP' },
    400,
    'No enum constant initial_state ASLEEP: accepted are RUNNING, PAUSED, STOPPED, in any case',
  ],
  [
    'two names',
    { name: 'x', config: { ...config, name: 'y' } },
    400,
    "Connector name configuration (y) doesn't match connector name in the URL (x)",
  ],
  ['a wrong config', { name: 'x', config: { 'connector.class': 'Broken' } }, 400, 'no such class'],
  ['a connector that does not start', { name: 'x', config: { 'connector.class': 'Fails' } }, 500, 'it does not start'],
]

for (const [what, body, status, message] of refusals) {
  test(`creating a connector from ${what} is answered with ${status} and the reason`, async () => {
    const { ask, herder } = await fakeRest()
    const answer = await ask('POST /connectors', body)
    assert.equal(answer.type, 'application/json')
    assert.deepEqual(answer.json, { error_code: status, message })
    assert.equal(answer.status, status)
    assert.deepEqual(herder.names(), [])
  })
}

test('a second connector of a name is refused with 409', async () => {
  const { ask } = await fakeRest()
  await ask('POST /connectors', { name: 'x', config })
  assert.deepEqual((await ask('POST /connectors', { name: 'x', config })).json, {
    error_code: 409,
    message: 'Connector x already exists',
  })
})

test('numbers and booleans in a config become the strings they are written as', async () => {
  const { ask, herder } = await fakeRest()
  await ask('POST /connectors', '{"name":"x","config":{"a":5,"b":1.50,"c":true,"d":null,"e":12345678901234567890}}')
  assert.deepEqual(herder.info('x').config, {
    ...{ a: '5', b: '1.50', c: 'true', d: null, e: '12345678901234567890' },
    name: 'x',
  })
})

test('keys such as __proto__ are keys like any other', async () => {
  const { ask } = await fakeRest()
  await ask('PUT /connectors/constructor/config', '{"__proto__":"p","constructor":"c"}')
  const answer = await ask('GET /connectors/constructor/config')
  assert.equal(answer.text, '{"__proto__":"p","constructor":"c","name":"constructor"}')
  assert.equal((await ask('GET /connectors/__proto__')).status, 404)
})

test('expand shows what it names for every connector, and ignores what it does not know', async () => {
  const { ask } = await fakeRest()
  await ask('POST /connectors', { name: 'x', config, initial_state: 'PAUSED' })
  const status = {
    name: 'x',
    connector: { state: 'PAUSED', worker_id: '127.0.0.1:8083', version: '4.3.1' },
    tasks: [],
    type: 'source',
  }
  const info = { name: 'x', config: { ...config, name: 'x' }, tasks: [], type: 'source' }
  assert.deepEqual((await ask('GET /connectors')).json, ['x'])
  assert.deepEqual((await ask('GET /connectors?expand=status')).json, { x: { status } })
  assert.deepEqual((await ask('GET /connectors?expand=info&expand=status')).json, { x: { status, info } })
  assert.deepEqual((await ask('GET /connectors?expand=')).json, { x: {} })
})

test('a failed connector shows its trace after its version', async () => {
  const { ask, herder } = await fakeRest()
  await ask('POST /connectors', { name: 'x', config })
  Object.assign(herder.connectors.get('x')!, { state: 'FAILED', trace: 'because\n' })
  assert.equal(
    (await ask('GET /connectors/x/status')).text,
    '{"name":"x","connector":{"state":"FAILED","worker_id":"127.0.0.1:8083","version":"4.3.1","trace":"because\\n"},"tasks":[],"type":"source"}',
  )
})

test('PUT of a config creates with 201 and a location, or replaces with 200', async () => {
  const { ask } = await fakeRest()
  const created = await ask('PUT /connectors/x/config', config)
  assert.equal(created.status, 201)
  assert.equal(created.headers['location'], 'http://localhost:80/connectors/x')
  const replaced = await ask('PUT /connectors/x/config', { ...config, name: 'x' })
  assert.equal(replaced.status, 200)
  assert.equal(replaced.headers['location'], undefined)
  assert.deepEqual((await ask('PUT /connectors/x/config', { name: 'y' })).json, {
    error_code: 400,
    message: "Connector name configuration (y) doesn't match connector name in the URL (x)",
  })
})

test('PATCH of a config hands on what shall change, null included', async () => {
  const { ask, herder } = await fakeRest()
  await ask('PUT /connectors/x/config', config)
  assert.equal((await ask('PATCH /connectors/x/config', { topic: null, file: 7 })).status, 200)
  assert.deepEqual(herder.info('x').config, { ...config, name: 'x', topic: null, file: '7' })
})

test('what is not there is answered with 404 in the words of the JVM worker', async () => {
  const { ask } = await fakeRest()
  const messages: Readonly<Record<string, string>> = {
    'GET /connectors/nope': 'Connector nope not found',
    'DELETE /connectors/nope': 'Connector nope not found',
    'GET /connectors/nope/config': 'Connector nope not found',
    'GET /connectors/nope/status': 'No status found for connector nope',
    'GET /connectors/nope/tasks': 'Connector nope not found',
    'GET /connectors/nope/tasks/0/status': 'No status found for task nope-0',
    'POST /connectors/nope/tasks/0/restart': 'Connector nope not found',
    'PUT /connectors/nope/pause': 'Unknown connector nope',
    'PUT /connectors/nope/resume': 'Unknown connector nope',
    'PUT /connectors/nope/stop': 'Unknown connector nope',
    'POST /connectors/nope/restart': 'Connector nope not found',
    'POST /connectors/nope/restart?includeTasks=true': 'Unknown connector: nope',
    'GET /connectors/nope/offsets': 'Connector nope not found',
    'DELETE /connectors/nope/offsets': 'Connector nope not found',
  }
  for (const [what, message] of Object.entries(messages)) {
    const answer = await ask(what)
    assert.deepEqual([answer.status, answer.json], [404, { error_code: 404, message }], what)
    assert.equal(answer.type, 'application/json')
  }
})
