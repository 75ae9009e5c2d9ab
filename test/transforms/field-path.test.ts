import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFieldPath } from '../../src/transforms/field-path.ts'

const rows: [string, 'V1' | 'V2', string[]][] = [
  ['a.b', 'V1', ['a.b']],
  ['a.b', 'V2', ['a', 'b']],
  ['`a.b`.c', 'V2', ['a.b', 'c']],
  ['a.`b.c`', 'V2', ['a', 'b.c']],
  ['`a\\`.b`', 'V2', ['a`.b']],
  ['a.', 'V2', ['a', '']],
  ['a`b', 'V2', ['a`b']],
]

for (const [text, syntax, path] of rows) {
  test(`${text} in ${syntax} leads along ${JSON.stringify(path)}`, () => {
    assert.deepEqual(parseFieldPath(text, syntax), path)
  })
}

test('a backtick without its pair is refused and pointed at', () => {
  assert.throws(() => parseFieldPath('`n.a', 'V2'), {
    name: 'ConfigException',
    message:
      'Incomplete backtick pair in path: [`n.a], consider adding a backslash before backtick at position 0 to escape it',
  })
})
