import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RetriableError } from '../../../src/plugin/errors.ts'
import type { OffsetFields, SourceRecord } from '../../../src/plugin/record.ts'
import type { ConsumedRecord } from '../../../src/runtime/deserialize.ts'
import { errorMessage, errorOf } from '../../../src/runtime/isolation/error-message.ts'
import { packSink, unpackSink } from '../../../src/runtime/isolation/packed-sink.ts'
import {
  type ConvertedRecord,
  packSource,
  transferOf,
  unpackSource,
} from '../../../src/runtime/isolation/packed-source.ts'

const polled = (sourceOffset: OffsetFields | null, sourcePartition: OffsetFields | null): SourceRecord =>
  ({ sourceOffset, sourcePartition }) as SourceRecord

const row = (more: Partial<ConvertedRecord>): ConvertedRecord => ({
  ...{ polled: polled({ at: 1 }, null), topic: 't', partition: null, timestamp: null },
  ...{ key: null, value: null, headers: [], outcome: undefined, ...more },
})

/** As they are behind a message: what is handed over is gone here. */
const sent = <T extends Parameters<typeof transferOf>[0]>(packed: T): T =>
  structuredClone(packed, { transfer: transferOf(packed) })

test('polled records are behind the thread border what they were before it', () => {
  const partition = { file: 'a' }
  const records = [
    row({ key: 'ключ', value: Buffer.from([0, 255]), polled: polled({ at: 1, of: 2.5 }, partition) }),
    row({ topic: 'u', partition: 3, timestamp: -1, value: '', polled: polled({ at: 2, of: 3 }, partition) }),
    row({
      headers: [
        { key: 'h', value: 'x' },
        { key: 'h', value: null },
      ],
      polled: polled({ at: 3, of: 4 }, null),
      outcome: null,
    }),
  ]
  const packed = sent(packSource(records, 0))
  assert.ok('columns' in packed.sourceOffsets, 'numbers are handed over')
  const got = unpackSource(packed, 10)
  const text = (value: unknown): string | null => (value === null ? null : (value as Buffer).toString('latin1'))
  assert.deepEqual(
    got.map(({ number, topic, partition: p, timestamp, key, value }) => [
      number,
      topic,
      p,
      timestamp,
      text(key),
      text(value),
    ]),
    [
      [10, 't', null, null, Buffer.from('ключ').toString('latin1'), '\0ÿ'],
      [11, 'u', 3, -1, null, ''],
      [12, 't', null, null, null, null],
    ],
  )
  assert.deepEqual(
    got.map(({ sourceOffset }) => sourceOffset),
    [
      { at: 1, of: 2.5 },
      { at: 2, of: 3 },
      { at: 3, of: 4 },
    ],
  )
  assert.deepEqual(
    got.map(({ sourcePartition }) => sourcePartition),
    [partition, partition, null],
  )
  assert.equal(got[0]?.sourcePartition, got[1]?.sourcePartition, 'one object, as before')
  assert.deepEqual(
    got[2]?.headers.map(({ key, value }) => [key, text(value)]),
    [
      ['h', 'x'],
      ['h', null],
    ],
  )
  assert.deepEqual(
    got.map(({ outcome }) => outcome),
    [undefined, undefined, null],
  )
})

test('offsets of whatever form are kept', () => {
  const offsets = [{ at: 9n }, null, { other: 'x' }]
  const got = unpackSource(
    sent(
      packSource(
        offsets.map((offset) => row({ polled: polled(offset, null) })),
        0,
      ),
    ),
    0,
  )
  assert.deepEqual(
    got.map(({ sourceOffset }) => sourceOffset),
    offsets,
  )
})

test('fetched records are in the thread what they were before it', () => {
  const records: ConsumedRecord[] = [
    {
      topic: 'a',
      partition: 0,
      offset: 2 ** 40,
      timestamp: 5,
      timestampType: 'CreateTime',
      key: null,
      value: Buffer.from('v'),
      headers: [],
    },
    {
      topic: 'a',
      partition: 1,
      offset: 0,
      timestamp: -1,
      timestampType: 'NoTimestampType',
      key: Buffer.from(''),
      value: null,
      headers: [
        { key: 'h', value: Buffer.from('x') },
        { key: 'n', value: null },
      ],
    },
    {
      topic: 'b',
      partition: 1,
      offset: 1,
      timestamp: 7,
      timestampType: 'LogAppendTime',
      key: Buffer.from('k'),
      value: Buffer.from('ü'),
      headers: [],
    },
  ]
  assert.deepEqual(unpackSink(structuredClone(packSink(records))), records)
  assert.deepEqual(unpackSink(packSink([])), [])
})

test('an error keeps its class, name, code and causes', () => {
  const error = Object.assign(new RetriableError('later', { cause: new RangeError('why') }), { code: 'BUSY' })
  const got = errorOf(structuredClone(errorMessage(error)))
  assert.ok(got instanceof RetriableError)
  assert.equal(got.stack, error.stack)
  assert.equal((got as { code?: string }).code, 'BUSY')
  assert.equal((got.cause as Error).name, 'RangeError')
  assert.equal(errorOf(errorMessage(null)).message, 'null was thrown, and not an error')
})
