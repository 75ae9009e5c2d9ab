import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RowBlock, RowStruct } from '../../src/data/row-struct.ts'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { Converter, HeaderConverter } from '../../src/plugin/converter.ts'
import { DataError, RetriableError } from '../../src/plugin/errors.ts'
import type { ConnectRecord, SourceRecord } from '../../src/plugin/record.ts'
import { createCommittableOffsets } from '../../src/runtime/committable-offsets.ts'
import { createDeliver } from '../../src/runtime/deliver.ts'
import type { DeliverParts } from '../../src/runtime/deliver-parts.ts'
import type { Failure } from '../../src/runtime/tolerance.ts'
import { createFakeProducer } from '../helpers/fake-producer.ts'
import { within } from '../helpers/processes.ts'
import { quietTolerance } from '../helpers/quiet-tolerance.ts'
import { sourceRecord } from '../helpers/records.ts'

const text: Converter = {
  fromConnect: (_, __, value) => (value === null ? null : String(value)),
  toConnect: () => assert.fail('sources do not read'),
}
const headerText: HeaderConverter = {
  fromConnectHeader: (_, __, ___, value) => String(value),
  toConnectHeader: () => assert.fail('sources do not read'),
}

const start = (more: Partial<DeliverParts> & { all?: boolean; retryMs?: number } = {}) => {
  const producer = createFakeProducer('t')
  const offsets = createCommittableOffsets()
  const failures: Failure<SourceRecord>[] = []
  const dropped: unknown[] = []
  const stopping = new AbortController()
  const deliver = createDeliver({
    chain: null,
    key: text,
    value: text,
    header: headerText,
    classNames: { key: 'Key', value: 'Value', header: 'Header' },
    tolerance: quietTolerance({ all: more.all, retryMs: more.retryMs, failures, signal: stopping.signal }),
    offsets,
    producer,
    prepareTopic: async (topic) => void producer.topics.add(topic),
    onDropped: (record) => void dropped.push(record.value),
    signal: stopping.signal,
    ...more,
  })
  const committable = () => offsets.take().map(({ offset }) => offset?.['at'])
  return { deliver, producer, offsets, failures, dropped, stopping, committable }
}

const chainOf = (change: (record: ConnectRecord) => ConnectRecord | null) => ({
  apply: <R extends ConnectRecord>(record: R) => change(record) as R | null,
  failedClass: () => 'Transform',
})

test('records go to the producer converted, in order, with what the transforms made of them', async () => {
  const { deliver, producer } = start({
    chain: chainOf((record) => ({ ...record, topic: 'other', partition: 3, timestamp: 77, value: `${record.value}!` })),
  })
  await deliver([
    sourceRecord('a', 1, 'p', { key: 'k', headers: [{ key: 'h', schema: null, value: 1 }] }),
    sourceRecord('b', 2),
  ])
  assert.deepEqual(
    producer.sent.map(({ run: _, ...sent }) => sent),
    [
      { topic: 'other', partition: 3, timestamp: 77, key: 'k', value: 'a!', headers: [{ key: 'h', value: '1' }] },
      { topic: 'other', partition: 3, timestamp: 77, key: null, value: 'b!', headers: [] },
    ],
  )
})

test('no timestamp and -1 mean now, another negative one is an error', async () => {
  const { deliver, producer, committable } = start()
  const before = Date.now()
  await deliver([
    sourceRecord('a', 1),
    sourceRecord('b', 2, 'p', { timestamp: -1 }),
    sourceRecord('c', 3, 'p', { timestamp: 0 }),
  ])
  assert.ok(producer.sent[0]!.timestamp >= before)
  assert.ok(producer.sent[1]!.timestamp >= before)
  assert.equal(producer.sent[2]!.timestamp, 0)
  await assert.rejects(deliver([sourceRecord('d', 4, 'p', { timestamp: -2 })]), /Invalid record timestamp -2/)
  producer.acknowledge()
  assert.deepEqual(committable(), [3])
})

test('a record that a transform drops moves the offset on and is told to the task', async () => {
  const { deliver, producer, dropped, committable } = start({
    chain: chainOf((record) => (record.value === 'b' ? null : record)),
  })
  await deliver([sourceRecord('a', 1), sourceRecord('b', 2)])
  assert.deepEqual(committable(), [])
  producer.acknowledge()
  assert.deepEqual(committable(), [2])
  assert.deepEqual(dropped, ['b'])
})

const BAD: Converter = {
  ...text,
  fromConnect: (_, __, value) => {
    if (value === 'bad') throw new DataError('cannot convert')
    return String(value)
  },
}

/** Writes values of one letter itself. */
const WRITING: Converter = {
  ...BAD,
  fromConnect: (topic, schema, value) => `converted ${BAD.fromConnect(topic, schema, value)}`,
  writerFor: (_, __, value) => ({
    write: (target, position) =>
      String(value).length === 1 ? position + target.write(`written ${value}`, position) : -1,
  }),
}

const BAD_HEADER: HeaderConverter = {
  ...headerText,
  fromConnectHeader: (topic, _, schema, value) => BAD.fromConnect(topic, schema, value),
}

for (const [stage, className, parts, what = ''] of [
  ['KEY_CONVERTER', 'Key', { key: BAD }],
  ['VALUE_CONVERTER', 'Value', { value: BAD }],
  [
    'VALUE_CONVERTER',
    'Value',
    { value: { ...BAD, writerFor: WRITING.writerFor!, fromConnect: BAD.fromConnect } },
    ' of a value that writes itself',
  ],
  ['HEADER_CONVERTER', 'Header', { header: BAD_HEADER }],
  [
    'TRANSFORMATION',
    'Transform',
    {
      chain: chainOf((record) => {
        if (record.value === 'bad') throw new DataError('cannot convert')
        return record
      }),
    },
  ],
] as const) {
  const header = stage === 'HEADER_CONVERTER'
  const bad = sourceRecord('bad', 2, 'p', {
    key: 'bad',
    headers: header ? [{ key: 'h', schema: null, value: 'bad' }] : [],
  })
  test(`an error in stage ${stage}${what} fails the task; offsets stop before the record`, async () => {
    const { deliver, producer, failures, committable } = start(parts)
    await assert.rejects(deliver([sourceRecord('a', 1), bad, sourceRecord('c', 3)]), /Tolerance exceeded/)
    producer.acknowledge()
    assert.deepEqual(committable(), [1])
    assert.deepEqual(
      failures.map((failure) => [failure.stage, failure.className]),
      [[stage, className]],
    )
  })

  test(`an error in stage ${stage}${what} is skipped with errors.tolerance=all`, async () => {
    const { deliver, producer, failures, dropped, committable } = start({ ...parts, all: true })
    await deliver([sourceRecord('a', 1), bad, sourceRecord('c', 3)])
    assert.deepEqual(
      producer.sent.map(({ value }) => String(value).at(-1)),
      ['a', 'c'],
    )
    producer.acknowledge()
    assert.deepEqual(committable(), [3])
    assert.deepEqual(dropped, ['bad'])
    assert.equal(failures[0]?.stage, stage)
  })
}

test('values write themselves; one that does not, or that waits for its topic, is converted', async () => {
  const { deliver, producer, committable } = start({ value: WRITING })
  await deliver([sourceRecord('a', 1), sourceRecord('long', 2), sourceRecord('b', 3)])
  await deliver([sourceRecord('c', 4, 'p', { topic: 'new' }), sourceRecord('d', 5, 'p', { topic: 'new' })])
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['written a', 'converted long', 'written b', 'converted c', 'written d'],
  )
  producer.acknowledge()
  assert.deepEqual(committable(), [5])
})

test('a row is made into its struct for whoever does not write it as it is', async () => {
  const block: RowBlock = {
    ...{ forms: ['made'], bytes: Buffer.alloc(0), starts: Int32Array.of(), lengths: Int32Array.of() },
    ...{ numbers: Float64Array.of(), made: [], make: (row) => ({ row }) },
  }
  const row = (number: number, topic = 't'): SourceRecord =>
    sourceRecord('', number, 'p', { topic, value: new RowStruct(block, number) })
  const { deliver, producer, failures, committable } = start({
    all: true,
    value: {
      ...text,
      fromConnect: (_, __, value) => {
        if ((value as { row: number }).row === 3) throw new DataError('cannot convert')
        return JSON.stringify(value)
      },
      writerFor: (_, __, value) => ({
        write: (target, position) =>
          value instanceof RowStruct && value.row === 1 ? position + target.write('row 1', position) : -1,
      }),
    },
  })
  producer.refuse = (value) => (value === '{"row":4}' ? tooLarge : undefined)
  await deliver([row(1), row(2), row(3), row(4), row(5, 'new'), row(1)])
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['row 1', '{"row":2}', '{"row":5}', 'row 1'],
  )
  assert.deepEqual(
    failures.map(({ stage, raw }) => [stage, raw.value]),
    [
      ['VALUE_CONVERTER', { row: 3 }],
      ['KAFKA_PRODUCE', { row: 4 }],
    ],
  )
  producer.acknowledge()
  assert.deepEqual(committable(), [1])
})

test('a retriable error of a converter is tried again', async () => {
  let left = 2
  const { deliver, producer, failures } = start({
    retryMs: 5000,
    value: {
      ...text,
      fromConnect: (_, __, value) => {
        if (left-- > 0) throw new RetriableError('registry is busy')
        return String(value)
      },
    },
  })
  await deliver([sourceRecord('a', 1)])
  assert.equal(producer.sent.length, 1)
  assert.equal(failures.length, 0)
})

test('a topic is prepared once, before its first record', async () => {
  const prepared: string[] = []
  const made = start({
    prepareTopic: async (topic) => {
      prepared.push(topic)
      made.producer.topics.add(topic)
    },
  })
  await made.deliver([sourceRecord('a', 1, 'p', { topic: 'new' }), sourceRecord('b', 2, 'p', { topic: 'new' })])
  assert.deepEqual(prepared, ['new'])
  assert.equal(made.producer.sent.length, 2)
})

test('a stop while a topic is waited for ends the delivery without an error, offsets before it stay', async () => {
  const made = start({ prepareTopic: async () => made.stopping.abort() })
  await made.deliver([sourceRecord('a', 1), sourceRecord('b', 2, 'p', { topic: 'missing' })])
  made.producer.acknowledge()
  assert.deepEqual(made.committable(), [1])
})

test('a stop ends the wait for room', async () => {
  const { deliver, producer, stopping } = start()
  producer.room = new Promise(() => undefined)
  setTimeout(() => stopping.abort(), 10)
  await within(deliver([sourceRecord('a', 1)]), 20_000, 'the end of the delivery')
})

const tooLarge = new KafkaError('RECORD_TOO_LARGE', 'The message is too large', { retriable: false })

test('a record that the producer refuses fails the task, offsets stop before it', async () => {
  const { deliver, producer, committable } = start()
  producer.refuse = (value) => (value === 'huge' ? tooLarge : undefined)
  await assert.rejects(deliver([sourceRecord('a', 1), sourceRecord('huge', 2)]), (error) => {
    assert.ok(error instanceof Error)
    assert.equal(error.message, 'Unrecoverable exception from producer send callback')
    assert.equal(error.cause, tooLarge)
    return true
  })
  producer.acknowledge()
  assert.deepEqual(committable(), [1])
})

test('a record that the producer refuses is skipped with errors.tolerance=all', async () => {
  const { deliver, producer, failures, dropped, committable } = start({ all: true })
  producer.refuse = (value) => (value === 'huge' ? tooLarge : undefined)
  await deliver([sourceRecord('a', 1), sourceRecord('huge', 2), sourceRecord('c', 3)])
  producer.acknowledge()
  assert.deepEqual(committable(), [3])
  assert.deepEqual(dropped, ['huge'])
  assert.deepEqual(
    failures.map(({ stage, className }) => [stage, className]),
    [['KAFKA_PRODUCE', 'org.apache.kafka.connect.runtime.WorkerSourceTask']],
  )
})

test('the offset of a record that goes to the dead letter queue waits until its letter is acknowledged', async () => {
  const letters: { readonly failure: Failure<SourceRecord>; readonly done: () => void }[] = []
  const { deliver, committable, producer, dropped } = start({
    all: true,
    value: {
      ...text,
      fromConnect: (_, __, value) => {
        if (value === 'bad') throw new DataError('no')
        return String(value)
      },
    },
    deadLetter: (failure, run) => void letters.push({ failure, done: () => run.done(1) }),
  })
  await deliver([sourceRecord('a', 1), sourceRecord('bad', 2), sourceRecord('b', 3), sourceRecord('x', 9, 'other')])
  producer.acknowledge()
  assert.deepEqual(committable(), [9])
  assert.deepEqual(dropped, [])
  assert.deepEqual(
    letters.map(({ failure }) => [failure.stage, failure.className, failure.raw.value]),
    [['VALUE_CONVERTER', 'Value', 'bad']],
  )
  letters[0]!.done()
  assert.deepEqual(committable(), [3])
})

test('a letter that cannot be written fails the task, and offsets stop before its record', async () => {
  const { deliver, committable, producer } = start({
    all: true,
    value: {
      ...text,
      fromConnect: () => {
        throw new DataError('no')
      },
    },
    deadLetter: () => {
      throw new Error('too large')
    },
  })
  await assert.rejects(deliver([sourceRecord('bad', 2)]), /too large/)
  producer.acknowledge()
  assert.deepEqual(committable(), [])
})
