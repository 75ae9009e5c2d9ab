import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigFileError } from '../../src/config/config-file-error.ts'
import { decodeProperties, parseProperties, readPropertyFile } from '../../src/config/property-file.ts'

const entries = (text: string): [string, string][] => Object.entries(parseProperties(text, 'w.properties').values)

const ROWS: readonly (readonly [string, ...(readonly [string, string][])])[] = [
  ['a = b', ['a', 'b']],
  ['a:b', ['a', 'b']],
  ['a b', ['a', 'b']],
  ['a\t\tb', ['a', 'b']],
  ['  a  =  b  ', ['a', 'b  ']],
  ['a==b', ['a', '=b']],
  ['a=b=c', ['a', 'b=c']],
  ['a:=b', ['a', '=b']],
  ['a = : b', ['a', ': b']],
  ['a', ['a', '']],
  ['a=', ['a', '']],
  ['=v', ['', 'v']],
  ['a=1\\\n   2', ['a', '12']],
  ['a=1\\\\\nb=2', ['a', '1\\'], ['b', '2']],
  ['a=1\\\n#x', ['a', '1#x']],
  ['# c\\\na=b', ['a', 'b']],
  ['! c\na=b', ['a', 'b']],
  ['a=x \\\n\n  y', ['a', 'x '], ['y', '']],
  ['k\\\n  ey=v', ['key', 'v']],
  ['a\\ b=c', ['a b', 'c']],
  ['a\\=b=c', ['a=b', 'c']],
  ['a\\:b=c', ['a:b', 'c']],
  ['a\\u003db=c', ['a=b', 'c']],
  ['a=\\u00e9\\t\\n\\r\\f\\q\\"', ['a', 'é\t\n\r\fq"']],
  ['a=C:\\temp\\new', ['a', 'C:\temp\new']],
  ['\\#a=b', ['#a', 'b']],
  ['a=#b', ['a', '#b']],
  ['a=b # c', ['a', 'b # c']],
  ['a=\\ lead', ['a', ' lead']],
  ['a=b\\', ['a', 'b']],
  ['a=1\rb=2\r\nc=3\n', ['a', '1'], ['b', '2'], ['c', '3']],
  ['a=1\\\r\n  2\\\r  3', ['a', '123']],
  ['a=\\u00\\\n  e9', ['a', 'é']],
  ['\\\n# a comment, for nothing came before it\na=b', ['a', 'b']],
  ['a=1\na=2', ['a', '2']],
]

for (const [text, ...expected] of ROWS) {
  test(`${JSON.stringify(text)} is read as ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(entries(text), expected)
  })
}

test('a broken \\u escape is an error that names file and line, once per place, and shows no value', () => {
  const text = 'fine=1\npassword=s3cret\\u004\n\nwindows=C:\\\\ok\nalso=C:\\users'
  assert.throws(
    () => parseProperties(text, 'w.properties'),
    (error: unknown) => {
      assert.ok(error instanceof ConfigFileError)
      assert.equal(error.file, 'w.properties')
      assert.deepEqual(
        error.problems.map(({ line }) => line),
        [2, 5],
      )
      assert.match(error.message, /^w\.properties:2: malformed \\uxxxx encoding: .*\nw\.properties:5: malformed/)
      assert.doesNotMatch(error.message, /s3cret/)
      return true
    },
  )
})

test('keys named like members of an object are keys like any other', () => {
  const { values, lines } = parseProperties('__proto__=1\nconstructor=2\ntoString=3', 'w.properties')
  assert.deepEqual(Object.entries(values), [
    ['__proto__', '1'],
    ['constructor', '2'],
    ['toString', '3'],
  ])
  assert.equal(values['hasOwnProperty'], undefined)
  assert.equal(lines.get('__proto__'), 1)
})

test('a key that is set twice is reported with both lines, and its line is the later one', () => {
  const { lines, warnings } = parseProperties('a=1\n\nb=\\\n  2\na=3', 'w.properties')
  assert.deepEqual(
    [...lines],
    [
      ['a', 5],
      ['b', 3],
    ],
  )
  assert.deepEqual(warnings, ["w.properties:5: 'a' was already set in line 1; the later one counts"])
})

test('a file is read as UTF-8, without its byte order mark', () => {
  const { values, warnings } = decodeProperties(Buffer.from('\uFEFFtopic=grün-日本'), 'w.properties')
  assert.deepEqual({ ...values }, { topic: 'grün-日本' })
  assert.deepEqual(warnings, [])
})

test('a file that is not valid UTF-8 is read as ISO-8859-1, with a warning', () => {
  const { values, warnings } = decodeProperties(Buffer.from('topic=grün', 'latin1'), 'w.properties')
  assert.deepEqual({ ...values }, { topic: 'grün' })
  assert.deepEqual(warnings, ['w.properties: is not valid UTF-8, so it is read as ISO-8859-1'])
})

test('a file that is not there is an error with its path', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'properties-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'worker.properties')
  assert.throws(() => readPropertyFile(path), { message: `could not read properties file '${path}': no such file` })
  writeFileSync(path, 'a=b')
  assert.deepEqual({ ...readPropertyFile(path).values }, { a: 'b' })
})
