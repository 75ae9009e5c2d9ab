import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireSide } from '../../src/data/tagged-json-check.ts'

const struct = {
  type: 'struct',
  fields: [
    { type: 'int64', field: 'id' },
    { type: 'map', keys: { type: 'int8' }, values: { type: 'string', optional: true }, optional: true, field: 'names' },
    { type: 'int32', name: 'org.apache.kafka.connect.data.Date', optional: true, default: 5, field: 'day' },
  ],
}

test('a value of its schema is accepted, with tags where they are needed and $raw where it does not fit on purpose', () => {
  const payloads = [
    { id: 1, names: [[1, null]], day: { $date: 86_400_000 } },
    { id: { $int64: '9223372036854775807' } },
    { id: { $raw: 'x' }, names: null },
    { id: { $int32: 5 } },
  ]
  for (const payload of payloads) requireSide({ schema: struct, payload }, 'value')
  requireSide({ schema: { type: 'bytes', default: 'AA==' }, payload: null }, 'value')
  requireSide({ payload: [{ $map: [[{ $int8: 1 }, { $decimal: '1E+3' }]] }] }, 'value')
})

test('what does not fit is refused with its place', () => {
  const cases: readonly (readonly [unknown, unknown, string])[] = [
    [struct, { id: 1.5 }, 'value.payload.id: 1.5 is no int64 (beyond 2^53: {"$int64": "..."})'],
    [struct, { id: 1, names: { a: 'x' } }, 'value.payload.names: keys of int8: a list of [key, value] is needed'],
    [struct, { id: 1, names: [[300, 'x']] }, 'value.payload.names[0][0]: 300 is no int8'],
    [struct, { id: 1, day: 5 }, 'value.payload.day: 5 is no date, which is {"$date": milliseconds}'],
    [struct, { id: { $date: 0 } }, 'value.payload.id: {"$date":0} is no int64; {"$raw": ...} says so on purpose'],
    [struct, [1], 'value.payload: [1] is no struct'],
    [{ type: 'array' }, [], 'value.schema: the schema of an array needs "items"'],
    [{ type: 'struct', fields: [{ type: 'int8' }] }, {}, 'value.schema.fields[0]: a field needs its name in "field"'],
    [{ type: 'int8', optinal: true }, 1, 'value.schema: a schema has no "optinal"'],
    [{ type: 'int8', default: 300 }, 1, 'value.schema.default: 300 is no int8'],
    [null, { a: { $int8: 'x' } }, 'value.payload.a.$int8: "x" is not an integer from -128 to 127'],
    [null, { $date: 1e300 }, 'value.payload.$date: 1e+300 is not milliseconds since 1970'],
    [
      null,
      { $struct: { schema: { type: 'int7' }, payload: 1 } },
      'value.payload.$struct.schema.type: "int7" is no type',
    ],
  ]
  for (const [schema, payload, message] of cases) {
    assert.throws(
      () => requireSide({ schema, payload }, 'value'),
      (error: Error) => error.message.startsWith(message),
      message,
    )
  }
})
