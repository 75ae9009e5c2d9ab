import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPTIONAL_TIMESTAMP_SCHEMA, TIME_NAME } from '../../src/data/logical-types.ts'
import { INT32_SCHEMA, OPTIONAL_BYTES_SCHEMA } from '../../src/data/schema.ts'
import { timestampConverterValue } from '../../src/transforms/timestamp-converter.ts'
import { recordOf, run, structOf } from './records.ts'

const convert = (settings: Record<string, string>, value: unknown) =>
  run(timestampConverterValue, settings, recordOf(null, value))?.value

test('a Long is Unix time, text is read by the format, a date is a date', () => {
  const settings = { 'target.type': 'string', format: 'yyyy-MM-dd HH:mm:ss.SSS' }
  assert.equal(convert(settings, 1_700_000_000_123), '2023-11-14 22:13:20.123')
  assert.equal(convert({ 'target.type': 'unix', format: 'yyyy-MM-dd' }, '2023-11-14 and more'), 1_699_920_000_000)
  assert.deepEqual(convert({ 'target.type': 'Time' }, new Date(1_700_000_000_123)), new Date(80_000_123))
  assert.deepEqual(convert({ 'target.type': 'Date' }, -1), new Date(-86_400_000))
})

test('finer units are cut off towards zero', () => {
  const micros = { 'target.type': 'Timestamp', 'unix.precision': 'microseconds' }
  assert.deepEqual(convert(micros, -1500), new Date(-1))
  assert.equal(
    convert({ 'target.type': 'unix', 'unix.precision': 'nanoseconds' }, new Date(1_700_000_000_123)),
    1_700_000_000_123_000_000n,
  )
})

test('a field keeps that it is optional and loses the rest of its schema', () => {
  const schema = structOf({ ts: OPTIONAL_TIMESTAMP_SCHEMA, k: INT32_SCHEMA })
  const converted = run(
    timestampConverterValue,
    { field: 'ts', 'target.type': 'Time' },
    recordOf(schema, { ts: null, k: 1 }),
  )
  assert.deepEqual(converted?.value, { ts: null, k: 1 })
  const [field] = converted?.valueSchema?.fields ?? []
  assert.deepEqual([field?.schema.name, field?.schema.optional], [TIME_NAME, true])
})

test('text that does not match says which pattern it does not match', () => {
  assert.throws(() => convert({ 'target.type': 'unix', format: 'yyyy-MM-dd' }, 'nonsense'), {
    name: 'DataException',
    message: 'Could not parse timestamp: value (nonsense) does not match pattern (yyyy-MM-dd)',
  })
})

test('an Integer without a schema is not taken for a point in time', () => {
  assert.throws(
    () => convert({ 'target.type': 'unix' }, 1.5),
    /does not support class java\.lang\.Double objects as timestamps/,
  )
})

test('a field that is no point in time is refused even where it is null', () => {
  const schema = structOf({ ts: OPTIONAL_BYTES_SCHEMA })
  assert.throws(() => run(timestampConverterValue, { field: 'ts', 'target.type': 'unix' }, recordOf(schema, {})), {
    name: 'ConnectException',
    message: 'Schema Schema{BYTES} does not correspond to a known timestamp type format',
  })
})

test('Unix time stays exact beyond what a double holds; other targets end where dates do', () => {
  assert.equal(convert({ 'target.type': 'unix' }, 9_007_199_254_740_993n), 9_007_199_254_740_993n)
  assert.equal(
    convert({ 'target.type': 'unix', 'unix.precision': 'seconds' }, 9_223_372_036_854_775n),
    9_223_372_036_854_775n,
  )
  assert.deepEqual(convert({ 'target.type': 'Time' }, 9_007_199_254_740_993n), new Date(32_340_993))
  assert.deepEqual(convert({ 'target.type': 'Time' }, -1n), new Date(86_399_999))
  assert.throws(() => convert({ 'target.type': 'Timestamp' }, 9_223_372_036_825_200_000n), {
    name: 'DataException',
    message: /^The timestamp 9223372036825\d+ is beyond the year 275760/,
  })
})
