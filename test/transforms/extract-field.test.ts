import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { extractFieldValue } from '../../src/transforms/extract-field.ts'
import { recordOf, run, structOf } from './records.ts'

test('the field takes the place of the value, its schema that of the schema', () => {
  const extracted = run(
    extractFieldValue,
    { field: 'name' },
    recordOf(structOf({ name: STRING_SCHEMA }), { name: 'Ann' }),
  )
  assert.deepEqual([extracted?.valueSchema, extracted?.value], [STRING_SCHEMA, 'Ann'])
})

test('a name that every JavaScript object has is no field', () => {
  assert.equal(run(extractFieldValue, { field: 'constructor' }, recordOf(null, { a: 1 }))?.value, null)
  assert.throws(() => run(extractFieldValue, { field: 'toString' }, recordOf(structOf({ a: STRING_SCHEMA }), {})), {
    name: 'java.lang.IllegalArgumentException',
    message: 'Unknown field: toString',
  })
})

test('a null field reads as its default unless told otherwise', () => {
  const schema = structOf({ d: schemaOf({ type: 'string', optional: true, default: 'dflt' }) })
  assert.equal(run(extractFieldValue, { field: 'd' }, recordOf(schema, { d: null }))?.value, 'dflt')
  const off = { field: 'd', 'replace.null.with.default': 'false' }
  assert.equal(run(extractFieldValue, off, recordOf(schema, { d: null }))?.value, null)
})
