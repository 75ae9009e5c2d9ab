import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bigIntToBytes,
  bytesToBigInt,
  DATE_SCHEMA,
  dateFromDays,
  dateToDays,
  decimalFromBytes,
  decimalSchema,
  decimalToBytes,
  TIME_SCHEMA,
  timeFromMillis,
  timeToMillis,
} from '../../src/data/logical-types.ts'
import { INT32_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { Decimal } from '../../src/data/values.ts'

test('an integer is as few bytes as hold it with its sign', () => {
  const cases: [bigint, string][] = [
    [0n, '00'],
    [1n, '01'],
    [127n, '7f'],
    [128n, '0080'],
    [156n, '009c'],
    [-1n, 'ff'],
    [-15n, 'f1'],
    [-128n, '80'],
    [-129n, 'ff7f'],
    [-32768n, '8000'],
    [2n ** 63n, '008000000000000000'],
  ]
  for (const [value, hex] of cases) {
    assert.equal(bigIntToBytes(value).toString('hex'), hex)
    assert.equal(bytesToBigInt(Buffer.from(hex, 'hex')), value)
  }
  assert.equal(bytesToBigInt(Buffer.from('ffffff', 'hex')), -1n)
  assert.throws(() => bytesToBigInt(Buffer.alloc(0)), { message: 'Zero length BigInteger' })
})

test('a decimal is written only under its own scale', () => {
  assert.equal(decimalToBytes(decimalSchema(2), new Decimal(156n, 2)).toString('hex'), '009c')
  assert.deepEqual(decimalFromBytes(decimalSchema(2), Buffer.of(0, 0x9c)), new Decimal(156n, 2))
  assert.throws(() => decimalToBytes(decimalSchema(2), new Decimal(15n, 1)), {
    message: 'Decimal value has mismatching scale for given Decimal schema. Schema has scale 2, value has scale 1.',
  })
  const noScale = schemaOf({ type: 'bytes', name: decimalSchema(0).name })
  assert.throws(() => decimalToBytes(noScale, new Decimal(1n, 0)), { name: 'DataException' })
})

test('dates are whole days and times lie within one day', () => {
  assert.equal(dateToDays(DATE_SCHEMA, new Date(-86_400_000)), -1)
  assert.deepEqual(dateFromDays(DATE_SCHEMA, 3), new Date(259_200_000))
  assert.throws(() => dateToDays(DATE_SCHEMA, new Date(5)), {
    message: 'Kafka Connect Date type should not have any time fields set to non-zero values.',
  })
  assert.equal(timeToMillis(TIME_SCHEMA, new Date(86_400_000)), 86_400_000)
  assert.throws(() => timeToMillis(TIME_SCHEMA, new Date(-1)), {
    message: 'Kafka Connect Time type should not have any date fields set to non-zero values.',
  })
  assert.throws(() => timeFromMillis(TIME_SCHEMA, 86_400_001), {
    message: 'Time values must use number of milliseconds greater than 0 and less than 86400000',
  })
  assert.throws(() => dateToDays(INT32_SCHEMA, new Date(0)), {
    message: 'Requested conversion of Date object but the schema does not match.',
  })
})
