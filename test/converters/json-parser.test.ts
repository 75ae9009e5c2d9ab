import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFast } from '../../src/converters/json-parse.ts'
import { JsonParser } from '../../src/converters/json-parser.ts'
import { schemalessValue } from '../../src/converters/json-schemaless.ts'
import { Decimal } from '../../src/data/values.ts'

const parse = (text: string): unknown => new JsonParser(text, false).parse()

test('JSON is read as leniently as on the JVM', () => {
  const cases: [string, unknown][] = [
    ['', undefined],
    [' \n\t', undefined],
    ['001', 1],
    ['-01', -1],
    ['-0', 0],
    ['0001.5', new Decimal(15n, 1)],
    ['123.40', new Decimal(12340n, 2)],
    ['1e3', new Decimal(1n, -3)],
    ['9007199254740993', 9007199254740993n],
    ['1 2', 1],
    ['5 abc', 5],
    ['"a"b', 'a'],
    ['[1]x', [1]],
    ['{"a":1}}', { a: 1 }],
    ['{"a":1,"a":{"b":2}}', { a: { b: 2 } }],
    ['"\\u00e9\\/\\n\\ud800"', 'é/\n\ud800'],
    ['[true,false,null]', [true, false, null]],
  ]
  for (const [text, node] of cases) assert.deepEqual(parse(text), node)
})

test('a key __proto__ is a key like any other', () => {
  const node = parse('{"__proto__":{"x":1},"n":1.0}') as object
  assert.deepEqual(Object.keys(node), ['__proto__', 'n'])
  assert.equal(Object.getPrototypeOf(node), Object.prototype)
})

test('what the JVM refuses is refused', () => {
  const texts = [
    '1.',
    '.5',
    '+5',
    '1e',
    '-',
    '--1',
    '- 5',
    '5.e3',
    '0x10',
    '1,',
    '1]',
    '5abc',
    'tru',
    'truex',
    'nulll',
    'NaN',
    'Infinity',
    '"abc',
    '"\\x"',
    '"\\u12"',
    '"a\nb"',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{1:2}',
    "{'a':1}",
    '{"a":1,}',
    '/*c*/1',
    '#',
    '\f5',
    '9'.repeat(1001),
    '1e9999999999',
    '['.repeat(1001) + ']'.repeat(1001),
  ]
  for (const text of texts) assert.throws(() => parse(text), SyntaxError, text)
  assert.equal(typeof parse('9'.repeat(1000)), 'bigint')
  assert.ok(Array.isArray(parse('['.repeat(1000) + ']'.repeat(1000))))
})

test('the fast way gives what the exact way gives, or nothing', () => {
  const numbers = [
    '0',
    '-0',
    '5',
    '-5',
    '5.0',
    '5.50',
    '0.1',
    '1e3',
    '1E-7',
    '123456789012345',
    '1234567890123456',
    '9007199254740993',
    '99999999999999999999',
    '0.30000000000000004',
    '999999999999999.99',
    '0.99999999999999999',
    '-0.0',
    '-0.5',
    '1.10',
    '100.00',
    '2.5',
    '01',
  ]
  const frames = ['#', '[#]', '[1,#]', '[1, #]', '{"a":#}', '{"a": #,"b":[#]}', '\n#\n', '{"a":"x:1e5","b":#}']
  let fast = 0
  for (const number of numbers) {
    for (const frame of frames) {
      const text = frame.replaceAll('#', number)
      const quick = parseFast(text, 'integral')
      if (quick === undefined) continue
      fast++
      assert.deepEqual([text, quick], [text, schemalessValue(parse(text))])
    }
  }
  assert.ok(fast > 30)
})
