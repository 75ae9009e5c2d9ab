import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJaas } from '../../src/kafka/jaas.ts'

test('options are words or quoted texts, over several lines, with comments between', () => {
  const text = `a.b.Module required // who
    username=alice
    /* and ; how = */ password="s\\\\p\\"a;c=e \\u" single='it"s' empty="";`
  const { className, options } = parseJaas(text)
  assert.equal(className, 'a.b.Module')
  assert.deepEqual(
    [...options],
    [
      ['username', 'alice'],
      ['password', 's\\p"a;c=e u'],
      ['single', 'it"s'],
      ['empty', ''],
    ],
  )
})

test('a text that is not one module is refused without showing its values', () => {
  const rows: [string, RegExp][] = [
    ['', /^JAAS config property contains 0 login modules, should be 1 module$/],
    ['A required; B required;', /contains 2 login modules/],
    ['A maybe x="secret";', /^Invalid login module control flag/],
    ['A required x;', /^Value not specified for key 'x'/],
    ['A required x=secret', /^JAAS config entry not terminated by semi-colon$/],
  ]
  for (const [text, expected] of rows) {
    assert.throws(
      () => parseJaas(text),
      (error: Error) => expected.test(error.message) && !error.message.includes('secret'),
      text,
    )
  }
})
