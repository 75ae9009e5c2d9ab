import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectValue } from '../../src/data/project-schema.ts'
import {
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT8_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  type Schema,
  STRING_SCHEMA,
  schemaOf,
} from '../../src/data/schema.ts'

const struct = (fields: Record<string, Schema>): Schema =>
  schemaOf({ type: 'struct', fields: Object.entries(fields).map(([name, schema]) => ({ name, schema })) })
const list = (valueSchema: Schema): Schema => schemaOf({ type: 'array', valueSchema })
const withDefault = schemaOf({ type: 'int32', default: 7 })

test('numbers widen, inside lists, maps and structs too', () => {
  assert.equal(projectValue(INT8_SCHEMA, 1, INT64_SCHEMA), 1n)
  assert.equal(projectValue(INT64_SCHEMA, 1n, FLOAT32_SCHEMA), 1)
  assert.deepEqual(projectValue(list(INT8_SCHEMA), [1], list(INT64_SCHEMA)), [1n])
  const map = (keySchema: Schema): Schema => schemaOf({ type: 'map', keySchema, valueSchema: STRING_SCHEMA })
  assert.deepEqual(projectValue(map(INT8_SCHEMA), new Map([[1, 'x']]), map(INT64_SCHEMA)), new Map([[1n, 'x']]))
  assert.deepEqual(
    projectValue(
      struct({ a: INT32_SCHEMA, gone: STRING_SCHEMA }),
      { a: 1, gone: 'x' },
      struct({ a: INT64_SCHEMA, c: withDefault, d: OPTIONAL_INT8_SCHEMA }),
    ),
    { a: 1n, c: 7 },
  )
})

test('a null needs an optional target or its default', () => {
  assert.equal(projectValue(OPTIONAL_INT32_SCHEMA, null, withDefault), 7)
  assert.equal(projectValue(OPTIONAL_INT32_SCHEMA, null, OPTIONAL_INT32_SCHEMA), null)
  assert.equal(projectValue(INT32_SCHEMA, null, OPTIONAL_INT32_SCHEMA), null)
})

test('incompatible schemas are refused in the words of the JVM', () => {
  const cases: [Schema, unknown, Schema, string][] = [
    [INT64_SCHEMA, 1n, INT32_SCHEMA, 'Schema type mismatch. source type: INT64 and target type: INT32'],
    [FLOAT64_SCHEMA, 1, FLOAT32_SCHEMA, 'Schema type mismatch. source type: FLOAT64 and target type: FLOAT32'],
    [
      schemaOf({ type: 'int32', name: 'A' }),
      1,
      schemaOf({ type: 'int32', name: 'B' }),
      'Schema name mismatch. source name: A and target name: B',
    ],
    [
      schemaOf({ type: 'int32', parameters: new Map([['a', '1']]) }),
      1,
      INT32_SCHEMA,
      'Schema parameters not equal. source parameters: {a=1} and target parameters: null',
    ],
    [
      OPTIONAL_INT32_SCHEMA,
      1,
      INT32_SCHEMA,
      'Writer schema is optional, however, target schema does not provide a default value.',
    ],
    [
      struct({ a: INT32_SCHEMA }),
      { a: 1 },
      struct({ b: INT32_SCHEMA }),
      'Required field `b` is missing from source schema: Schema{STRUCT}',
    ],
    [struct({ a: INT32_SCHEMA }), { a: 1 }, struct({ a: STRING_SCHEMA }), 'Error projecting a'],
  ]
  for (const [source, value, target, message] of cases) {
    assert.throws(() => projectValue(source, value, target), { name: 'SchemaProjectorException', message })
  }
})

test('a struct is always rebuilt: fields that are null take the default of the source, missing optional ones stay unset', () => {
  const optionalDefault = schemaOf({ type: 'int32', optional: true, default: 9 })
  assert.deepEqual(projectValue(struct({ a: withDefault }), {}, struct({ a: withDefault })), { a: 7 })
  assert.deepEqual(projectValue(struct({ a: withDefault }), {}, struct({ a: INT32_SCHEMA })), { a: 7 })
  assert.deepEqual(projectValue(struct({}), {}, struct({ a: optionalDefault })), {})
  assert.throws(() => projectValue(struct({ a: INT32_SCHEMA }), {}, struct({ a: INT32_SCHEMA })), {
    name: 'DataException',
    message: 'Invalid value: null used for required field: "a", schema type: INT32',
  })
})
