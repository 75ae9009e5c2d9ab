import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DATE_SCHEMA, decimalSchema } from '../../src/data/logical-types.ts'
import { INT8_SCHEMA, INT32_SCHEMA, INT64_SCHEMA, type Schema, STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { validateField, validateValue } from '../../src/data/validate-value.ts'
import { Decimal, Struct } from '../../src/data/values.ts'

const list = schemaOf({ type: 'array', valueSchema: INT32_SCHEMA })
const map = schemaOf({ type: 'map', keySchema: STRING_SCHEMA, valueSchema: INT8_SCHEMA })
const struct = schemaOf({ type: 'struct', fields: [{ name: 'a', schema: INT32_SCHEMA }] })
const named = schemaOf({ type: 'int32', name: 'N' })

test('values that fit pass', () => {
  const cases: [Schema, unknown][] = [
    [INT32_SCHEMA, -2147483648],
    [INT64_SCHEMA, 2n ** 63n - 1n],
    [list, [1, 2]],
    [map, new Map([['a', 1]])],
    [struct, { a: 1 }],
    [struct, new Struct(schemaOf({ ...struct }), { a: 1 })],
    [DATE_SCHEMA, new Date(0)],
    [decimalSchema(1), new Decimal(1234n, 3)],
    [schemaOf({ type: 'int8', optional: true }), null],
    [schemaOf({ type: 'struct', fields: [{ name: 'a', schema: schemaOf({ type: 'int8', default: 1 }) }] }), {}],
  ]
  for (const [schema, value] of cases) validateValue(schema, value)
})

test('values that do not fit are refused in the words of the JVM', () => {
  const cases: [Schema, unknown, string][] = [
    [INT32_SCHEMA, null, 'Invalid value: null used for required value, schema type: INT32'],
    [INT32_SCHEMA, 'x', 'Invalid Java object for schema with type INT32: class java.lang.String for value'],
    [named, 'x', 'Invalid Java object for schema "N" with type INT32: class java.lang.String for value'],
    [INT8_SCHEMA, 300, 'Invalid Java object for schema with type INT8: class java.lang.Long for value'],
    [INT64_SCHEMA, 2n ** 63n, 'Invalid Java object for schema with type INT64: class java.lang.Long for value'],
    [
      list,
      [1, 'x'],
      'Invalid Java object for schema with type INT32: class java.lang.String for element of array value',
    ],
    [list, [null], 'Invalid value: null used for required element of array value, schema type: INT32'],
    [
      map,
      new Map([[1, 1]]),
      'Invalid Java object for schema with type STRING: class java.lang.Long for key of map value',
    ],
    [
      map,
      new Map([['a', 'b']]),
      'Invalid Java object for schema with type INT8: class java.lang.String for value of map value',
    ],
    [struct, {}, 'Invalid value: null used for required field: "a", schema type: INT32'],
    [struct, new Struct(list, {}), 'Struct schemas do not match.'],
    [
      DATE_SCHEMA,
      5,
      'Invalid Java object for schema "org.apache.kafka.connect.data.Date" with type INT32: class java.lang.Integer for value',
    ],
  ]
  for (const [schema, value, message] of cases) {
    assert.throws(() => validateValue(schema, value), { name: 'DataException', message })
  }
})

test('a field is named in the message', () => {
  assert.throws(() => validateField('f', list, null), {
    message: 'Invalid value: null used for required field: "f", schema type: ARRAY',
  })
})
