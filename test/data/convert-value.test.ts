import assert from 'node:assert/strict'
import { test } from 'node:test'
import { convertTo, toBoolean, toDecimal, toList, toTemporal } from '../../src/data/convert-value.ts'
import {
  DATE_NAME,
  DATE_SCHEMA,
  TIME_NAME,
  TIME_SCHEMA,
  TIMESTAMP_NAME,
  TIMESTAMP_SCHEMA,
} from '../../src/data/logical-types.ts'
import {
  BOOLEAN_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  type Schema,
  STRING_SCHEMA,
} from '../../src/data/schema.ts'
import { Decimal } from '../../src/data/values.ts'

test('numbers narrow by wrapping and text is read as a decimal', () => {
  const cases: [Schema, Schema | null, unknown, unknown][] = [
    [INT8_SCHEMA, null, 300, 44],
    [INT8_SCHEMA, null, 300.7, 44],
    [INT32_SCHEMA, null, 1e10, 1410065408],
    [INT32_SCHEMA, null, Number.POSITIVE_INFINITY, -1],
    [INT64_SCHEMA, null, Number.POSITIVE_INFINITY, 9223372036854775807n],
    [INT64_SCHEMA, null, Number.NaN, 0n],
    [INT32_SCHEMA, STRING_SCHEMA, '5.9', 5],
    [INT8_SCHEMA, STRING_SCHEMA, '1e3', -24],
    [FLOAT32_SCHEMA, null, 1e300, Number.POSITIVE_INFINITY],
    [FLOAT64_SCHEMA, STRING_SCHEMA, '0.1', 0.1],
    [INT64_SCHEMA, DATE_SCHEMA, new Date(259_200_000), 3n],
    [INT64_SCHEMA, TIMESTAMP_SCHEMA, new Date(-5), -5n],
    [STRING_SCHEMA, FLOAT64_SCHEMA, 3, '3.0'],
    [OPTIONAL_INT32_SCHEMA, null, null, null],
  ]
  for (const [target, from, value, expected] of cases) assert.deepEqual(convertTo(target, from, value), expected)
})

test('true is any number but zero, or the text', () => {
  assert.deepEqual(
    [true, 'true', '5', 0.5, 2, 'false', Number.NaN].map((value) => toBoolean(null, value)),
    [true, true, true, false, true, false, false],
  )
})

test('a decimal from a number has the digits of its double', () => {
  assert.deepEqual(toDecimal(null, 5, 1), new Decimal(50n, 1))
  assert.deepEqual(toDecimal(null, Buffer.of(1, 2), 1), new Decimal(258n, 1))
  assert.deepEqual(toDecimal(null, '1e3', 1), new Decimal(1n, -3))
})

test('dates, times and timestamps convert into each other and from their base values', () => {
  const cases: [Parameters<typeof toTemporal>[0], Schema | null, unknown, number][] = [
    [TIME_NAME, TIMESTAMP_SCHEMA, new Date(-5), 86_399_995],
    [DATE_NAME, TIMESTAMP_SCHEMA, new Date(-86_400_001), -86_400_000],
    [DATE_NAME, TIMESTAMP_SCHEMA, new Date(-5), 0],
    [TIMESTAMP_NAME, DATE_SCHEMA, new Date(259_200_000), 259_200_000],
    [DATE_NAME, TIME_SCHEMA, new Date(5), 432_000_000],
    [TIME_NAME, null, '12:34:56.789Z', 45_296_789],
    [DATE_NAME, null, '5', 432_000_000],
    [TIMESTAMP_NAME, null, 1.5, 1],
  ]
  for (const [target, from, value, millis] of cases) assert.equal(toTemporal(target, from, value).getTime(), millis)
})

test('what cannot be converted is an error in the words of the JVM', () => {
  const cases: [Schema, Schema | null, unknown, string][] = [
    [INT32_SCHEMA, null, true, 'Unable to convert true (class java.lang.Boolean) to a number'],
    [INT32_SCHEMA, null, ' 5 ', 'Unable to convert  5  (class java.lang.String) to a number'],
    [TIME_SCHEMA, null, null, 'Unable to convert a null value to a schema that requires a value'],
    [
      TIME_SCHEMA,
      INT64_SCHEMA,
      new Date(5),
      'Unable to convert Thu Jan 01 00:00:00 UTC 1970 (class java.util.Date) to Schema{INT64}',
    ],
    [BOOLEAN_SCHEMA, null, [1], 'Unable to convert [1] (class java.util.ArrayList) to a number'],
  ]
  for (const [target, from, value, message] of cases) {
    assert.throws(() => convertTo(target, from, value), { name: 'DataException', message })
  }
  assert.throws(() => toList(null, '5'), { message: 'Unable to convert 5 (class java.lang.Byte) to Schema{ARRAY}' })
})

test('what is no number is refused with the schema that it has, as on the JVM', () => {
  assert.throws(() => convertTo(INT8_SCHEMA, STRING_SCHEMA, 'x'), {
    message: 'Unable to convert x (class java.lang.String) to Schema{STRING}',
  })
  assert.throws(() => convertTo(INT8_SCHEMA, null, 'x'), {
    message: 'Unable to convert x (class java.lang.String) to a number',
  })
  assert.throws(() => toTemporal(TIMESTAMP_NAME, null, '[1,2.5]'), {
    message: 'Unable to convert [1.0, 2.5] (class java.util.ArrayList) to a number',
  })
})
