import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { hoistFieldValue } from '../../src/transforms/hoist-field.ts'
import { setSchemaMetadataValue } from '../../src/transforms/set-schema-metadata.ts'
import { valueToKey } from '../../src/transforms/value-to-key.ts'
import { recordOf, run, USER } from './records.ts'

const ann = { id: 7, name: 'Ann', email: null }

test('the key gets the listed fields in the listed order', () => {
  const keyed = run(valueToKey, { fields: 'name,id' }, recordOf(USER, ann))
  assert.deepEqual(Object.entries(keyed?.key as object), [
    ['name', 'Ann'],
    ['id', 7],
  ])
  assert.deepEqual(
    keyed?.keySchema?.fields.map(({ name }) => name),
    ['name', 'id'],
  )
})

test('a value is hoisted into a struct when it has a schema, else into a map', () => {
  const hoisted = run(hoistFieldValue, { field: 'line' }, recordOf(STRING_SCHEMA, 'hello'))
  assert.deepEqual([hoisted?.value, hoisted?.valueSchema?.type], [{ line: 'hello' }, 'struct'])
  assert.deepEqual(run(hoistFieldValue, { field: 'line' }, recordOf(null, null))?.value, { line: null })
})

test('a struct that lacks a required field cannot be hoisted', () => {
  assert.throws(() => run(hoistFieldValue, { field: 'u' }, recordOf(USER, { id: 1 })), {
    message: 'Invalid value: null used for required field: "name", schema type: STRING',
  })
})

test('a schema gets a name and keeps the rest', () => {
  const renamed = run(setSchemaMetadataValue, { 'schema.name': 'com.x.Y', 'schema.version': '2' }, recordOf(USER, ann))
  assert.deepEqual([renamed?.valueSchema?.name, renamed?.valueSchema?.version], ['com.x.Y', 2])
  assert.deepEqual([renamed?.value, renamed?.valueSchema?.fields], [ann, USER.fields])
})

test('only structs can be given another name, as on the JVM', () => {
  const array = schemaOf({ type: 'array', valueSchema: STRING_SCHEMA })
  assert.throws(() => run(setSchemaMetadataValue, { 'schema.name': 'S' }, recordOf(array, ['a'])), {
    message: 'Cannot list fields on non-struct type',
  })
})
