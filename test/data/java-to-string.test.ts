import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateToString, javaToString } from '../../src/data/java-to-string.ts'
import {
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  schemaOf,
} from '../../src/data/schema.ts'
import { Decimal, Struct, TypedNumber } from '../../src/data/values.ts'

const struct = schemaOf({
  type: 'struct',
  fields: [
    { name: 'a', schema: INT32_SCHEMA },
    { name: 'b', schema: OPTIONAL_STRING_SCHEMA },
    { name: 'c', schema: schemaOf({ type: 'array', valueSchema: FLOAT64_SCHEMA }) },
  ],
})

test('values are printed as Java prints them', () => {
  const cases: [unknown, string][] = [
    [null, 'null'],
    ['x', 'x'],
    [true, 'true'],
    [5, '5'],
    [5n, '5'],
    [1.5, '1.5'],
    [1e21, '1000000000000000000000'],
    [new TypedNumber('float64', 1), '1.0'],
    [new TypedNumber('float32', 0.1), '0.1'],
    [new TypedNumber('int8', 1), '1'],
    [new Decimal(150n, 2), '1.50'],
    [new Date(0), 'Thu Jan 01 00:00:00 UTC 1970'],
    [[1, 'a', null, [true]], '[1, a, null, [true]]'],
    [{ a: 1, b: { c: 'd' } }, '{a=1, b={c=d}}'],
    [new Map<unknown, unknown>([[1, 'x']]), '{1=x}'],
    [[new Struct(struct, { a: 1 })], '[Struct{a=1}]'],
  ]
  for (const [value, text] of cases) assert.equal(javaToString(value), text)
})

test('the schema tells floats from integers, and nulls of a struct are left out', () => {
  assert.equal(javaToString(1, FLOAT64_SCHEMA), '1.0')
  assert.equal(javaToString(Math.fround(0.1), FLOAT32_SCHEMA), '0.1')
  assert.equal(javaToString({ a: 1, c: [1, 2.5] }, struct), 'Struct{a=1,c=[1.0, 2.5]}')
})

test('bytes are printed like an address in memory', () => {
  assert.match(javaToString(Buffer.of(1, 2)), /^\[B@[0-9a-f]+$/)
})

test('dates before 15 October 1582 are of the Julian calendar', () => {
  assert.equal(dateToString(new Date(-15_533_899_199_610)), 'Mon Sep 22 12:00:00 UTC 1477')
})
