import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLOAT64_SCHEMA, OPTIONAL_STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { Decimal, Struct } from '../../src/data/values.ts'
import { valueText } from '../../src/data/values-text.ts'

test('values become the text that is read back as them', () => {
  const cases: [unknown, string | null][] = [
    [null, null],
    ['a"b\\c', 'a"b\\c'],
    [5, '5'],
    [1.5, '1.5'],
    [true, 'true'],
    [new Decimal(1n, -3), '1E+3'],
    [Buffer.of(0, 255, 1), 'AP8B'],
    [new Date(5), '00:00:00.005Z'],
    [new Date(-1), '23:59:59.999Z'],
    [new Date('2024-02-29'), '2024-02-29'],
    [new Date('2024-02-29T12:34:56.789Z'), '2024-02-29T12:34:56.789Z'],
    [[null, 'a"b\\', Buffer.of(1), [1], { k: 'v' }], '[null,"a\\"b\\\\","AQ==",[1],{"k":"v"}]'],
    [new Map<unknown, unknown>([[1, new Date(0)]]), '{1:00:00:00.000Z}'],
  ]
  for (const [value, text] of cases) assert.equal(valueText(value), text)
})

test('a struct shows all its fields, with their defaults', () => {
  const struct = schemaOf({
    type: 'struct',
    fields: [
      { name: 'a', schema: schemaOf({ type: 'int32', optional: true, default: 7 }) },
      { name: 'b', schema: OPTIONAL_STRING_SCHEMA },
      { name: 'c', schema: FLOAT64_SCHEMA },
    ],
  })
  assert.equal(valueText({ c: 3 }, struct), '{"a":7,"b":null,"c":3.0}')
  assert.equal(valueText([new Struct(struct, { a: 1, b: 'x', c: 1 })]), '[{"a":1,"b":"x","c":1.0}]')
})
