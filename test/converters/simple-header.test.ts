import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOrThrow } from '../../src/config/parse.ts'
import { simpleHeaderConverter } from '../../src/converters/simple-header.ts'
import { FLOAT32_SCHEMA, INT8_SCHEMA } from '../../src/data/schema.ts'

const headers = simpleHeaderConverter.createHeader?.(parseOrThrow(simpleHeaderConverter.config, {}))
assert.ok(headers)
const read = (text: string) => headers.toConnectHeader('t', 'h', Buffer.from(text))

test('the text null stands for a header of nothing', () => {
  assert.equal(read('null'), null)
  assert.equal(read(' null '), null)
  assert.deepEqual(headers.toConnectHeader('t', 'h', null), { schema: null, value: null })
})

test('a number takes the smallest type that holds it; a decimal is rounded to a float once', () => {
  assert.deepEqual(read('5'), { schema: INT8_SCHEMA, value: 5 })
  assert.deepEqual(read('3.4028235677973366e38'), { schema: FLOAT32_SCHEMA, value: 3.4028234663852886e38 })
})

test('half a surrogate pair is written as a question mark', () => {
  assert.equal(headers.fromConnectHeader('t', 'h', null, 'a\ud800'), 'a?')
})
