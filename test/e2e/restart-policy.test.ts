import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSource, type OurWorker, type Settings, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil, within } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'
import { installPlugins } from './plugin-folder.ts'

const MENDING = {
  'errors.restart.policy': 'on-failure',
  'errors.restart.delay.initial.ms': 100,
  'errors.restart.delay.max.ms': 300,
}

const setUp = async (t: TestContext, more: Settings = {}) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const worker = workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder), ...more })
  const topic = await server.newTopic('mending')
  const records = join(folder, 'records.json')
  const start = async (connectors: Settings[], args: string[] = [], ready?: RegExp): Promise<OurWorker> => {
    const started = await startOurWorker({ folder, worker, connectors, args, ...(ready ? { ready } : {}) })
    t.after(() => started.kill9())
    return started
  }
  /** Its task fails until the file is there. */
  const source = { name: uniqueName('json'), 'connector.class': 'test.e2e.JsonSource', file: records }
  const mend = (): void => writeFileSync(records, JSON.stringify([{ topic, value: 'a' }]))
  return { server, folder, topic, start, source, mend }
}

const statusOf = async (worker: OurWorker, name: string) =>
  (await askRest(worker, `GET /connectors/${name}/status`)).json

test('a task whose trouble passes comes back by itself, and its status tells of the restarts', {
  timeout: 240_000,
}, async (t) => {
  const { server, topic, start, source, mend } = await setUp(t, MENDING)
  const worker = await start([source])
  await worker.waitForLog(/Task .* has failed and will be restarted in \d+ ms/)
  await waitUntil(async () => (await statusOf(worker, source.name)).tasks[0].restarts >= 2, {
    timeoutMs: 60_000,
    what: 'two restarts',
  })
  await waitUntil(async () => (await statusOf(worker, source.name)).tasks[0].next_restart !== null, {
    timeoutMs: 60_000,
    what: 'a planned restart in the status',
  })
  const [task] = (await statusOf(worker, source.name)).tasks
  assert.match(task.trace ?? 'RUNNING', /ENOENT|RUNNING/)
  mend()
  await server.consume(topic, { count: 1 })
  await waitUntil(async () => (await worker.taskStates()).get(`${source.name}-0`) === 'RUNNING', {
    timeoutMs: 60_000,
    what: 'the task to run',
  })
  assert.equal(await worker.stop(), 143)
})

test('without the policy a failed task stays as it is, and its status has nothing more than the JVM worker shows', {
  timeout: 180_000,
}, async (t) => {
  const { start, source } = await setUp(t)
  const worker = await start([source])
  await worker.waitForLog('will not recover until manually restarted')
  const [task] = (await statusOf(worker, source.name)).tasks
  assert.deepEqual(Object.keys(task), ['id', 'state', 'worker_id', 'version', 'trace'])
  assert.equal(await worker.stop(), 143)
})

test('data that cannot be converted is not tried again; with --exit-on-failure the worker ends with 4', {
  timeout: 180_000,
}, async (t) => {
  const { server, folder, topic, start } = await setUp(t, MENDING)
  await server.produce(topic, [{ value: '{"a":1}' }])
  const sink = {
    name: uniqueName('diary'),
    'connector.class': 'test.e2e.DiarySink',
    topics: topic,
    diary: join(folder, 'diary'),
    'value.converter': 'JsonConverter',
  }
  const worker = await start([sink], ['--exit-on-failure'], /this error is not one that a restart can mend/)
  assert.equal(await within(worker.ended, 60_000, 'the worker to end'), 4)
  assert.match(worker.output(), /Task .*-0 has failed: the worker stops \(--exit-on-failure=any\)/)
  assert.match(worker.output(), /Kafka Connect stopped/)
})

test('--exit-on-failure=all waits until nothing is left that runs', { timeout: 180_000 }, async (t) => {
  const { folder, topic, start, source } = await setUp(t)
  const lines = join(folder, 'lines.txt')
  writeFileSync(lines, 'one\n')
  const healthy = fileSource(uniqueName('file'), lines, topic)
  const worker = await start([source, healthy], ['--exit-on-failure', 'all'])
  await worker.waitForLog('will not recover until manually restarted')
  await waitUntil(async () => (await worker.taskStates()).get(`${healthy['name']}-0`) === 'RUNNING', {
    timeoutMs: 60_000,
    what: 'the other task to run',
  })
  assert.equal(worker.exit, undefined)
  // One that nobody wants to run does not keep the process alive, but its stop is no failure: the next one is.
  assert.equal((await askRest(worker, `PUT /connectors/${healthy['name']}/stop`)).status, 204)
  assert.equal((await askRest(worker, `POST /connectors/${source.name}/tasks/0/restart`)).status, 204)
  assert.equal(await within(worker.ended, 60_000, 'the worker to end'), 4)
  assert.match(worker.output(), /Every task has failed: the worker stops \(--exit-on-failure=all\)/)
})

test('restarts that are used up are a failure for good', { timeout: 180_000 }, async (t) => {
  const { start, source } = await setUp(t, { ...MENDING, 'errors.restart.max': 2 })
  const worker = await start([source], ['--exit-on-failure=any'], /will not be restarted again: errors.restart.max=2/)
  assert.equal(await within(worker.ended, 60_000, 'the worker to end'), 4)
  assert.equal(worker.output().match(/will be restarted in/g)?.length, 2)
})

test('a misspelt policy stops the worker, and a misspelt one of a connector its creation', {
  timeout: 180_000,
}, async (t) => {
  const { start, source } = await setUp(t)
  await assert.rejects(
    start([{ ...source, 'errors.restart.policy': 'always' }]),
    /errors\.restart\.policy: String must be one of: never, on-failure/,
  )
})
