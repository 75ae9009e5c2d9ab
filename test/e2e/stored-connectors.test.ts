import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSource, type OurWorker, type Settings, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'

const setUp = async (t: TestContext) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const stored = join(folder, 'connectors.json')
  const lines = join(folder, 'lines.txt')
  writeFileSync(lines, 'one\n')
  writeFileSync(join(folder, 'secrets.properties'), `file=${lines}\n`)
  const worker = workerSettings(server.bootstrap, folder, {
    'config.storage.file.filename': stored,
    'config.providers': 'file',
    'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
  })
  const start = async (...connectors: Settings[]): Promise<OurWorker> => {
    const started = await startOurWorker({ folder, worker, connectors })
    t.after(() => started.kill9())
    return started
  }
  const topic = await server.newTopic('stored')
  const config = (more: Settings = {}): Settings => ({
    'connector.class': 'FileStreamSource',
    file: `\${file:${join(folder, 'secrets.properties')}:file}`,
    topic,
    ...more,
  })
  return { server, folder, stored, lines, start, config, topic }
}

const stateOf = async (worker: OurWorker, name: string): Promise<string | undefined> =>
  (await askRest(worker, `GET /connectors/${name}/status`)).json?.connector?.state

const untilState = (worker: OurWorker, name: string, state: string): Promise<unknown> =>
  waitUntil(async () => (await stateOf(worker, name)) === state, { timeoutMs: 60_000, what: `${name} to be ${state}` })

test('connectors made, changed, paused, stopped and deleted over REST are the same after kill -9', {
  timeout: 240_000,
}, async (t) => {
  const { start, config, stored, topic, server } = await setUp(t)
  const first = await start()
  for (const name of ['runs', 'pauses', 'stops', 'changes', 'goes']) {
    assert.equal((await askRest(first, 'POST /connectors', { name, config: config() })).status, 201)
  }
  // Of a connector that is paused, stopped or deleted before its task runs there would be no record.
  await server.consume(topic, { count: 5 })
  assert.equal((await askRest(first, 'PUT /connectors/pauses/pause')).status, 202)
  assert.equal((await askRest(first, 'PUT /connectors/stops/stop')).status, 204)
  assert.equal((await askRest(first, 'PATCH /connectors/changes/config', { 'batch.size': '7' })).status, 200)
  assert.equal((await askRest(first, 'DELETE /connectors/goes')).status, 204)
  await untilState(first, 'pauses', 'PAUSED')
  await first.kill9()

  const file = readFileSync(stored, 'utf8')
  assert.equal(statSync(stored).mode & 0o777, 0o600)
  assert.match(file, /secrets\.properties:file\}/)
  const second = await start()
  const { json } = await askRest(second, 'GET /connectors?expand=status&expand=info')
  assert.deepEqual(
    Object.entries(json as Record<string, { status: { connector: { state: string } }; info: { config: object } }>)
      .map(([name, { status, info }]) => [name, status.connector.state, info.config])
      .sort(),
    [
      ['changes', 'RUNNING', { ...config({ 'batch.size': '7' }), name: 'changes' }],
      ['pauses', 'PAUSED', { ...config(), name: 'pauses' }],
      ['runs', 'RUNNING', { ...config(), name: 'runs' }],
      ['stops', 'STOPPED', { ...config(), name: 'stops' }],
    ],
  )
  // Nothing was stored anew, and what is resumed goes on where it was.
  assert.equal(readFileSync(stored, 'utf8'), file)
  assert.equal(await second.stop(), 143)
  const third = await start()
  assert.equal((await askRest(third, 'GET /connectors')).json.length, 4)
  assert.equal(await third.stop(), 143)
})

test('a file of the command line wins over what was stored; the state that it was left in stays', {
  timeout: 240_000,
}, async (t) => {
  const { start, config, lines, topic, stored } = await setUp(t)
  const file = fileSource('both', lines, topic)
  const first = await start(file)
  assert.equal((await askRest(first, 'PUT /connectors/both/config', config({ 'batch.size': '3' }))).status, 200)
  assert.equal((await askRest(first, 'POST /connectors', { name: 'own', config: config() })).status, 201)
  await askRest(first, 'PUT /connectors/both/stop')
  assert.equal(await first.stop(), 143)

  const second = await start(file)
  assert.equal(await stateOf(second, 'both'), 'STOPPED')
  assert.equal((await askRest(second, 'GET /connectors/both/config')).json['batch.size'], undefined)
  assert.equal(await stateOf(second, 'own'), 'RUNNING')
  assert.match(second.output(), /both: the config of its file is used; the one stored over REST is dropped/)
  assert.match(second.output(), /Connector both is STOPPED as it was left/)
  assert.equal((await askRest(second, 'DELETE /connectors/both')).status, 204)
  assert.equal(await second.stop(), 143)

  // Without its file it is gone, with it it begins anew.
  assert.doesNotMatch(readFileSync(stored, 'utf8'), /both/)
  const third = await start(file)
  assert.equal(await stateOf(third, 'both'), 'RUNNING')
  assert.equal(await third.stop(), 143)
})

test('one stored connector that cannot be created does not keep the others from coming, and can be got rid of', {
  timeout: 180_000,
}, async (t) => {
  const { start, config, stored } = await setUp(t)
  const name = uniqueName('gone')
  const connectors = [
    { name, target: 'STARTED', config: { name, 'connector.class': 'com.acme.Uninstalled' } },
    { name: 'fine', target: 'PAUSED', config: { ...config(), name: 'fine' } },
  ]
  writeFileSync(stored, JSON.stringify({ version: 1, connectors }))
  const worker = await start()
  assert.match(
    worker.output(),
    new RegExp(`Connector ${name} of .*connectors.json cannot be created, and stays stored`),
  )
  assert.deepEqual((await askRest(worker, 'GET /connectors')).json, ['fine'])
  assert.match(readFileSync(stored, 'utf8'), /Uninstalled/)
  assert.equal((await askRest(worker, `DELETE /connectors/${name}`)).status, 204)
  assert.doesNotMatch(readFileSync(stored, 'utf8'), /Uninstalled/)
  assert.equal((await askRest(worker, `DELETE /connectors/${name}`)).status, 404)
  assert.equal(await worker.stop(), 143)
})

test('what cannot be stored is not created, and the answer says so', { timeout: 180_000 }, async (t) => {
  const { start, config, stored } = await setUp(t)
  const worker = await start()
  // A folder in its place: nobody can rename onto it, root neither.
  mkdirSync(stored)
  writeFileSync(join(stored, 'x'), '')
  const { status, json } = await askRest(worker, 'POST /connectors', { name: 'a', config: config() })
  assert.equal(status, 500)
  assert.match(json.message, /Connectors cannot be stored in .*connectors\.json/)
  assert.deepEqual((await askRest(worker, 'GET /connectors')).json, [])
  assert.equal(await worker.stop(), 143)
})

test('whatever was answered is there after kill -9 in the middle of changes', { timeout: 240_000 }, async (t) => {
  const { start, config } = await setUp(t)
  let answered: Record<string, string> = {}
  for (let round = 0; round < 2; round++) {
    const worker = await start()
    const { json } = await askRest(worker, 'GET /connectors?expand=info')
    const found = Object.entries(json as Record<string, { info: { config: Record<string, string> } }>)
    for (const [name, n] of Object.entries(answered)) {
      const now = found.find(([each]) => each === name)?.[1].info.config['batch.size']
      // The change under way at the end may or may not have been stored.
      assert.ok(Number(now) === Number(n) || Number(now) === Number(n) + 1, `${name}: answered ${n}, found ${now}`)
    }
    answered = {}
    const changing = (async () => {
      for (let n = 1; ; n++) {
        for (const name of ['x', 'y']) {
          await askRest(worker, `PUT /connectors/${name}/config`, config({ 'batch.size': String(n) }))
          answered[name] = String(n)
        }
      }
    })().catch(() => undefined)
    await waitUntil(() => Object.keys(answered).length === 2, { timeoutMs: 60_000, what: 'two connectors' })
    await delay(Math.random() * 300)
    await worker.kill9()
    await changing
  }
})
