import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelopeReader } from '../../src/converters/json-envelope.ts'
import { compileScan } from '../../src/converters/json-scan.ts'
import { JsonScanner, UNUSUAL } from '../../src/converters/json-scanner.ts'
import { decimalSchema } from '../../src/data/logical-types.ts'
import { FLOAT64_SCHEMA, INT64_SCHEMA, type Schema, STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import { Decimal } from '../../src/data/values.ts'

const logical = (name: string): string => `"name":"org.apache.kafka.connect.data.${name}","version":1`
const TYPES: Readonly<Record<string, string>> = {
  int8: '"type":"int8"',
  int16: '"type":"int16"',
  int32: '"type":"int32"',
  int64: '"type":"int64"',
  float: '"type":"float"',
  double: '"type":"double"',
  boolean: '"type":"boolean"',
  string: '"type":"string"',
  bytes: '"type":"bytes"',
  decimal: `"type":"bytes",${logical('Decimal')},"parameters":{"scale":"2"}`,
  date: `"type":"int32",${logical('Date')}`,
  time: `"type":"int32",${logical('Time')}`,
  timestamp: `"type":"int64",${logical('Timestamp')}`,
  list: '"type":"array","items":{"type":"int64","optional":true}',
  texts: '"type":"array","items":{"type":"string"}',
  inner: '"type":"struct","fields":[{"type":"int32","optional":true,"field":"a"},{"type":"string","field":"b"}]',
}
const WAYS = { needed: '', optional: ',"optional":true' }
const PRESETS: Readonly<Record<string, string>> = { int32: '7', string: '"preset"', decimal: '"AQ=="', list: '[1]' }

const VALUES = [
  ...['0', '-0', '1', '-1', '127', '128', '-128', '-129', '32767', '32768', '2147483647', '2147483648', '-2147483649'],
  ...[
    '01',
    '-',
    '-01',
    '1.',
    '.5',
    '1.5',
    '-1.50',
    '0.0',
    '-0.0',
    '1e5',
    '1.0E-5',
    '-1.25e+22',
    '1e',
    '1e400',
    '-1e-400',
  ],
  ...['123456789012345', '1234567890123456', '123456789012345678', '-123456789012345678', '9223372036854775807'],
  ...['99999999999999999999', '0.1234567890123456', '0.30000000000000004', '123456.7890625', '1.7976931348623157E308'],
  ...[
    '4.9E-324',
    '86400000',
    '86400001',
    '100000001',
    '8640000000000001',
    '1e2.5',
    '1.5.5',
    '--1',
    '+1',
    '1-1',
    '0x10',
  ],
  ...[
    'true',
    'false',
    'null',
    'tru',
    'nul',
    'nulll',
    '""',
    '"a"',
    '"näme €😀"',
    '"a\\nb"',
    '"\\u0041"',
    '"a\tb"',
    '"a',
  ],
  ...[
    '"customer 0000000001"',
    '"AQ=="',
    '"AAE="',
    '"/w=="',
    '"gAAA"',
    '"f////////w=="',
    '"AQID"',
    '"AQIDBAUG"',
    '"AQIDBAUGBw=="',
  ],
  ...[
    '"AQ"',
    '"A==="',
    '"AQ=A"',
    '" AQ=="',
    '"AR=="',
    '"AQ=="x',
    '[]',
    '[1,2]',
    '[1,null]',
    '[1,]',
    '[,1]',
    '["a","b"]',
  ],
  ...[
    '["a",null]',
    '[1',
    '{}',
    '{"a":1,"b":"x"}',
    '{"a":null,"b":"x"}',
    '{"b":"x","a":1}',
    '{"a":1,"b":null}',
    '{"a":1,"b":"x"',
  ],
]

/** The value, or what is wrong with it. */
const outcome = (read: (bytes: Buffer) => unknown, bytes: Buffer): unknown => {
  try {
    return read(bytes)
  } catch (error) {
    // A part of an envelope is not known to be broken in the same place as the whole
    return error instanceof Error
      ? [error.message, error.cause instanceof SyntaxError ? '' : String(error.cause)]
      : error
  }
}

/** Reads by an envelope that is known, where values are taken from the bytes, and by one that is not, where they are parsed. */
const compare = (schema: string, usual: string, payloads: readonly (string | Buffer)[], defaults: boolean): void => {
  const known = envelopeReader(10, defaults)
  known(Buffer.from(`{"schema":${schema},"payload":${usual}}`))
  const fresh = envelopeReader(10, defaults)
  for (const payload of payloads) {
    const message = (space: string): Buffer =>
      Buffer.concat([Buffer.from(`{"schema":${space}${schema},"payload":`), Buffer.from(payload), Buffer.from('}')])
    const found = outcome((bytes) => known(bytes).value, message(''))
    // The space makes another beginning of it
    const expected = outcome((bytes) => fresh(bytes).value, message(' '))
    assert.deepEqual(found, expected, `${schema} ${payload}`)
    // So that the next is taken from the bytes again
    known(Buffer.from(`{"schema":${schema},"payload":${usual}}`))
  }
}

const USUAL: Readonly<Record<string, string>> = {
  string: '"a"',
  bytes: '"AQ=="',
  boolean: 'true',
  list: '[1]',
  texts: '[]',
}

test('values taken from the bytes are those that the parser gives, errors included', () => {
  for (const [type, text] of Object.entries(TYPES)) {
    const usual = USUAL[type] ?? (type === 'inner' ? '{"a":1,"b":"x"}' : '1')
    const ways = { ...WAYS, ...(PRESETS[type] === undefined ? {} : { preset: `,"default":${PRESETS[type]}` }) }
    for (const way of Object.values(ways)) {
      const schema = `{"type":"struct","fields":[{"type":"int32","field":"n"},{${text}${way},"field":"v"}]}`
      const payloads = VALUES.map((value) => `{"n":1,"v":${value}}`)
      for (const defaults of [true, false]) compare(schema, `{"n":1,"v":${usual}}`, payloads, defaults)
    }
  }
})

test('members that are missing, more, twice or in another order are left to the parser', () => {
  const schema = `{"type":"struct","fields":[{${TYPES['int64']},"optional":true,"field":"a"},{${TYPES['string']},"optional":true,"field":"__proto__"}]}`
  const payloads = [
    ...[
      '{"a":1,"__proto__":"x"}',
      '{"__proto__":"x","a":1}',
      '{"a":1}',
      '{}',
      '{"a":1,"__proto__":"x","c":1}',
      'null',
      '1',
    ],
    ...[
      '{"a":1,"a":2,"__proto__":"x"}',
      '{ "a":1,"__proto__":"x"}',
      '{"a": 1,"__proto__":"x"}',
      '{"a":1,"__proto__":"x"} ',
    ],
    ...[
      '{"a":1,"__proto__":"x"}}',
      '{"a":1,"__proto__":"x"},"more":1',
      '{"a":1,"__proto__":"x"',
      '',
      '[]',
      '{"\\u0061":1}',
    ],
    Buffer.concat([Buffer.from('{"a":1,"__proto__":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')]),
    '{"a":1,"__proto__":"\ufffd"}',
  ]
  compare(schema, '{"a":1,"__proto__":"x"}', payloads, true)
})

test('a payload with one byte changed or left out reads as the parser reads it', () => {
  const fields = Object.entries(TYPES).map(([type, text]) => `{${text},"optional":true,"field":"${type}"}`)
  const values = [
    '12',
    '-300',
    '70000',
    '1234567890123',
    '0.5',
    '-12345.678',
    'true',
    '"näme"',
    '"AQID"',
    '"AYag"',
    '20000',
  ]
  const all = [...values, '3600000', '1767225600123', '[1,2,3]', '["a","b"]', '{"a":null,"b":"x"}']
  const payload = `{${Object.keys(TYPES).map((type, index) => `"${type}":${all[index]}`)}}`
  const bytes = Buffer.from(payload)
  const changed: Buffer[] = []
  for (let at = 0; at < bytes.length; at++) {
    changed.push(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]))
    for (const byte of Buffer.from('0-.e"\\,}] \0')) {
      const copy = Buffer.from(bytes)
      copy[at] = byte
      changed.push(copy)
    }
  }
  compare(`{"type":"struct","fields":[${fields.join(',')}]}`, payload, changed, true)
})

const scanOne = (schema: Schema, text: string): unknown => {
  const scan = compileScan(schemaOf({ type: 'struct', fields: [{ name: 'v', schema }] }), true)
  const scanner = new JsonScanner()
  const bytes = Buffer.from(`{"v":${text}}`)
  scanner.start(bytes, 0)
  assert.ok(scan !== undefined)
  const { v } = scan(scanner) as { v: unknown }
  assert.equal(scanner.at, bytes.length)
  return v
}

test('what is written the usual way needs no parser', () => {
  assert.equal(scanOne(INT64_SCHEMA, '-123456789012345678'), -123456789012345678n)
  assert.equal(scanOne(FLOAT64_SCHEMA, '1.2345678E7'), 12345678)
  assert.equal(scanOne(FLOAT64_SCHEMA, '0.30000000000000004'), 0.30000000000000004)
  assert.equal(scanOne(STRING_SCHEMA, '"näme €"'), 'näme €')
  assert.deepEqual(scanOne(decimalSchema(2), '"/w=="'), new Decimal(-1n, 2))
  assert.deepEqual(scanOne(decimalSchema(2), '-12.340'), new Decimal(-12340n, 3))
  assert.throws(() => scanOne(STRING_SCHEMA, '"a\\n"'), UNUSUAL)
  const map = schemaOf({ type: 'map', keySchema: STRING_SCHEMA, valueSchema: STRING_SCHEMA })
  assert.equal(compileScan(schemaOf({ type: 'struct', fields: [{ name: 'm', schema: map }] }), true), undefined)
})

test('payloads that are never written the usual way are read all the same', () => {
  const read = envelopeReader(10, true)
  const message = (value: number): Buffer =>
    Buffer.from(`{"schema":{"type":"struct","fields":[{"type":"int32","field":"n"}]},"payload":{ "n":${value}}}`)
  for (let value = 0; value < 300; value++) assert.deepEqual(read(message(value)).value, { n: value })
})
