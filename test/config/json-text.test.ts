import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JsonNode, JsonTextError, parseJsonText } from '../../src/config/json-text.ts'

/** The value as `JSON.parse` gives it. */
const plain = (node: JsonNode): unknown => {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.entries.map(([key, value]) => [key, plain(value)]))
    case 'array':
      return node.items.map(plain)
    case 'string':
      return node.text
    default:
      return JSON.parse(node.text ?? 'null')
  }
}

const TEXTS = [
  ...['{}', '[]', '""', '0', '-0', '-1.5e+10', '1E5', 'true', 'false', 'null', ' \t\r\n[ 1 , 2 ] ', '[[],{}]'],
  ...[
    '{"a":{"b":[1,"2",null,true]},"":0}',
    '"\\u00e9\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\ud83d\\ude00"',
    '"\u007f\u2028é😀"',
  ],
]

test('what JSON.parse accepts is read as JSON.parse reads it', () => {
  for (const text of TEXTS) assert.deepEqual(plain(parseJsonText(text).value), JSON.parse(text), text)
})

test('what JSON.parse refuses is refused', () => {
  for (const text of [
    ...[
      '',
      ' ',
      '{',
      '[',
      '[1',
      '[1,]',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,}',
      '{1:2}',
      "'a'",
      '"a',
      '"\\',
      '"\\u12"',
      '"\\x"',
    ],
    ...[
      '"\n"',
      '"\t"',
      '-',
      '+1',
      '.5',
      'tru',
      'NaN',
      'Infinity',
      '\u00a01',
      '\uFEFF1',
      '/* */1',
      '[01]',
      '[1.]',
      '[1e]',
    ],
  ]) {
    assert.throws(() => JSON.parse(text), SyntaxError)
    assert.throws(() => parseJsonText(text), JsonTextError, text)
  }
})

test('numbers keep their spelling, and duplicate keys are all there', () => {
  const { value } = parseJsonText('{"a":1.50,"a":12345678901234567890}')
  assert.ok(value.kind === 'object')
  assert.deepEqual(
    value.entries.map(([key, node]) => [key, node.kind === 'number' && node.text]),
    [
      ['a', '1.50'],
      ['a', '12345678901234567890'],
    ],
  )
})

test('the text may go on after the first value', () => {
  const text = '[1] and more'
  assert.equal(text.slice(parseJsonText(text).end), 'and more')
})

test('errors tell line and column, whatever ends the lines', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    assert.throws(() => parseJsonText(`{${end}  "a": x`), {
      line: 2,
      column: 8,
      message: "expected a value, found 'x' (line 2, column 8)",
    })
  }
})

test('a very long string is read', () => {
  const long = 'a\\n'.repeat(1_000_000)
  const { value } = parseJsonText(`"${long}"`)
  assert.equal(value.kind === 'string' && value.text?.length, 2_000_000)
})
