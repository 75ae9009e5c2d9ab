import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TypedNumber } from '../../src/data/values.ts'
import { jsonText } from '../../src/rest/json-text.ts'

const rows: readonly (readonly [unknown, string])[] = [
  [{ a: [1, 'x', true, null], b: undefined, c: {} }, '{"a":[1,"x",true,null],"c":{}}'],
  [Object.fromEntries([['__proto__', 1]]), '{"__proto__":1}'],
  ['grün 😀', '"grün \\uD83D\\uDE00"'],
  ['\ud800', '"\\ud800"'],
  [12345678901234567890n, '12345678901234567890'],
  [new TypedNumber('float64', 1e10), '1.0E10'],
  [new TypedNumber('int32', 7), '7'],
  [new Uint8Array([1, 2]), '"AQI="'],
  [Number.NaN, '"NaN"'],
]

for (const [value, text] of rows) {
  test(`JSON is written as ${text}`, () => assert.equal(jsonText(value), text))
}
