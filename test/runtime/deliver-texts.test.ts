/** Texts that go into batches as they are make the same records as records made one by one. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { builtins } from '../../src/cli/builtins.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { fileSource } from '../../src/connectors/file/file-source.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { stringConverter } from '../../src/converters/string.ts'
import { createRecordProducer } from '../../src/kafka/produce.ts'
import type { SourceTask } from '../../src/plugin/connector.ts'
import type { Converter } from '../../src/plugin/converter.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'
import { isTextBlock, type TextBlock } from '../../src/plugin/text-block.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { createCommittableOffsets, type OffsetRun } from '../../src/runtime/committable-offsets.ts'
import { createDeliver } from '../../src/runtime/deliver.ts'
import type { AppendingProducer } from '../../src/runtime/deliver-parts.ts'
import { createTextFrames } from '../../src/runtime/text-frames.ts'
import { buildChain } from '../../src/runtime/transform-chain.ts'
import { createFakeCluster } from '../helpers/fake-cluster.ts'
import { openSource } from '../helpers/fake-context.ts'
import { createFakeProducer } from '../helpers/fake-producer.ts'
import { within } from '../helpers/processes.ts'
import { quietTolerance } from '../helpers/quiet-tolerance.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { LIMITS } from '../kafka/produce-harness.ts'

const HEADER = { fromConnectHeader: () => null, toConnectHeader: () => null }
const NAMES = { key: 'Key', value: 'Value', header: 'Header' }
const TOPICS = { t: [1], 'routed-t': [1], 't-1970': [1] }

const text = (): Converter => stringConverter.create!(parseOrThrow(stringConverter.config, {}), 'value')
const json = (settings: Record<string, string> = {}): Converter =>
  jsonConverter.create!(parseOrThrow(jsonConverter.config, { 'converter.type': 'value', ...settings }), 'value')

const smt = (name: string, settings: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    [['type', `org.apache.kafka.connect.transforms.${name}`], ...Object.entries(settings)].map(
      ([key, value]) => [key, value] as const,
    ),
  )

/** The settings of a chain, in order; `predicates` goes with each of them that names one. */
const chainOf = async (
  steps: readonly Record<string, string>[],
  predicates: Readonly<Record<string, Record<string, string>>> = {},
) => {
  const raw: Record<string, string> = { transforms: steps.map((_, index) => `s${index}`).join() }
  for (const [index, step] of steps.entries()) {
    for (const [key, value] of Object.entries(step)) raw[`transforms.s${index}.${key}`] = value
  }
  if (Object.keys(predicates).length > 0) raw['predicates'] = Object.keys(predicates).join()
  for (const [alias, settings] of Object.entries(predicates)) {
    for (const [key, value] of Object.entries(settings)) raw[`predicates.${alias}.${key}`] = value
  }
  return buildChain(raw, pluginCatalog(builtins))
}

interface Outcome {
  /** Value, timestamp and sequence of each record, by topic-partition. */
  readonly records: Readonly<Record<string, readonly unknown[]>>
  readonly committed: readonly unknown[]
  readonly error: unknown
  /** Records that went into batches as texts. */
  readonly texts: number
}

/** A whole file through a real source, deliver and producer. */
const deliverFile = async (
  t: TestContext,
  content: Buffer,
  parts: { chain: Awaited<ReturnType<typeof chainOf>>; value: Converter; batchSize?: number; most?: number },
  byBlocks: boolean,
): Promise<Outcome> => {
  const { chain, value, batchSize = 1000, most = 100 } = parts
  const file = join(temporaryDir(t), 'input.txt')
  writeFileSync(file, content)
  const source = await openSource(fileSource, { topic: 't', file, 'batch.size': `${most}`, 'file.watch': 'false' })
  const cluster = createFakeCluster(TOPICS)
  const records: Record<string, unknown[]> = {}
  const { finish } = cluster
  cluster.finish = (batch) => {
    const bytes = finish(batch)
    for (const read of readBatches(bytes)) {
      const name = `${batch.topic}-${batch.partition}`
      records[name] ??= []
      const list = records[name]
      for (const cursor = read.records(); cursor.next(); ) {
        list.push([cursor.key(), String(cursor.value()), cursor.headers().length])
      }
    }
    return bytes
  }
  const offsets = createCommittableOffsets()
  const limits = { ...LIMITS, batchSize }
  const producer = createRecordProducer(
    cluster,
    limits,
    {
      delivered: (run, count) => (run as OffsetRun).done(count),
      failed: (_run, _count, error) => assert.fail(error),
    },
    () => undefined,
  )
  t.after(() => producer.close())
  const { signal } = new AbortController()
  for (const topic of Object.keys(TOPICS)) await producer.learn(topic, signal)
  let texts = 0
  const counting: AppendingProducer = {
    ...producer,
    appendTexts(...args) {
      const taken = producer.appendTexts(...args)
      texts += taken
      return taken
    },
  }
  const deliver = createDeliver({
    ...{ chain, key: text(), value, header: HEADER, classNames: NAMES, offsets, producer: counting, signal },
    tolerance: quietTolerance({ signal }),
    prepareTopic: (topic) => producer.learn(topic, signal),
    frames: byBlocks ? createTextFrames({ chain, key: text(), value }) : undefined,
  })
  let error: unknown
  try {
    await within(pollAll(source.task, content, byBlocks, deliver), 60_000, 'the whole file')
  } catch (thrown) {
    error = (thrown as Error).message
  }
  await producer.drain(60_000)
  await source.stop()
  assert.equal(offsets.outstanding, 0)
  return { records, committed: offsets.take().map(({ offset }) => offset), error, texts }
}

const pollAll = async (
  task: SourceTask,
  content: Buffer,
  byBlocks: boolean,
  work: (polled: readonly SourceRecord[] | TextBlock) => Promise<void>,
): Promise<void> => {
  for (let position = 0; position < content.length; ) {
    const polled = await (byBlocks ? task.pollTexts!() : task.poll())
    if (polled === null || polled.length === 0) continue
    const last = isTextBlock(polled) ? polled.record(polled.length - 1) : polled.at(-1)!
    position = Number(last.sourceOffset?.['position'])
    await work(polled)
  }
}

const LETTERS = ['a', ' ', '"', '\\', '\t', '\u0001', 'é', '€', '🎉', 'text', '{', '\u007f', '\u2028']

const linesOf = (seed: number, count: number): Buffer => {
  const random = seededRandom(seed)
  const lines = Array.from({ length: count }, () =>
    Array.from({ length: random(40) }, () => LETTERS[random(random(3) === 0 ? LETTERS.length : 2)]).join(''),
  )
  return Buffer.from(`${lines.join('\n')}\n`)
}

const HOIST = smt('HoistField$Value', { field: 'line' })
const CHAINS: readonly (readonly [string, () => ReturnType<typeof chainOf>])[] = [
  ['no transforms', async () => null],
  ['HoistField', () => chainOf([HOIST])],
  [
    'HoistField, InsertField twice',
    () =>
      chainOf([
        HOIST,
        smt('InsertField$Value', { 'static.field': 'source', 'static.value': 'x"y' }),
        smt('InsertField$Value', { 'topic.field': 'topic', 'partition.field': 'partition' }),
      ]),
  ],
  [
    'renamed, described and routed',
    () =>
      chainOf([
        HOIST,
        smt('ReplaceField$Value', { renames: 'line:text' }),
        smt('SetSchemaMetadata$Value', { 'schema.name': 'n', 'schema.version': '2' }),
        smt('RegexRouter', { regex: '(.*)', replacement: 'routed-$1' }),
        smt('DropHeaders', { headers: 'h' }),
      ]),
  ],
  ['a key that is made', () => chainOf([smt('HoistField$Key', { field: 'k' })])],
  ['headers', () => chainOf([smt('InsertHeader', { header: 'h', 'value.literal': 'v' })])],
  ['a transform that looks at texts', () => chainOf([smt('Cast$Value', { spec: 'string' })])],
  [
    'predicates',
    () =>
      chainOf(
        [
          { ...HOIST, predicate: 'topic' },
          { ...smt('Filter', {}), predicate: 'tombstone' },
          {
            ...smt('InsertField$Value', { 'static.field': 's', 'static.value': 'v' }),
            predicate: 'header',
            negate: 'true',
          },
        ],
        {
          topic: smt('predicates.TopicNameMatches', { pattern: 't' }),
          tombstone: smt('predicates.RecordIsTombstone', {}),
          header: smt('predicates.HasHeaderKey', { name: 'h' }),
        },
      ),
  ],
  ['all dropped', () => chainOf([smt('Filter', {})])],
]

/** No frame tells what becomes of their records. */
const ONE_BY_ONE = new Set(['a key that is made', 'headers', 'a transform that looks at texts', 'all dropped'])

const CONVERTERS: readonly (readonly [string, () => Converter])[] = [
  ['StringConverter', text],
  ['JsonConverter', () => json()],
  ['JsonConverter without schemas', () => json({ 'schemas.enable': 'false' })],
]

for (const [chainName, makeChain] of CHAINS) {
  for (const [converterName, value] of CONVERTERS) {
    test(`blocks of texts make the records that texts one by one make: ${converterName}, ${chainName}`, async (t) => {
      for (const [seed, batchSize, most] of [
        [1, 1000, 100],
        [2, 100_000, 2000],
        [3, 2000, 17],
      ] as const) {
        const content = linesOf(seed, 500)
        const run = async (byBlocks: boolean) =>
          deliverFile(t, content, { chain: await makeChain(), value: value(), batchSize, most }, byBlocks)
        const { texts, ...found } = await run(true)
        const { texts: none, ...expected } = await run(false)
        assert.deepEqual(found, expected)
        assert.equal(none, 0)
        assert.equal(texts > 450, !ONE_BY_ONE.has(chainName))
        assert.deepEqual(found.committed, [{ position: content.length }])
      }
    })
  }
}

test('a transform that fails tells of the first record, as it does one by one', async (t) => {
  const make = (): ReturnType<typeof chainOf> =>
    chainOf([smt('InsertField$Value', { 'static.field': 'a', 'static.value': 'b' })])
  const content = linesOf(1, 50)
  const found = await deliverFile(t, content, { chain: await make(), value: json() }, true)
  const expected = await deliverFile(t, content, { chain: await make(), value: json() }, false)
  assert.deepEqual({ ...found, texts: 0 }, expected)
  assert.match(String(found.error), /Tolerance exceeded in error handler/)
  assert.deepEqual(found.committed, [])
})

test('a line larger than a batch goes between the others, and one larger than a request is refused alike', async (t) => {
  const content = Buffer.from(
    ['a', 'b', 'c'.repeat(3000), 'd', '"'.repeat(900), 'e'].map((line) => `${line}\n`.repeat(9)).join(''),
  )
  for (const value of [text, json]) {
    const found = await deliverFile(t, content, { chain: null, value: value(), batchSize: 500 }, true)
    const expected = await deliverFile(t, content, { chain: null, value: value(), batchSize: 500 }, false)
    assert.deepEqual({ ...found, texts: 0 }, expected)
    assert.equal(found.records['t-0']?.length, 54)
  }
  const large = Buffer.concat([content, Buffer.from(`${'x'.repeat(LIMITS.maxRequestSize)}\n`), content])
  const found = await deliverFile(t, large, { chain: null, value: json() }, true)
  const expected = await deliverFile(t, large, { chain: null, value: json() }, false)
  assert.deepEqual({ ...found, texts: 0 }, expected)
  assert.match(String(found.error), /Unrecoverable exception from producer send callback/)
  assert.deepEqual(found.committed, [{ position: content.length }])
})

/** Twenty texts `a` to `t`; the offset of the first is 1. */
const block = (): TextBlock => {
  const bytes = Buffer.from('abcdefghijklmnopqrst')
  const indexes = Array.from({ length: bytes.length }, (_, index) => index)
  const record = (index: number, instead?: string): SourceRecord => ({
    ...{ topic: 't', partition: null, keySchema: null, key: null, valueSchema: null, timestamp: 5, headers: [] },
    value: instead ?? String.fromCharCode(bytes[index]!),
    sourcePartition: { part: 'p' },
    sourceOffset: { at: index + 1 },
  })
  return {
    ...{
      length: bytes.length,
      bytes,
      starts: Int32Array.from(indexes),
      ends: Int32Array.from(indexes, (at) => at + 1),
    },
    ...{ sourcePartition: { part: 'p' }, offsetAfter: (index) => ({ at: index + 1 }), record },
  }
}

const start = (...topics: string[]) => {
  const producer = createFakeProducer(...topics)
  const offsets = createCommittableOffsets()
  const stopping = new AbortController()
  const deliver = createDeliver({
    ...{ chain: null, key: text(), value: text(), header: HEADER, classNames: NAMES, offsets, producer },
    tolerance: quietTolerance({ signal: stopping.signal }),
    prepareTopic: async (topic) => void (stopping.signal.aborted ? undefined : producer.topics.add(topic)),
    frames: createTextFrames({ chain: null, key: text(), value: text() }),
    signal: stopping.signal,
  })
  const values = (): string => producer.sent.map(({ value }) => value).join('')
  const committable = () => offsets.take().map(({ offset }) => offset?.['at'])
  return { deliver, producer, offsets, stopping, values, committable }
}

test('offsets of a block advance with the last of its records that is acknowledged, not before', async () => {
  const { deliver, producer, values, committable } = start('t')
  await deliver(block())
  assert.equal(values(), 'abcdefghijklmnopqrst')
  assert.ok(producer.sent.every(({ timestamp, key }) => timestamp === 5 && key === null))
  producer.acknowledge(...Array.from({ length: 19 }, (_, index) => index))
  assert.deepEqual(committable(), [])
  producer.acknowledge()
  assert.deepEqual(committable(), [20])
})

test('a block for a topic seen for the first time waits for it; a task that stops meanwhile sends nothing of it', async () => {
  const prepared = start()
  await prepared.deliver(block())
  assert.equal(prepared.values(), 'abcdefghijklmnopqrst')
  const stopped = start()
  stopped.stopping.abort()
  await stopped.deliver(block())
  assert.equal(stopped.values(), '')
  assert.equal(stopped.offsets.outstanding, 0)
  assert.deepEqual(stopped.committable(), [])
})

test('a record of a block that is refused ends the task with the offset before it', async () => {
  const { deliver, producer, values, offsets, committable } = start('t')
  producer.refuse = (value) => (value === 'm' ? new Error('too large') : undefined)
  await assert.rejects(deliver(block()), /too large/)
  assert.equal(values(), 'abcdefghijkl')
  producer.acknowledge()
  assert.equal(offsets.outstanding, 0)
  assert.deepEqual(committable(), [12])
})
