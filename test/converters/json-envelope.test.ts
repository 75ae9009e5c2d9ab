import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelopeReader } from '../../src/converters/json-envelope.ts'

const field = (name: string, type: string, more = ''): string =>
  `{"field":"${name}","type":"${type}","optional":true${more}}`
const logical = (name: string): string => `,"name":"org.apache.kafka.connect.data.${name}","version":1`

const FIELDS = [
  field('price', 'bytes', `${logical('Decimal')},"parameters":{"scale":"2"}`),
  field('at.(time)', 'int64', logical('Timestamp')),
  field('ratio', 'double'),
  field('count', 'int64'),
  `{"field":"inner","type":"struct","optional":true,"fields":[${field('day', 'int32', logical('Date'))}]}`,
]
const SCHEMA = `{"type":"struct","fields":[${FIELDS.join(',')}]}`
const LISTS = `{"type":"struct","fields":[{"field":"prices","type":"array","optional":true,"items":${FIELDS[0]}},${FIELDS[2]}]}`

const NUMBERS = [
  ...['1', '1.0', '-1.50', '0.125', '1e2', '-0', '-0.0', '123456789012345', '1234567890123456', '9223372036854775807'],
  ...['99999999999999999999.5', '01', '1.', 'null', '"MDk="', '"1.5"', 'true', '{}'],
]

/** The value, or what is wrong with it. */
const outcome = (read: (bytes: Buffer) => unknown, text: string): unknown => {
  try {
    return read(Buffer.from(text))
  } catch (error) {
    return error instanceof Error ? [error.message, String(error.cause)] : error
  }
}

test('an envelope that is known by its beginning gives what a new one gives, whatever its numbers', () => {
  const payloads = NUMBERS.flatMap((number) => [
    ...['price', 'at.(time)', 'ratio', 'count'].map((name) => `{"${name}":${number},"ratio": ${number}}`),
    `{"inner":{"day" : ${number}},"ratio":0.5}`,
    `{"ratio":0.5,"count":1,"price":"MDk=","at.(time)":1,"inner":{"day":${number}}}`,
  ])
  const broken = [
    '{"price":1.5},"more":{"price":1.5}',
    '{"price":1.5',
    '{"price":1.5}}',
    '',
    ' ',
    '{"pr\\u0069ce":1.50}',
  ]
  const lists = NUMBERS.map((number) => `{"prices":[${number}, 1.50],"ratio":1.0}`)
  for (const [schema, all] of [
    [SCHEMA, [...payloads, ...broken]],
    [LISTS, lists],
  ] as const) {
    const known = envelopeReader(10, true)
    assert.deepEqual(
      outcome((bytes) => known(bytes).value, `{"schema":${schema},"payload":null}`),
      ['Invalid null value for required STRUCT field', 'undefined'],
    )
    known(Buffer.from(`{"schema":${schema},"payload":{}}`))
    for (const payload of all) {
      const found = outcome((bytes) => known(bytes).value, `{"schema":${schema},"payload":${payload}}`)
      // White space behind a colon: not the beginning that is known
      const fresh = envelopeReader(10, true)
      const expected = outcome((bytes) => fresh(bytes).value, `{"schema": ${schema},"payload":${payload}}`)
      const isSyntax = Array.isArray(expected) && /SyntaxError/.test(expected[1])
      assert.deepEqual(isSyntax ? (found as string[])[0] : found, isSyntax ? expected[0] : expected, payload)
    }
  }
})
