import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Converter, HeaderConverter } from '../../src/plugin/converter.ts'
import { DataError, RetriableError } from '../../src/plugin/errors.ts'
import type { ConnectRecord } from '../../src/plugin/record.ts'
import { type ConsumedRecord, createDeserialize, type DeserializeParts } from '../../src/runtime/deserialize.ts'
import type { Failure } from '../../src/runtime/tolerance.ts'
import { recordOf } from '../helpers/fake-consumer.ts'
import { quietTolerance } from '../helpers/quiet-tolerance.ts'

const order: string[] = []

const read = (name: string): Converter => ({
  fromConnect: () => assert.fail('sinks do not write'),
  toConnect: (_, bytes) => {
    order.push(name)
    if (String(bytes) === 'bad') throw new DataError('cannot read')
    return { schema: null, value: bytes === null ? null : String(bytes) }
  },
})
const readHeader: HeaderConverter = {
  fromConnectHeader: () => assert.fail('sinks do not write'),
  toConnectHeader: (_, __, bytes) => {
    order.push('header')
    return { schema: null, value: String(bytes) }
  },
}

const start = (more: Partial<DeserializeParts> & { all?: boolean; retryMs?: number } = {}) => {
  order.length = 0
  const failures: Failure<ConsumedRecord>[] = []
  const deserialize = createDeserialize({
    chain: null,
    key: read('key'),
    value: read('value'),
    header: readHeader,
    classNames: { key: 'Key', value: 'Value', header: 'Header' },
    tolerance: quietTolerance({ all: more.all, retryMs: more.retryMs, failures }),
    ...more,
  })
  return { deserialize, failures }
}

test('key, value, headers, then the transforms', async () => {
  const { deserialize } = start({
    chain: {
      apply: <R extends ConnectRecord>(record: R) => {
        order.push('transform')
        return { ...record, topic: 'renamed' }
      },
      failedClass: () => 'Transform',
    },
  })
  const headers = [{ key: 'h', value: Buffer.from('x') }]
  const [record] = await deserialize([{ ...recordOf('t', 1, 5, 'v'), key: Buffer.from('k'), headers }])
  assert.deepEqual(order, ['key', 'value', 'header', 'transform'])
  assert.deepEqual(record, {
    topic: 'renamed',
    partition: 1,
    keySchema: null,
    key: 'k',
    valueSchema: null,
    value: 'v',
    timestamp: 1005,
    headers: [{ key: 'h', schema: null, value: 'x' }],
    offset: 5,
    timestampType: 'CreateTime',
    originalTopic: 't',
    originalPartition: 1,
    originalOffset: 5,
  })
})

test('a record without timestamp has none', async () => {
  const { deserialize } = start()
  const [record] = await deserialize([{ ...recordOf('t', 0, 0, 'v'), timestamp: -1, timestampType: 'NoTimestampType' }])
  assert.equal(record!.timestamp, null)
})

test('an error fails the batch, or skips the record with errors.tolerance=all; it is reported with its bytes', async () => {
  const batch = [recordOf('t', 0, 0, 'a'), recordOf('t', 0, 1, 'bad'), recordOf('t', 0, 2, 'c')]
  const strict = start()
  await assert.rejects(strict.deserialize(batch), /Tolerance exceeded in error handler/)
  const loose = start({ all: true })
  assert.deepEqual(
    (await loose.deserialize(batch)).map(({ value }) => value),
    ['a', 'c'],
  )
  for (const { failures } of [strict, loose]) {
    assert.deepEqual(
      failures.map(({ stage, className, raw }) => [stage, className, raw.offset]),
      [['VALUE_CONVERTER', 'Value', 1]],
    )
  }
})

test('a retriable error is tried again', async () => {
  let left = 2
  const value: Converter = {
    ...read('value'),
    toConnect: (_, bytes) => {
      if (left-- > 0) throw new RetriableError('registry is busy')
      return { schema: null, value: String(bytes) }
    },
  }
  const { deserialize, failures } = start({ retryMs: 5000, value })
  assert.equal((await deserialize([recordOf('t', 0, 0, 'a')])).length, 1)
  assert.equal(failures.length, 0)
})

test('each sink record’s fetched record is remembered, also behind a transform', async () => {
  const origins = new Map()
  const { deserialize } = start({
    origins,
    chain: { apply: <R extends ConnectRecord>(record: R) => ({ ...record }), failedClass: () => '' },
  })
  const raw = recordOf('t', 0, 0, 'a')
  const [record] = await deserialize([raw])
  assert.equal(origins.get(record), raw)
})

test('text is asked for where a converter reads text, a view that is not kept where it reads at once, else the bytes', async () => {
  const asked: string[] = []
  const of = (what: string): Buffer => {
    asked.push(what)
    return Buffer.from(what)
  }
  const raw: ConsumedRecord = {
    ...recordOf('t', 0, 0, ''),
    get key() {
      return of('key')
    },
    get value() {
      return of('value')
    },
    briefKey: () => of('brief key'),
    briefValue: () => of('brief value'),
    keyText: () => String(of('text of key')),
    valueText: () => String(of('text of value')),
  }
  const ofText: Partial<Converter> = { toConnectText: (_topic, text) => ({ schema: null, value: text }) }
  const noText: Partial<Converter> = { toConnectText: () => null }
  const cases: [Partial<Converter>, readonly string[]][] = [
    [{}, ['key', 'value']],
    [{ readsAtOnce: true }, ['brief key', 'brief value']],
    [{ ...ofText, readsAtOnce: true }, ['text of key', 'text of value']],
  ]
  for (const [more, expected] of cases) {
    asked.length = 0
    const { deserialize } = start({ key: { ...read('key'), ...more }, value: { ...read('value'), ...more } })
    const [record] = await deserialize([raw])
    assert.deepEqual([record!.key, record!.value], expected)
    assert.deepEqual(asked, expected)
  }
  const { deserialize } = start({ value: { ...read('value'), ...noText } })
  assert.equal((await deserialize([raw]))[0]!.value, 'value')
})

test('of a large batch, records before and behind those that fail are there, in order', async () => {
  const bad = new Set([0, 63, 64, 65, 299])
  const batch = Array.from({ length: 300 }, (_, offset) => recordOf('t', 0, offset, bad.has(offset) ? 'bad' : 'good'))
  const { deserialize, failures } = start({ all: true })
  assert.deepEqual(
    (await deserialize(batch)).map(({ offset }) => offset),
    batch.map(({ offset }) => offset).filter((offset) => !bad.has(offset)),
  )
  assert.deepEqual(
    failures.map(({ raw }) => raw.offset),
    [...bad],
  )
})
