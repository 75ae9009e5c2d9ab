import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DATE_SCHEMA } from '../../src/data/logical-types.ts'
import { INT32_SCHEMA, INT64_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { TypedNumber } from '../../src/data/values.ts'
import { castKey, castValue } from '../../src/transforms/cast.ts'
import { recordOf, run, structOf } from './records.ts'

const schemaless = (spec: string, value: unknown) => run(castValue, { spec }, recordOf(null, value))?.value

test('a schemaless number keeps the type that it was cast to', () => {
  assert.deepEqual(schemaless('a:int8', { a: 300 }), { a: new TypedNumber('int8', 44) })
  assert.deepEqual(schemaless('a:float64', { a: 5 }), { a: new TypedNumber('float64', 5) })
  assert.deepEqual(schemaless('a:int64', { a: '9007199254740993' }), { a: 9007199254740993n })
})

test('fractions are cut, and floating point numbers stop at the ends of an int before they wrap', () => {
  assert.deepEqual(schemaless('a:int32', { a: 1e20 + 0.5 }), { a: new TypedNumber('int32', 1661992960) })
  assert.deepEqual(schemaless('a:int32', { a: new TypedNumber('float64', 1e20) }), {
    a: new TypedNumber('int32', 2147483647),
  })
  assert.deepEqual(schemaless('a:int8', { a: -2.7 }), { a: new TypedNumber('int8', -2) })
})

test('text must be a number as a whole', () => {
  assert.throws(() => schemaless('a:int32', { a: '1.5' }), {
    name: 'DataException',
    message: 'Value (1.5) was out of range for requested data type',
  })
})

test('a field that a schemaless map lacks is added as null, one that a struct lacks is not', () => {
  assert.deepEqual(schemaless('missing:int32', { a: 1 }), { a: 1, missing: null })
  const schema = structOf({ a: INT32_SCHEMA })
  assert.deepEqual(run(castValue, { spec: 'missing:int32' }, recordOf(schema, { a: 1 }))?.value, { a: 1 })
})

test('a cast field keeps that it is optional and its default, and loses its logical name', () => {
  const optional = schemaOf({ type: 'int32', optional: true, default: 5 })
  const cast = run(
    castValue,
    { spec: 'a:int64,d:string' },
    recordOf(structOf({ a: optional, d: DATE_SCHEMA }), {
      a: null,
      d: new Date('2023-11-14'),
    }),
  )
  assert.deepEqual(cast?.value, { a: 5n, d: '2023-11-14' })
  assert.deepEqual(
    cast?.valueSchema?.fields.map(({ schema }) => [schema.type, schema.optional, schema.name, schema.default]),
    [
      ['int64', true, null, 5n],
      ['string', false, null, undefined],
    ],
  )
})

test('the whole key can be cast', () => {
  const cast = run(castKey, { spec: 'int8' }, recordOf(null, 'v', { keySchema: INT64_SCHEMA, key: 5n }))
  assert.deepEqual([cast?.keySchema?.type, cast?.key], ['int8', 5])
})

test('a whole-value type stands alone', () => {
  assert.throws(() => run(castValue, { spec: 'int8,int16' }, recordOf(null, 1)), /may only specify a single cast/)
})
