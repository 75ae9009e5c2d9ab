import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INT8_SCHEMA, INT32_SCHEMA } from '../../src/data/schema.ts'
import { Struct } from '../../src/data/values.ts'
import { dropHeaders } from '../../src/transforms/drop-headers.ts'
import { headerFromValue } from '../../src/transforms/header-from.ts'
import { insertHeader } from '../../src/transforms/insert-header.ts'
import { recordOf, run, USER } from './records.ts'

const headers = ['a', 'b', 'a'].map((key, value) => ({ key, schema: INT32_SCHEMA, value }))

test('all headers of the listed names are dropped', () => {
  const dropped = run(dropHeaders, { headers: 'a,c' }, recordOf(null, 'v', { headers }))
  assert.deepEqual(dropped?.headers, [headers[1]])
})

test('an inserted header comes last and has the smallest type that holds it', () => {
  const inserted = run(insertHeader, { header: 'a', 'value.literal': '123' }, recordOf(null, 'v', { headers }))
  assert.deepEqual(inserted?.headers.at(-1), { key: 'a', schema: INT8_SCHEMA, value: 123 })
  assert.equal(inserted?.headers.length, 4)
})

test('moving takes the field out of the value, copying leaves it', () => {
  const ann = { id: 7, name: 'Ann', email: null }
  const settings = { fields: 'id', headers: 'h' }
  const moved = run(headerFromValue, { ...settings, operation: 'move' }, recordOf(USER, ann))
  assert.deepEqual(moved?.value, { name: 'Ann', email: null })
  assert.deepEqual(moved?.headers, [{ key: 'h', schema: INT32_SCHEMA, value: 7 }])
  const copied = run(headerFromValue, { ...settings, operation: 'copy' }, recordOf(USER, ann))
  assert.deepEqual([copied?.value, copied?.valueSchema], [ann, USER])
})

test('a struct in a map brings its schema along to the header', () => {
  const settings = { fields: 'u', headers: 'h', operation: 'copy' }
  const ann = { id: 7, name: 'Ann', email: null }
  const copied = run(headerFromValue, settings, recordOf(null, { u: new Struct(USER, ann) }))
  assert.deepEqual(copied?.headers, [{ key: 'h', schema: USER, value: ann }])
})
