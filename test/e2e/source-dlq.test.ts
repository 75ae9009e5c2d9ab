import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { kafka, type TopicRecord, uniqueName } from '../helpers/kafka-server.ts'
import {
  type OurWorker,
  runOurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'
import { installPlugins } from './plugin-folder.ts'

const setUp = async (t: TestContext) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const settings = workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) })
  const worker = writeProperties(join(folder, 'w.properties'), settings)
  const [topic, letters] = [uniqueName('records'), uniqueName('letters')]
  const records = join(folder, 'records.json')
  const source = (more: Settings = {}): Settings => ({
    name: uniqueName('json'),
    'connector.class': 'test.e2e.JsonSource',
    file: records,
    'errors.tolerance': 'all',
    'errors.source.deadletterqueue.topic.name': letters,
    ...more,
  })
  const start = async (...connectors: (string | Settings)[]): Promise<OurWorker> => {
    const started = await startOurWorker({ folder, worker, connectors })
    t.after(() => started.kill9())
    return started
  }
  const write = (...values: (object | string)[]): void =>
    writeFileSync(
      records,
      JSON.stringify(values.map((one) => ({ topic, ...(typeof one === 'string' ? { value: one } : one) }))),
    )
  const dlq = async (...args: string[]) => {
    const [verb = '', ...rest] = args
    const { code, stdout, stderr } = await runOurWorker(['dlq', verb, worker, ...rest])
    return { code, stdout, stderr }
  }
  return { server, folder, topic, letters, records, source, start, write, dlq }
}

const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null
const contextOf = ({ headers }: TopicRecord): Record<string, string | null> =>
  Object.fromEntries(headers.map(([name, value]) => [name.replace('__connect.errors.', ''), text(value)] as const))

const untilStored = (worker: OurWorker, name: unknown, next: number): Promise<unknown> =>
  waitUntil(
    async () => (await askRest(worker, `GET /connectors/${name}/offsets`)).json.offsets[0]?.offset.next === next,
    { timeoutMs: 60_000, what: `offset ${next} to be stored` },
  )

test('a record that a transform fails on goes to the dead letter queue as it was polled, with where it came from', {
  timeout: 240_000,
}, async (t) => {
  const { server, topic, letters, records, source, start, write } = await setUp(t)
  write('a', { key: 'k', value: 'stumble', headers: [['own', 'x']], timestamp: 1_700_000_000_000 }, 'b')
  const connector = source({ transforms: 's', 'transforms.s.type': 'test.e2e.Stumble', 'transforms.s.times': 1 })
  const worker = await start(connector)
  await untilStored(worker, connector['name'], 3)
  assert.deepEqual(
    (await server.consume(topic, { count: 2 })).map(({ value }) => text(value)),
    ['a', 'b'],
  )
  const [letter, ...others] = await server.consume(letters, { count: 1 })
  assert.deepEqual(others, [])
  assert.deepEqual([text(letter!.key), text(letter!.value), letter!.timestamp], ['k', 'stumble', 1_700_000_000_000])
  const { 'exception.stacktrace': trace, ...context } = contextOf(letter!)
  assert.match(trace!, /^org\.apache\.kafka\.connect\.errors\.RetriableException: stumbled\n/)
  assert.deepEqual(context, {
    own: 'x',
    topic,
    'source.partition': JSON.stringify({ file: records }),
    'source.offset': '{"next":2}',
    'record.form': 'converted',
    'connector.name': connector['name'],
    'task.id': '0',
    stage: 'TRANSFORMATION',
    'class.name': 'test.e2e.Stumble',
    'exception.class.name': 'org.apache.kafka.connect.errors.RetriableException',
    'exception.message': 'stumbled',
  })
  assert.equal(await worker.stop(), 143)
})

test('a record that cannot be converted goes there as JSON; what the brokers refuse goes there as it was to be written', {
  timeout: 240_000,
}, async (t) => {
  const { server, folder, letters, source, start, write, topic, dlq } = await setUp(t)
  await server.createTopic(topic, { config: { 'max.message.bytes': '2000' } })
  const large = 'x'.repeat(5000)
  write({ key: 'k', value: 'no number' }, { key: 'l', value: null, headers: [['own', large]] })
  const connector = source({
    'value.converter': 'org.apache.kafka.connect.converters.IntegerConverter',
    'errors.log.enable': true,
  })
  const file = writeProperties(join(folder, 'source.properties'), connector)
  const worker = await start(file)
  await untilStored(worker, connector['name'], 2)
  const found = await server.consume(letters, { count: 2 })
  const [json, written] = found.sort((a, b) => contextOf(a)['record.form']!.localeCompare(contextOf(b)['record.form']!))
  assert.equal(contextOf(json!)['record.form'], 'json')
  assert.equal(contextOf(json!)['stage'], 'VALUE_CONVERTER')
  assert.equal(json!.key, null)
  const { value, key } = JSON.parse(text(json!.value)!)
  assert.deepEqual([key.payload, value.payload], ['k', 'no number'])
  assert.equal(contextOf(written!)['record.form'], 'written')
  assert.equal(contextOf(written!)['stage'], 'KAFKA_PRODUCE')
  assert.deepEqual([text(written!.key), written!.value, contextOf(written!)['own']], ['l', null, large])
  assert.equal(await worker.stop(), 143)
  assert.match(worker.output(), /Executing stage 'KAFKA_PRODUCE' with class 'org\.apache\.kafka.*WorkerSourceTask'/)

  const shown = await dlq('show', file)
  assert.match(shown.stdout, /stage {3}VALUE_CONVERTER in org\.apache\.kafka\.connect\.converters\.IntegerConverter/)
  assert.match(shown.stdout, /from {4}source \{"file":.*\} \{"next":1\}, for topic/)
  const refused = await dlq('replay', file)
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /is the JSON of a record that could not be converted, .*: name a topic with --to/)
  const to = await server.newTopic('mended')
  const replayed = await dlq('replay', file, '--to', to, '--json')
  assert.deepEqual(JSON.parse(replayed.stdout), { replayed: 2, dryRun: false, topics: { [to]: 2 }, remaining: 0 })
  assert.equal((await server.consume(to, { count: 2 })).filter(({ headers }) => headers.length > 0).length, 1)
})

for (const [who, settings] of [
  ['the producer', {}],
  ['the brokers', { 'producer.override.max.request.size': '3000000' }],
] as const) {
  test(`a record that is too large for ${who}, as its letter is: the letter tells where it was, and the task goes on`, {
    timeout: 240_000,
  }, async (t) => {
    const { server, folder, topic, letters, records, source, start, write, dlq } = await setUp(t)
    write('a', { key: 'k', value: 'x'.repeat(1_200_000) }, 'b')
    const connector = source(settings)
    const file = writeProperties(join(folder, 'source.properties'), connector)
    const worker = await start(file)
    await untilStored(worker, connector['name'], 3)
    assert.deepEqual(
      (await server.consume(topic, { count: 2 })).map(({ value }) => text(value)),
      ['a', 'b'],
    )
    const [letter] = await server.consume(letters, { count: 1 })
    assert.deepEqual([letter!.key, letter!.value], [null, null])
    const context = contextOf(letter!)
    assert.equal(context['record.form'], 'left out')
    assert.equal(context['source.partition'], JSON.stringify({ file: records }))
    assert.equal(context['source.offset'], '{"next":2}')
    assert.equal(await worker.stop(), 143)
    const refused = await dlq('replay', file)
    assert.equal(refused.code, 3)
    assert.match(refused.stderr, /is without the content of its record, which was too large/)
  })
}

test('when a letter cannot be written the task fails, and the record is polled again', {
  timeout: 180_000,
}, async (t) => {
  const { server, letters, source, start, write, topic } = await setUp(t)
  await server.createTopic(letters, { config: { 'max.message.bytes': '500' } })
  write('a', `stumble${'x'.repeat(2000)}`, 'b')
  const transforms = { transforms: 's', 'transforms.s.type': 'test.e2e.Stumble', 'transforms.s.times': 100 }
  const connector = source({ ...transforms, name: 'loses-nothing' })
  const worker = await start(connector)
  await worker.waitForLog(/Could not produce message to dead letter queue/)
  await worker.waitForLog('will not recover until manually restarted')
  const { json } = await askRest(worker, 'GET /connectors/loses-nothing/offsets')
  assert.deepEqual(
    json.offsets.map(({ offset }: { offset: unknown }) => offset).filter((o: { next: number }) => o.next > 1),
    [],
  )
  assert.equal(await worker.stop(), 143)
  assert.equal((await server.consume(topic, { count: 1 })).length >= 1, true)
})
