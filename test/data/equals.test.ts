import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaEquals, valueEquals } from '../../src/data/equals.ts'
import { INT8_SCHEMA, INT32_SCHEMA, type SchemaSpec, STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { Decimal, Struct, TypedNumber } from '../../src/data/values.ts'

const struct = schemaOf({ type: 'struct', fields: [{ name: 'a', schema: INT32_SCHEMA }] })

test('values are equal by content', () => {
  const equal: [unknown, unknown][] = [
    [Number.NaN, Number.NaN],
    [
      [1, { a: [2n] }],
      [1, { a: [2n] }],
    ],
    [Buffer.of(1, 2), Uint8Array.of(1, 2)],
    [new Date(5), new Date(5)],
    [new Decimal(150n, 2), new Decimal(150n, 2)],
    [new Map([['a', [1]]]), new Map([['a', [1]]])],
    [new Map([[new Date(1), 1]]), new Map([[new Date(1), 1]])],
    [{ a: 1, b: null }, { a: 1 }],
    [new Struct(struct, { a: 1 }), new Struct(schemaOf({ ...struct }), { a: 1 })],
    [undefined, null],
  ]
  for (const [a, b] of equal) assert.equal(valueEquals(a, b), true)
})

test('values of another type, scale or content differ', () => {
  const different: [unknown, unknown][] = [
    [1, 1n],
    [0, -0],
    [1, '1'],
    [new Decimal(15n, 1), new Decimal(150n, 2)],
    [new TypedNumber('int8', 1), new TypedNumber('int16', 1)],
    [[1], [1, 2]],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, new Map([['a', 1]])],
    [null, 0],
    [{}, { constructor: 1 }],
  ]
  for (const [a, b] of different) assert.equal(valueEquals(a, b), false)
})

test('schemas are equal when every attribute is, the doc included', () => {
  const spec: SchemaSpec = {
    type: 'int32',
    name: 'n',
    version: 1,
    doc: 'd',
    parameters: new Map([['p', 'q']]),
    default: 5,
  }
  assert.equal(schemaEquals(schemaOf(spec), schemaOf({ ...spec, parameters: new Map([['p', 'q']]) })), true)
  const changes: Partial<SchemaSpec>[] = [
    { type: 'int64' },
    { optional: true },
    { name: 'm' },
    { version: 2 },
    { doc: null },
    { parameters: new Map([['p', 'r']]) },
    { parameters: null },
    { default: 6 },
    { default: undefined },
  ]
  for (const change of changes) assert.equal(schemaEquals(schemaOf(spec), schemaOf({ ...spec, ...change })), false)
})

test('the order of fields counts', () => {
  const a = { name: 'a', schema: INT8_SCHEMA }
  const b = { name: 'b', schema: STRING_SCHEMA }
  assert.equal(
    schemaEquals(schemaOf({ type: 'struct', fields: [a, b] }), schemaOf({ type: 'struct', fields: [b, a] })),
    false,
  )
})
