import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { runOurWorker, type Settings, startOurWorker, workerSettings, writeProperties } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { installPlugins } from './plugin-folder.ts'

const setUp = async (t: TestContext, more: Settings = {}) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const settings = workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) })
  const worker = writeProperties(join(folder, 'w.properties'), settings)
  const [topic, letters] = [await server.newTopic('records', { partitions: 2 }), uniqueName('letters')]
  const name = uniqueName('sink')
  const sink = writeProperties(join(folder, 'sink.properties'), {
    ...{ name, topics: topic, diary: join(folder, 'diary'), 'connector.class': 'test.e2e.DiarySink' },
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': false,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': letters,
    'errors.deadletterqueue.topic.replication.factor': 1,
    'errors.deadletterqueue.context.headers.enable': true,
    ...more,
  })
  const dlq = async (...args: string[]) => {
    const [verb = '', ...rest] = args
    return runOurWorker(['dlq', verb, worker, ...rest])
  }
  const run = async (count: number): Promise<void> => {
    const started = await startOurWorker({ folder, worker, connectors: [sink] })
    t.after(() => started.kill9())
    await started.waitForLog(`Created the dead letter queue topic ${letters}`)
    await waitUntil(async () => (await server.endOffsets(letters).catch(() => [0]))[0] === count, {
      timeoutMs: 60_000,
      what: `${count} letters`,
    })
    assert.equal(await started.stop(), 143)
  }
  return { server, topic, letters, name, sink, dlq, run }
}

const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null

test('dead letters are listed, shown and replayed once, as the records that they were', {
  timeout: 300_000,
}, async (t) => {
  const { server, topic, letters, name, sink, dlq, run } = await setUp(t)
  assert.match((await dlq('list', sink)).stdout, /topic not created yet/)
  await server.produce(topic, [
    { value: '{"fine":1}', partition: 0 },
    { key: 'k', value: 'bad one', partition: 1, timestamp: 1_700_000_000_000, headers: { own: 'x' } },
    { value: 'bad two\u001b[31m', partition: 0, timestamp: 1_700_000_000_001 },
  ])
  await run(2)
  const listed = await dlq('list', sink, '--json')
  assert.deepEqual(JSON.parse(listed.stdout), [{ connector: name, topic: letters, letters: 2, replayed: 0 }])

  const shown = (await dlq('show', sink)).stdout
  assert.match(
    shown,
    new RegExp(`from {4}${topic}-1@0\n {2}stage {3}VALUE_CONVERTER in .*JsonConverter \\(task ${name}-0\\)`),
  )
  assert.match(
    shown,
    /error {3}org\.apache\.kafka\.connect\.errors\.DataException: .*\n {2}key {5}"k"\n {2}value {3}"bad one"/,
  )
  assert.ok(!shown.includes('\u001b'))
  const [newest, ...older] = (await dlq('show', letters, '--json', '--limit', '1')).stdout.trimEnd().split('\n')
  assert.deepEqual(older, [])
  const { errors, value } = JSON.parse(newest!)
  // Which of two partitions is read first is the broker's affair
  assert.equal(value, text((await server.consume(letters)).at(-1)!.value))
  assert.equal(errors['topic'], topic)

  assert.match((await dlq('replay', sink, '--dry-run')).stdout, new RegExp(`2 records would be written to ${topic}`))
  assert.deepEqual(await server.endOffsets(topic), [2, 1])
  assert.match((await dlq('replay', sink, '--limit', '1')).stdout, new RegExp(`1 records written to ${topic}`))
  assert.match((await dlq('replay', letters)).stdout, new RegExp(`1 records written to ${topic}`))
  assert.match((await dlq('replay', letters)).stdout, /No letter of .* is left to be replayed/)
  assert.deepEqual(await server.endOffsets(topic), [3, 2])
  const again = (await server.consume(topic)).find(({ partition, offset }) => partition === 1 && offset === 1)!
  assert.deepEqual(
    [text(again.key), text(again.value), again.timestamp, again.headers.map(([key, header]) => [key, text(header)])],
    ['k', 'bad one', 1_700_000_000_000, [['own', 'x']]],
  )
  assert.match((await dlq('list', sink)).stdout, /2 letters, 2 of them replayed/)
})

test('letters that do not say where they came from need --to; what is wrong is said, and nothing is skipped', {
  timeout: 300_000,
}, async (t) => {
  const { server, topic, letters, sink, dlq, run } = await setUp(t, {
    'errors.deadletterqueue.context.headers.enable': false,
  })
  await server.produce(topic, [{ value: 'bad' }])
  await run(1)
  const refused = await dlq('replay', sink)
  assert.equal(refused.code, 3)
  assert.match(
    refused.stderr,
    new RegExp(`The letter ${letters}-0@0 does not say where it came from .*: name a topic with --to`),
  )
  const itself = await dlq('replay', sink, '--to', letters)
  assert.equal(itself.code, 1)
  const small = await server.newTopic('small', { config: { 'max.message.bytes': '10' } })
  const failed = await dlq('replay', sink, '--to', small, '--json')
  assert.equal(failed.code, 3, failed.stderr)
  assert.deepEqual(JSON.parse(failed.stdout), { replayed: 0, dryRun: false, topics: {}, remaining: 1 })
  assert.match(failed.stderr, /cannot be written/)
  const to = await server.newTopic('mended')
  assert.match((await dlq('replay', sink, '--to', to)).stdout, new RegExp(`1 records written to ${to}`))
  assert.equal(text((await server.consume(to, { count: 1 }))[0]!.value), 'bad')
  const missing = await dlq('show', 'no-such-topic')
  assert.equal(missing.code, 3)
  assert.match(missing.stderr, /There is no topic no-such-topic/)
})
