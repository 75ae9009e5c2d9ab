import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseResponseHeaders } from '../../src/config/response-headers.ts'

test('rules are separated by commas, and quotes keep a comma in one', () => {
  assert.deepEqual(parseResponseHeaders('set X-Foo: bar, "add Cache-Control: no-cache, no-store" ,SETDATE Expires:0'), [
    { action: 'set', name: 'X-Foo', value: 'bar' },
    { action: 'add', name: 'Cache-Control', value: 'no-cache, no-store' },
    { action: 'setDate', name: 'Expires', value: '0' },
  ])
})

test('nothing is no rule', () => {
  assert.deepEqual(parseResponseHeaders('  '), [])
})

const rows: readonly [string, string][] = [
  ['X-Foo:bar', "Invalid format of header config 'X-Foo:bar'. Expected: '[action] [header name]:[header value]'"],
  ['put X: y', "Invalid header config action: 'put'. Expected one of [set, add, setDate, addDate]"],
  ['set X y', "Invalid format of header name and header value pair 'X y'. Expected: '[header name]:[header value]'"],
  [
    'set X:y:z',
    "Invalid format of header name and header value pair 'X:y:z'. Expected: '[header name]:[header value]'",
  ],
  ['set X Y: z', "Invalid header name 'X Y'. The '[header name]' cannot contain whitespace"],
]
for (const [text, message] of rows) {
  test(`'${text}' is refused`, () => assert.throws(() => parseResponseHeaders(text), { message }))
}
