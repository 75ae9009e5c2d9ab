import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INT32_SCHEMA, STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { flattenValue } from '../../src/transforms/flatten.ts'
import { recordOf, run, structOf } from './records.ts'

test('nested maps become one level and arrays stay', () => {
  const value = { a: { b: 1, c: { d: 'x' } }, e: [{ f: 1 }], g: null, h: {} }
  assert.deepEqual(run(flattenValue, {}, recordOf(null, value))?.value, {
    'a.b': 1,
    'a.c.d': 'x',
    e: [{ f: 1 }],
    g: null,
  })
})

test('what stands in an optional struct becomes optional, and null when the struct is', () => {
  const schema = structOf({ a: structOf({ b: INT32_SCHEMA }, { optional: true }), z: STRING_SCHEMA })
  const flat = run(flattenValue, { delimiter: '_' }, recordOf(schema, { a: null, z: 'q' }))
  assert.deepEqual(flat?.value, { a_b: null, z: 'q' })
  assert.deepEqual(
    flat?.valueSchema?.fields.map(({ name, schema: field }) => [name, field.optional]),
    [
      ['a_b', true],
      ['z', false],
    ],
  )
})

test("a struct's default gives those of its fields", () => {
  const inner = schemaOf({ ...structOf({ b: INT32_SCHEMA }, { optional: true }), default: { b: 7 } })
  const flat = run(flattenValue, {}, recordOf(structOf({ a: inner }), { a: null }))
  assert.equal(flat?.valueSchema?.fields[0]?.schema.default, 7)
})

test('a map under a schema is refused', () => {
  const map = schemaOf({ type: 'map', keySchema: STRING_SCHEMA, valueSchema: INT32_SCHEMA })
  assert.throws(
    () => run(flattenValue, {}, recordOf(structOf({ m: map }), { m: new Map() })),
    /Flatten transformation does not support MAP for record with schemas \(for field m\)\./,
  )
})

test('of two values with one name that counts which the JVM comes to last, whatever their order here', () => {
  const flat = (value: object) => run(flattenValue, {}, recordOf(null, value))?.value
  assert.deepEqual(flat({ a: { b: 1 }, 'a.b': 2 }), { 'a.b': 2 }) // a HashMap has "a" in front of "a.b"
  assert.deepEqual(flat({ 'a.b': 2, a: { b: 1 } }), { 'a.b': 2 })
})

test('a key that is null stays null outside and becomes the text inside', () => {
  const value = new Map<unknown, unknown>([
    [null, 1],
    ['a', new Map([[null, 2]])],
  ])
  const flat = run(flattenValue, {}, recordOf(null, value))?.value
  assert.deepEqual(
    flat,
    new Map<unknown, unknown>([
      [null, 1],
      ['a.null', 2],
    ]),
  )
})
