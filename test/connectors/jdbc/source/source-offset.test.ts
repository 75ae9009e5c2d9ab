import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  instantOfNanos,
  nanosOf,
  offsetFields,
  possiblePartitions,
  readOffset,
  tablePartition,
} from '../../../../src/connectors/jdbc/source/source-offset.ts'
import { settingsOf } from './settings-of.ts'

test('an offset holds what its mode uses, in the order of the JVM, and is read again as it was', () => {
  const timestamp = { millis: 1704067200123, nanos: 123_456_789 }
  const cases = [
    [{ incrementing: null, timestamp: null }, {}],
    [{ incrementing: 5n, timestamp: null }, { incrementing: 5n }],
    [
      { incrementing: null, timestamp },
      { timestamp_nanos: 123_456_789, timestamp: 1704067200123 },
    ],
    [
      { incrementing: 5n, timestamp },
      { timestamp_nanos: 123_456_789, incrementing: 5n, timestamp: 1704067200123 },
    ],
  ] as const
  for (const [offset, fields] of cases) {
    assert.deepEqual(offsetFields(offset), fields)
    assert.deepEqual(Object.keys(offsetFields(offset)), Object.keys(fields))
    assert.deepEqual(readOffset(fields), offset)
  }
})

test('a stored timestamp without nanoseconds has those of its milliseconds', () => {
  assert.deepEqual(readOffset({ timestamp: 1704067200123 }).timestamp, { millis: 1704067200123, nanos: 123_000_000 })
  assert.deepEqual(readOffset({ timestamp: -1 }).timestamp, { millis: -1, nanos: 999_000_000 })
})

test('stored nanoseconds take the place of the milliseconds', () => {
  const { timestamp } = readOffset({ timestamp: 1704067200999, timestamp_nanos: 5_000_001 })
  assert.deepEqual(timestamp, { millis: 1704067200005, nanos: 5_000_001 })
})

test('stored values that are no integers are refused by name', () => {
  assert.throws(() => readOffset({ incrementing: 'five' }), /The stored offset's incrementing is no integer: five/)
  assert.throws(() => readOffset({ timestamp: 1.5 }), /The stored offset's timestamp is no integer: 1.5/)
})

test('instants survive as nanoseconds since the epoch, before 1970 too', () => {
  for (const nanos of [0n, 1n, 1_704_067_200_123_456_789n, -1n, -1_000_000_001n]) {
    assert.equal(nanosOf(instantOfNanos(nanos)), nanos)
  }
})

test('offsets are looked for under the names of both vendors and of the old protocol', () => {
  const table = { catalog: null, schema: 'public', table: 'a' }
  const postgres = settingsOf({ 'connection.url': 'jdbc:postgresql://h/shop' })
  assert.deepEqual(tablePartition(table), { protocol: '1', table: 'public.a' })
  assert.deepEqual(possiblePartitions(table, postgres, 'shop'), [
    { protocol: '1', table: 'public.a' },
    { protocol: '1', table: 'shop.public.a' },
    { table: 'a' },
  ])
  assert.deepEqual(possiblePartitions({ ...table, catalog: 'shop' }, postgres, 'shop')[1], {
    protocol: '1',
    table: 'public.a',
  })
  assert.deepEqual(possiblePartitions({ ...table, schema: null }, settingsOf(), null), [
    { protocol: '1', table: 'a' },
    { table: 'a' },
  ])
})
