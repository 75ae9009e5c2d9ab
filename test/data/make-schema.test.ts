import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSchema } from '../../src/data/make-schema.ts'
import { INT8_SCHEMA, type SchemaSpec } from '../../src/data/schema.ts'

test('what cannot be built is refused in the words of the JVM', () => {
  const a = { name: 'a', schema: INT8_SCHEMA }
  const cases: [SchemaSpec, string][] = [
    [{ type: 'map', valueSchema: INT8_SCHEMA }, 'keySchema cannot be null.'],
    [{ type: 'map', keySchema: INT8_SCHEMA }, 'valueSchema cannot be null.'],
    [{ type: 'array' }, 'valueSchema cannot be null.'],
    [{ type: 'int32', fields: [a] }, 'Cannot create fields on type INT32'],
    [{ type: 'struct', fields: [{ name: '', schema: INT8_SCHEMA }] }, 'fieldName cannot be null.'],
    [{ type: 'struct', fields: [a, a] }, 'Cannot create field because of field name duplication a'],
    [{ type: 'int32', default: 'x' }, 'Invalid default value'],
    [{ type: 'int32', default: null }, 'Invalid default value'],
    [{ type: 'int8', default: 300 }, 'Invalid default value'],
  ]
  for (const [spec, message] of cases) {
    assert.throws(() => makeSchema(spec), { name: 'SchemaBuilderException', message })
  }
})

test('a valid default is kept, null too where the schema is optional', () => {
  assert.equal(makeSchema({ type: 'int32', default: 5 }).default, 5)
  assert.equal(makeSchema({ type: 'int32', optional: true, default: null }).default, null)
})
