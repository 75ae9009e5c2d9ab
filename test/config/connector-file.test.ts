import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigFileError } from '../../src/config/config-file-error.ts'
import { type ConnectorFile, readConnectorFile, readConnectorFileOrNameless } from '../../src/config/connector-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'connector-file-'))
after(() => rmSync(folder, { recursive: true }))

const write = (content: string | Buffer, name = 'connector'): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const read = (content: string | Buffer, name?: string): ConnectorFile => readConnectorFile(write(content, name))

const failure = (content: string | Buffer, name?: string): string => {
  const path = write(content, name)
  try {
    readConnectorFile(path)
  } catch (error) {
    assert.ok(error instanceof ConfigFileError)
    assert.equal(error.file, path)
    return error.message.replaceAll(path, 'FILE')
  }
  assert.fail('it was accepted')
}

const MISSING = "Connector configuration at 'FILE' is missing the mandatory 'name' configuration"

/** What the JVM's worker (4.3.1) makes of the same bytes: config and state. */
const ACCEPTED: readonly (readonly [string, ConnectorFile['format'], Record<string, string | null>, string?])[] = [
  ['{"name":"c","tasks.max":3,"a":true}', 'json', { name: 'c', 'tasks.max': '3', a: 'true' }],
  ['{"name":"c","a":1.50,"b":1e3,"c":-0,"d":null}', 'json', { name: 'c', a: '1.50', b: '1e3', c: '-0', d: null }],
  ['{"name":"c","a":12345678901234567890123}', 'json', { name: 'c', a: '12345678901234567890123' }],
  ['{"name":"c","a":1.0E400}', 'json', { name: 'c', a: '1.0E400' }],
  ['{"name":3}', 'json', { name: '3' }],
  ['{"name":"  c "}', 'json', { name: '  c ' }],
  ['{"name":""}', 'json', { name: '' }],
  ['{"name":"c","name":"d","a":1,"a":2}', 'json', { name: 'd', a: '2' }],
  ['{"name":"c","a":"\\u00e9\\/\\t"}', 'json', { name: 'c', a: 'é/\t' }],
  ['{"name":"c"} trailing', 'json', { name: 'c' }],
  ['{"name":"c"}{"name":"d"}', 'json', { name: 'c' }],
  ['{"name":"c","config":null}', 'json', { name: 'c', config: null }],
  ['{"name":"c","config":{"a":1.50,"b":null}}', 'create-request', { a: '1.50', b: null, name: 'c' }],
  ['{"name":"c","config":{"name":"c"}}', 'create-request', { name: 'c' }],
  ['{"name":7,"config":{"name":"7"}}', 'create-request', { name: '7' }],
  ['{"name":"c","config":{"a":1},"name":"d"}', 'create-request', { a: '1', name: 'd' }],
  ['{"name":"c","config":{},"initial_state":"paused"}', 'create-request', { name: 'c' }, 'PAUSED'],
  ['{"name":"c","config":{},"initial_state":"STOPPED"}', 'create-request', { name: 'c' }, 'STOPPED'],
  ['{"name":"c","config":{},"initial_state":"Running"}', 'create-request', { name: 'c' }],
  ['{"name":"c","config":{},"initial_state":null}', 'create-request', { name: 'c' }],
  ['{"name":"c","config":{},"more":{"y":[1]}}', 'create-request', { name: 'c' }],
  ['name=c\nconnector.class=X', 'properties', { name: 'c', 'connector.class': 'X' }],
  ['name c', 'properties', { name: 'c' }],
  ['name=', 'properties', { name: '' }],
  ['# {\nname=c', 'properties', { name: 'c' }],
  ['{\nname=c\n}', 'properties', { '{': '', name: 'c', '}': '' }],
]

for (const [text, format, config, initialState = 'STARTED'] of ACCEPTED) {
  test(`${JSON.stringify(text)} is a connector, read as ${format}`, () => {
    const file = read(text)
    assert.deepEqual({ ...file.config }, config)
    assert.deepEqual([file.name, file.format, file.initialState], [config['name'], format, initialState])
  })
}

/** Where the JVM's worker reports the missing name as well; a second line says more than it does. */
const REFUSED: readonly (readonly [text: string, json?: string])[] = [
  ['{"a":"b"}'],
  ['{}'],
  ['{"name":null}'],
  ['{"config":{"a":1}}'],
  [''],
  ['null'],
  ['"x"'],
  ['a=b'],
  ['[{"name":"c"}]', 'it holds a JSON array where an object is expected'],
  ['{"name":"c",}', "expected a key in double quotes, found '}' (line 1, column 13)"],
  ['{"name":"c"', "expected ',' or '}', but the text ends (line 1, column 12)"],
  ['{\n  "name": "c"\n  "a": 1\n}', "expected ',' or '}', found '\"' (line 3, column 3)"],
  ['{"name" "c"}', "expected ':', found '\"' (line 1, column 9)"],
  ["{'name':'c'}", "expected a key in double quotes, found ''' (line 1, column 2)"],
  ['{"name":"c\n"}', 'a string holds a line break or another control character (line 1, column 11)'],
  ['{"name":"\\x"}', 'a string holds an unknown escape (line 1, column 10)'],
  ['{"name":"\\u00"}', 'a string holds an unknown escape (line 1, column 10)'],
  ['{"name":"c', 'a string is not closed (line 1, column 11)'],
  ['{"name":01}', "expected ',' or '}', found '1' (line 1, column 10)"],
  ['{"name":tru}', "expected a value, found 't' (line 1, column 9)"],
  ['{"name":"c",\u2028"a":1}', 'expected a key in double quotes, found U+2028 (line 1, column 13)'],
  ['{"name":"c" /*x*/}', "expected ',' or '}', found '/' (line 1, column 13)"],
  [
    '{"name":"c","transforms":["a"]}',
    `'transforms' is an array (line 1, column 26): a value is a string, a number, true, false or null; write a list as one string, "a,b"`,
  ],
  [
    '{"name":"c","config":{"a":{}}}',
    "'a' is an object (line 1, column 27): a value is a string, a number, true, false or null",
  ],
  [
    '{"name":{},"config":{}}',
    "'name' is an object (line 1, column 9): a value is a string, a number, true, false or null",
  ],
  [
    '{"name":"c","config":{},"initial_state":"STARTED"}',
    'initial_state (line 1, column 41) must be one of RUNNING, PAUSED, STOPPED, in any case',
  ],
]

for (const [text, json] of REFUSED) {
  test(`${JSON.stringify(text)} is refused: ${json ?? 'no name'}`, () => {
    const expected = json === undefined ? MISSING : `FILE: cannot be used as JSON: ${json}\n${MISSING}`
    assert.equal(failure(text), expected)
  })
}

for (const [text, key, line] of [
  ['connector.class=X\nnam=c', 'nam', 2],
  ['Name=c', 'Name', 1],
  ['{"nmae": "c"}', 'nmae', 1],
  ['{"config": {\n"nane": "c"}}', 'nane', 2],
] as const) {
  test(`${JSON.stringify(text)} is refused with a hint at the name`, () => {
    assert.equal(failure(text), `${MISSING}; did you mean 'name' instead of '${key}' (line ${line})?`)
  })
}

test('who wants to tell all that is wrong gets the config of a file without a name', () => {
  const file = readConnectorFileOrNameless(write('nam=c\ntopic=t'))
  assert.equal(file.name, null)
  assert.deepEqual({ ...file.config }, { nam: 'c', topic: 't' })
  assert.equal(file.lines.get('topic'), 2)
})

test('nesting too deep for any configuration is refused, not followed', () => {
  assert.match(failure(`{"name":${'['.repeat(100_000)}`), /more than 1000 levels of nesting/)
})

test('a broken file whose name ends in .json is explained as JSON, whatever it begins with', () => {
  assert.equal(
    failure('// x\n{"name":"c"}', 'c.JSON'),
    `FILE: cannot be used as JSON: expected a value, found '/' (line 1, column 1)\n${MISSING}`,
  )
})

test("a create request whose config has another name is refused with the JVM's message", () => {
  const message = "Connector name configuration in 'config' doesn't match the one specified in 'name' at 'FILE'"
  assert.equal(failure('{"name":"c","config":{"name":"d"}}'), message)
  assert.equal(failure('{"config":{"name":"d"}}'), message)
})

test('a properties file with a broken escape is refused with its line', () => {
  assert.match(failure('name=c\nfile=C:\\users'), /^FILE:2: malformed \\uxxxx encoding/)
})

test('a file that is not there is refused with its path', () => {
  const path = join(folder, 'absent.json')
  assert.throws(() => readConnectorFile(path), {
    message: `could not read connector configuration '${path}': no such file`,
  })
})

test('__proto__ is a key like any other, in JSON too', () => {
  assert.deepEqual(Object.entries(read('{"name":"c","__proto__":"x"}').config), [
    ['name', 'c'],
    ['__proto__', 'x'],
  ])
})

const utf16 = (text: string, order: 'le' | 'be'): Buffer =>
  order === 'le' ? Buffer.from(text, 'utf16le') : Buffer.from(text, 'utf16le').swap16()

const utf32 = (text: string, order: 'le' | 'be'): Buffer => {
  const bytes = Buffer.concat(
    [...text].map((character) => utf16(`${String.fromCharCode(character.codePointAt(0)!)}\0`, 'le')),
  )
  return order === 'le' ? bytes : bytes.swap32()
}

for (const [name, encode] of Object.entries({ 'UTF-16': utf16, 'UTF-32': utf32 })) {
  for (const order of ['le', 'be'] as const) {
    test(`JSON in ${name} (${order}) is understood, with and without a byte order mark`, () => {
      const text = '{"name":"c","topic":"grün-日本"}'
      for (const mark of ['', '\uFEFF']) {
        assert.deepEqual({ ...read(encode(mark + text, order)).config }, { name: 'c', topic: 'grün-日本' })
      }
      assert.match(failure(encode('{"name":"c"', order)), /cannot be used as JSON: expected ',' or '}'/)
    })
  }
}

test('UTF-8 JSON may have a byte order mark; bytes that are no UTF-8 are refused', () => {
  assert.equal(read('\uFEFF{"name":"é"}').name, 'é')
  assert.match(
    failure(Buffer.from('{"name":"é"}', 'latin1')),
    /JSON: the bytes are not valid UTF-8, UTF-16 or UTF-32\n/,
  )
})

test('what is ignored is reported: duplicate keys, trailing text, unknown fields of a create request', () => {
  const warnings = (text: string) => read(text, 'w').warnings.map((warning) => warning.replace(`${folder}/`, ''))
  assert.deepEqual(warnings('{"name":"c","a":1,"a":2} x'), [
    "w: 'a' is set more than once; the last one counts",
    'w: what follows the first JSON value is ignored',
  ])
  assert.deepEqual(warnings('{"name":"c","config":{"a":1,"a":2},"initialState":"PAUSED","x":1}'), [
    "w: 'a' is set more than once; the last one counts",
    "w: 'initialState' is ignored; did you mean 'initial_state'?",
    "w: 'x' is ignored (known: name, config, initial_state, initial_offsets)",
  ])
  assert.deepEqual(warnings('name=c\nname=d'), ["w:2: 'name' was already set in line 1; the later one counts"])
  assert.deepEqual(warnings('{"name":"c"}\n'), [])
})
