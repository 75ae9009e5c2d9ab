import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldOf, INT8_SCHEMA, OPTIONAL_STRING_SCHEMA, schemaOf, schemaWith, typeName } from '../../src/data/schema.ts'

const struct = schemaOf({
  type: 'struct',
  name: 's',
  fields: [
    { name: 'a', schema: INT8_SCHEMA },
    { name: 'constructor', schema: OPTIONAL_STRING_SCHEMA },
  ],
})

test('a field is found by its name and knows its place', () => {
  assert.deepEqual(fieldOf(struct, 'constructor'), { name: 'constructor', index: 1, schema: OPTIONAL_STRING_SCHEMA })
  assert.equal(fieldOf(struct, 'toString'), undefined)
  assert.equal(fieldOf(INT8_SCHEMA, 'a'), undefined)
  assert.equal(fieldOf({ ...struct }, 'a')?.schema, INT8_SCHEMA)
})

test('a changed copy keeps everything else', () => {
  const optional = schemaWith(struct, { optional: true, name: null })
  assert.equal(optional.optional, true)
  assert.equal(optional.name, null)
  assert.deepEqual(optional.fields, struct.fields)
  assert.equal(struct.optional, false)
})

test('types are named as in the messages of the JVM', () => {
  assert.deepEqual([typeName('int8'), typeName('float64'), typeName('struct')], ['INT8', 'FLOAT64', 'STRUCT'])
})
