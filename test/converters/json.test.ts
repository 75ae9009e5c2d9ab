import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { DECIMAL_NAME } from '../../src/data/logical-types.ts'
import {
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
  schemaOf,
} from '../../src/data/schema.ts'
import { Decimal, TypedNumber } from '../../src/data/values.ts'
import type { Converter } from '../../src/plugin/converter.ts'
import { serialise } from '../helpers/serialise.ts'

const converter = (raw: RawConfig = {}): Converter => {
  const made = jsonConverter.create?.(parseOrThrow(jsonConverter.config, raw), 'value')
  assert.ok(made)
  return made
}
const plain = converter({ 'schemas.enable': 'false' })
const enveloped = converter()
const readUnder = (schema: string, payload: string): unknown =>
  enveloped.toConnect('t', Buffer.from(`{"schema":${schema},"payload":${payload}}`)).value

test('numbers under a schema are taken leniently', () => {
  const cases: [string, string, unknown][] = [
    ['int32', '1.9', 1],
    ['int32', '-1.9', -1],
    ['int32', '1e3', 1000],
    ['int32', '1e400', 0],
    ['int32', '99999999999', 1215752191],
    ['int32', '99999999999999999999', 1661992959],
    ['int32', 'true', 0],
    ['int32', '{}', 0],
    ['int8', '-129', 127],
    ['int16', '40000', -25536],
    ['int64', '1.9', 1n],
    ['int64', '1e19', -8446744073709551616n],
    ['int64', '9007199254740993', 9007199254740993n],
    ['float', '1.1', Math.fround(1.1)],
    ['float', '1e400', Number.POSITIVE_INFINITY],
    ['double', '99999999999999999999', 1e20],
    ['double', 'true', 0],
    ['boolean', '1', false],
    ['string', 'true', null],
    ['bytes', '5', null],
    ['bytes', '"AA==AA=="', Buffer.of(0, 0)],
    ['bytes', '"AP8B\\n"', Buffer.of(0, 255, 1)],
  ]
  for (const [type, payload, value] of cases) {
    // Twice: the second time the envelope is known by its first bytes.
    assert.deepEqual([type, payload, readUnder(`{"type":"${type}"}`, payload)], [type, payload, value])
    assert.deepEqual(readUnder(`{"type":"${type}"}`, payload), value)
  }
})

test('payloads that do not fit are refused in the words of the JVM', () => {
  const struct = '{"type":"struct","fields":[{"type":"string","field":"a"}]}'
  const map = '{"type":"map","keys":{"type":"int32"},"values":{"type":"int32"}}'
  const date = '{"type":"int32","name":"org.apache.kafka.connect.data.Date"}'
  const cases: [string, string, string][] = [
    ['{"type":"int32"}', 'null', 'Invalid null value for required INT32 field'],
    ['{"type":"bytes"}', '"AA"', 'Invalid bytes field'],
    [struct, '5', 'Structs should be encoded as JSON objects, but found NUMBER'],
    [struct, '{"a":1}', 'Invalid value: null used for required field: "a", schema type: STRING'],
    [struct, '{}', 'Invalid null value for required STRING field'],
    [map, '{}', 'Maps with non-string fields should be encoded as JSON array of tuples, but found OBJECT'],
    [map, '[null]', 'Found invalid map entry instead of array tuple: NULL'],
    [map, '[[1]]', 'Found invalid map entry, expected length 2 but found :1'],
    [date, '1e2', 'Invalid type for Date, underlying representation should be integer but was NUMBER'],
    [date, '5.0', 'Invalid type for Date, underlying representation should be integer but was NUMBER'],
    ['{"type":"bogus"}', '1', 'Unknown schema type: bogus'],
    ['{}', '1', "Schema must contain 'type' field"],
    ['{"type":"string","default":5}', '1', 'Invalid default value'],
    ['{"type":"struct","fields":[{"type":"int32","field":""}]}', '1', 'fieldName cannot be null.'],
  ]
  for (const [schema, payload, message] of cases) {
    assert.throws(() => readUnder(schema, payload), { message })
    assert.throws(() => readUnder(schema, payload), { message })
  }
})

test('a decimal keeps its digits, known envelope or not', () => {
  const schema = `{"type":"bytes","name":"${DECIMAL_NAME}","version":1,"parameters":{"scale":"2"}}`
  for (const [payload, decimal] of [
    ['123.40', new Decimal(12340n, 2)],
    ['5', new Decimal(5n, 0)],
    ['1e2', new Decimal(1n, -2)],
    ['"MDk="', new Decimal(12345n, 2)],
    ['99999999999999999999', new Decimal(99999999999999999999n, 0)],
  ] as const) {
    assert.deepEqual(readUnder(schema, payload), decimal)
    assert.deepEqual(readUnder(schema, payload), decimal)
  }
})

test('a schema that was seen before is the same object again', () => {
  const message = (payload: string, space = ''): Buffer =>
    Buffer.from(`{"schema":${space}{"type":"struct","fields":[{"type":"int32","field":"a"}]},"payload":${payload}}`)
  const first = enveloped.toConnect('t', message('{"a":1}'))
  assert.equal(enveloped.toConnect('t', message('{"a":2}')).schema, first.schema)
  assert.equal(enveloped.toConnect('t', message('{"a":2}', ' ')).schema, first.schema)
})

test('a known beginning does not hide a broken envelope', () => {
  const start = '{"schema":{"type":"int32"},"payload":'
  assert.equal(enveloped.toConnect('t', Buffer.from(`${start}1}`)).value, 1)
  for (const rest of ['1,"x":2}', '1}}x', '}', '1', '1,}']) {
    const bytes = Buffer.from(start + rest)
    if (rest === '1}}x') assert.equal(enveloped.toConnect('t', bytes).value, 1)
    else assert.throws(() => enveloped.toConnect('t', bytes), { name: 'DataException' })
  }
  assert.equal(enveloped.toConnect('t', Buffer.from(`${start}1,"payload":2}`)).value, 2)
})

test('plain JSON tells integers from floating point numbers', () => {
  const cases: [string, unknown][] = [
    ['{"a":1,"b":2.5,"c":5.0}', { a: 1, b: 2.5, c: new TypedNumber('float64', 5) }],
    ['9223372036854775808', -9223372036854775808n],
    ['18446744073709551617', 1],
    ['1E400', Number.POSITIVE_INFINITY],
    ['-0.0', new TypedNumber('float64', 0)],
    ['-0', 0],
    ['', null],
  ]
  for (const [text, value] of cases) assert.deepEqual(plain.toConnect('t', Buffer.from(text)).value, value)
})

test('a fixed schema reads messages without envelope', () => {
  const fixed = converter({ 'schema.content': '{"type":"int32"}' })
  assert.deepEqual(fixed.toConnect('t', Buffer.from('5')).value, 5)
  assert.deepEqual(fixed.toConnect('t', Buffer.from('')).value, 0)
  assert.deepEqual(fixed.toConnect('t', null), { schema: null, value: null })
  assert.throws(() => fixed.toConnect('t', Buffer.from('null')), {
    message: 'Invalid null value for required INT32 field',
  })
  assert.throws(() => converter({ 'schema.content': '{"type' }), {
    message: 'Failed to parse schema in converter config due to serialization error: ',
  })
  assert.deepEqual(
    converter({ 'schema.content': '{"type":"int32"}', 'schemas.enable': 'false' }).toConnect('t', Buffer.from('5'))
      .schema,
    null,
  )
})

test('other encodings and bytes that are not text', () => {
  const read = (...bytes: number[]): unknown => plain.toConnect('t', Buffer.from(bytes)).value
  assert.equal(read(0xef, 0xbb, 0xbf, 0x31), 1)
  assert.equal(read(0xfe, 0xff, 0, 0x31), 1)
  assert.equal(read(0x31, 0, 0x32, 0), 12)
  assert.equal(read(0, 0x31, 0, 0x32), 12)
  assert.equal(read(0, 0, 0, 0x31), 1)
  assert.equal(read(0xff, 0xfe, 0, 0, 0x31, 0, 0, 0), 1)
  assert.equal(read(0x31, 0x20, 0xff), 1)
  for (const bytes of [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0xff], [0]]) {
    assert.throws(() => read(...bytes), { name: 'DataException' })
  }
  assert.equal(plain.toConnect('t', Buffer.from('"\ufffd"')).value, '\ufffd')
})

test('values that do not fit their schema are not written', () => {
  const struct = schemaOf({ type: 'struct', fields: [{ name: 'a', schema: INT8_SCHEMA }] })
  const cases: [Parameters<Converter['fromConnect']>[1], unknown, string][] = [
    [INT8_SCHEMA, 300, 'Invalid type for INT8: class java.lang.Long'],
    [INT32_SCHEMA, 1.5, 'Invalid type for INT32: class java.lang.Double'],
    [INT64_SCHEMA, 'x', 'Invalid type for INT64: class java.lang.String'],
    [struct, [], 'Invalid type for STRUCT: class java.util.ArrayList'],
    [struct, { a: 'x' }, 'Invalid type for INT8: class java.lang.String'],
    [null, new Decimal(1n, 0), 'Java class class java.math.BigDecimal does not have corresponding schema type.'],
  ]
  for (const [schema, value, message] of cases) {
    assert.throws(() => serialise(plain, schema, value), { name: 'DataException', message })
  }
})

test('hostile field names are written and read like any other', () => {
  const schema = schemaOf({
    type: 'struct',
    fields: [
      { name: '__proto__', schema: OPTIONAL_STRING_SCHEMA },
      { name: 'constructor', schema: OPTIONAL_STRING_SCHEMA },
      { name: 'b', schema: STRING_SCHEMA },
    ],
  })
  const text = plain.fromConnect('t', schema, { b: 'x' })
  assert.equal(text, '{"__proto__":null,"constructor":null,"b":"x"}')
  const full = enveloped.fromConnect('t', schema, JSON.parse('{"__proto__":"p","constructor":"c","b":"x"}'))
  const { value } = enveloped.toConnect('t', Buffer.from(full as string))
  assert.equal(JSON.stringify(value), '{"__proto__":"p","constructor":"c","b":"x"}')
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
})

test('minus zero is zero, a negative number too small for a double is minus zero', () => {
  assert.deepEqual(
    ['-0', '-0.0', '-8e-400'].map((text) => readUnder('{"type":"double"}', text)),
    [0, 0, -0],
  )
  assert.deepEqual(
    ['-0', '-0.0', '-8e-400'].map((text) => plain.toConnect('t', Buffer.from(text)).value),
    [0, new TypedNumber('float64', 0), -0],
  )
})

test('a field name is no place for half a surrogate pair, a text is', () => {
  for (const name of ['\\ud800', '\\udc00', 'a\\ud800\\u0041']) {
    assert.throws(() => plain.toConnect('t', Buffer.from(`{"${name}":1}`)), { name: 'DataException' }, name)
  }
  // The JVM's parser for other encodings does not mind
  assert.deepEqual(plain.toConnect('t', Buffer.from('{"\\ud800":1}', 'utf16le')).value, { '\ud800': 1 })
  assert.deepEqual(plain.toConnect('t', Buffer.from('{"\\ud83d\\ude00":"\\ud800"}')).value, { '😀': '\ud800' })
})

test('a version that is no integer is none', () => {
  assert.equal(
    enveloped.toConnect('t', Buffer.from('{"schema":{"type":"int32","version":1.5},"payload":1}')).schema?.version,
    null,
  )
})

test('nulls inside of a default follow replace.null.with.default', () => {
  const items = '{"type":"int8","optional":true,"default":-1}'
  const message = Buffer.from(`{"schema":{"type":"array","items":${items},"default":[null]},"payload":[]}`)
  assert.deepEqual(enveloped.toConnect('t', message).schema?.default, [-1])
  const keeping = converter({ 'replace.null.with.default': 'false' })
  assert.deepEqual(keeping.toConnect('t', message).schema?.default, [null])
})

test('half a character at the end of UTF-16 is not passed over', () => {
  assert.throws(() => plain.toConnect('t', Buffer.of(0x30, 0, 0x5b)), { name: 'DataException' })
  assert.throws(() => plain.toConnect('t', Buffer.of(0, 0x30, 0x5b)), { name: 'DataException' })
})

test('a timestamp that no date here holds is an error, neither read nor written as something else', () => {
  const timestamp = schemaOf({ type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp' })
  assert.throws(() => converter().fromConnect('t', timestamp, new Date(Number.NaN)), /beyond the year 275760/)
  const text =
    '{"schema":{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp"},"payload":9223372036825200000}'
  assert.throws(() => converter().toConnect('t', Buffer.from(text)), /beyond the year 275760/)
})

test('a text missing in a list of a struct is refused where the list needs texts', () => {
  const schema = '{"type":"struct","fields":[{"type":"array","items":{"type":"string"},"field":"tags"}]}'
  assert.throws(() => converter().toConnect('t', Buffer.from(`{"schema":${schema},"payload":{"tags":["a",5]}}`)), {
    name: 'DataException',
    message: 'Invalid value: null used for required element of array field: "tags", schema type: STRING',
  })
})

test('names with escapes are those of the message on every version of Node.js', () => {
  const read = (text: string): string[] => Object.keys(plain.toConnect('t', Buffer.from(text)).value as object)
  // In Node.js 24 and 26 the first message makes JSON.parse give a wrong name in the second
  assert.deepEqual(read('{"h":[],"\\\\":0}'), ['h', '\\'])
  assert.deepEqual(read('{"h":1,"\\"":2}'), ['h', '"'])
  assert.deepEqual(read('{"h":1,"\\n":2}'), ['h', '\n'])
})

test('a value writes itself into a batch as the bytes that it is converted to', () => {
  const inner = schemaOf({ type: 'struct', fields: [{ name: 'é', schema: STRING_SCHEMA }] })
  const schema = schemaOf({
    type: 'struct',
    name: 'ns.Order',
    fields: [
      { name: 'text', schema: STRING_SCHEMA },
      { name: 'maybe', schema: OPTIONAL_STRING_SCHEMA },
      { name: 'fallback', schema: schemaOf({ type: 'string', default: 'd"é' }) },
      { name: 'count', schema: INT64_SCHEMA },
      { name: 'inner', schema: inner },
      { name: 'none', schema: schemaOf({ type: 'struct', optional: true }) },
      { name: '__proto__', schema: OPTIONAL_STRING_SCHEMA },
      { name: 'list', schema: schemaOf({ type: 'array', valueSchema: inner, optional: true }) },
      {
        name: 'amount',
        schema: schemaOf({ type: 'bytes', name: DECIMAL_NAME, parameters: new Map([['scale', '1']]) }),
      },
    ],
  })
  const value = {
    text: 'a line with "quotes", long enough for a call',
    count: 9_007_199_254_740_993n,
    inner: { é: '😀\ud800' },
    none: {},
    list: [{ é: '€' }],
    amount: new Decimal(15n, 1),
  }
  for (const settings of [{}, { 'schemas.enable': 'false' }, { 'replace.null.with.default': 'false' }]) {
    const json = converter({ ...settings, 'decimal.format': 'NUMERIC' })
    const isRefused = 'replace.null.with.default' in settings
    if (isRefused) assert.throws(() => serialise(json, schema, value), { name: 'DataException' })
    const bytes = serialise(json, schema, isRefused ? { ...value, fallback: 'f' } : value)
    assert.ok(String(bytes).includes('"inner":{"é":"\\uD83D\\uDE00\\uD800"},"none":{},"__proto__":null,'))
    assert.match(String(serialise(json, OPTIONAL_STRING_SCHEMA, null)), /(^|"payload":)null}?$/)
  }
  assert.equal(converter().writerFor?.('t', null, 'no schema'), null)
})

test('a value is written only where it has room, and a value that does not fit its schema not at all', () => {
  const schema = schemaOf({ type: 'struct', fields: [{ name: 'n', schema: INT8_SCHEMA }] })
  const json = converter()
  const write = (value: unknown, size: number): number =>
    json.writerFor?.('t', schema, value)?.write(Buffer.alloc(size), 0) ?? assert.fail('no writer')
  const { length } = Buffer.from(json.fromConnect('t', schema, { n: 7 }) as string)
  assert.equal(write({ n: 7 }, length + 100), length)
  assert.equal(write({ n: 7 }, length - 1), -1)
  assert.equal(write({ n: 'seven' }, length + 100), -1)
  assert.equal(write({ n: 7 }, length + 100), length)
})
