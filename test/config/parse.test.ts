import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type ConfigKey, type ConfigType, defineConfig, Password } from '../../src/config/define.ts'
import { ConfigParseError, parseConfig, parseOrThrow } from '../../src/config/parse.ts'
import { atLeast, between, listOf, nonEmpty } from '../../src/config/validators.ts'

const parseOne = (type: ConfigType, text: string | null, more: Partial<ConfigKey> = {}) => {
  const { values, problems } = parseConfig({ k: { type, importance: 'low', doc: '', ...more } }, { k: text })
  return problems[0]?.message ?? values.k
}

const invalid = (text: string, reason: string) => `Invalid value ${text} for configuration k: ${reason}`

const rows: readonly [ConfigType, string, unknown][] = [
  ['string', '  a b\t', 'a b'],
  ['string', '\u00a0a', '\u00a0a'],
  ['boolean', ' TRUE ', true],
  ['boolean', 'False', false],
  ['boolean', 'yes', invalid('yes', 'Expected value to be either true or false')],
  ['boolean', '', invalid('', 'Expected value to be either true or false')],
  ['int', ' +7 ', 7],
  ['int', '-2147483648', -2147483648],
  ['int', '2147483648', invalid('2147483648', 'Not a number of type INT')],
  ['int', '1.0', invalid('1.0', 'Not a number of type INT')],
  ['int', '1_000', invalid('1_000', 'Not a number of type INT')],
  ['int', '0x10', invalid('0x10', 'Not a number of type INT')],
  ['int', '', invalid('', 'Not a number of type INT')],
  ['int', '- 1', invalid('- 1', 'Not a number of type INT')],
  ['short', '32767', 32767],
  ['short', '32768', invalid('32768', 'Not a number of type SHORT')],
  ['long', '9223372036854775807', 2 ** 63],
  ['long', '9223372036854775808', invalid('9223372036854775808', 'Not a number of type LONG')],
  ['long', '12L', invalid('12L', 'Not a number of type LONG')],
  ['double', '1e3', 1000],
  ['double', '.5f', 0.5],
  ['double', '-Infinity', Number.NEGATIVE_INFINITY],
  ['double', '0x1.8p1', 3],
  ['double', '1,5', invalid('1,5', 'Not a number of type DOUBLE')],
  ['list', '', []],
  ['list', ' a , b,c ', ['a', 'b', 'c']],
  ['list', 'a,,b,', ['a', '', 'b', '']],
  ['class', ' org.x.Y ', 'org.x.Y'],
]

for (const [type, text, expected] of rows) {
  test(`${type} ${JSON.stringify(text)} is read as ${inspect(expected)}`, () => {
    assert.deepEqual(parseOne(type, text), expected)
  })
}

test('the text of a value that cannot be read is shown untrimmed', () => {
  assert.equal(parseOne('int', ' abc '), invalid(' abc ', 'Not a number of type INT'))
})

test('a missing setting takes its default, and without one is a problem', () => {
  const definition = defineConfig({
    a: { type: 'int', default: 3, importance: 'low', doc: '' },
    b: { type: 'string', default: null, importance: 'low', doc: '' },
    c: { type: 'string', importance: 'high', doc: '' },
  })
  const { values, problems } = parseConfig(definition, {})
  assert.deepEqual(values, { a: 3, b: null, c: null })
  assert.deepEqual(problems, [
    { key: 'c', value: null, message: 'Missing required configuration "c" which has no default value.' },
  ])
})

test('a null does not become the default, and its validator decides', () => {
  assert.equal(parseOne('int', null, { default: 1 }), null)
  assert.equal(parseOne('int', null, { default: 1, validator: atLeast(1) }), invalid('null', 'Value must be non-null'))
  assert.equal(parseOne('string', null, { validator: nonEmpty }), null)
})

test('every problem is reported, each with its key and value', () => {
  const definition = defineConfig({
    port: { type: 'int', validator: between(1, 65535), importance: 'low', doc: '' },
    name: { type: 'string', validator: nonEmpty, importance: 'low', doc: '' },
    on: { type: 'boolean', importance: 'low', doc: '' },
  })
  assert.throws(
    () => parseOrThrow(definition, { port: '0', name: ' ', on: 'maybe' }),
    (error) => {
      assert.ok(error instanceof ConfigParseError)
      assert.equal(
        error.message,
        [
          'Invalid value 0 for configuration port: Value must be at least 1',
          'Invalid value  for configuration name: String must be non-empty',
          'Invalid value maybe for configuration on: Expected value to be either true or false',
        ].join('\n'),
      )
      assert.deepEqual(
        error.problems.map(({ key, value }) => [key, value]),
        [
          ['port', '0'],
          ['name', ' '],
          ['on', 'maybe'],
        ],
      )
      return true
    },
  )
})

test('a secret shows neither in values nor in problems', () => {
  const refuse = () => 'it is too simple'
  const definition = defineConfig({
    good: { type: 'password', importance: 'low', doc: '' },
    bad: { type: 'password', validator: refuse, importance: 'low', doc: '' },
  })
  const { values, problems } = parseConfig(definition, { good: ' s3cret ', bad: 's3cret' })
  assert.ok(values.good instanceof Password)
  assert.equal(values.good.value, 's3cret')
  assert.equal(problems[0]?.message, 'Invalid value [hidden] for configuration bad: it is too simple')
  assert.ok(!JSON.stringify({ values, problems }).includes('s3cret'))
  assert.ok(!inspect({ values, problems }, { depth: 9, showHidden: true }).includes('s3cret'))
})

test('elements of a list that are there twice are dropped with a warning', () => {
  const definition = { k: { type: 'list', validator: listOf(), importance: 'low', doc: '' } } as const
  const { values, problems, warnings } = parseConfig(definition, { k: 'a,b,a' })
  assert.deepEqual(values.k, ['a', 'b'])
  assert.deepEqual(problems, [])
  assert.deepEqual(warnings, [
    'Configuration key "k" contains duplicate values. Duplicates have been removed. The original value is: [a, b, a], the updated value is: [a, b]',
  ])
})

test('keys called __proto__ or constructor are settings like any other', () => {
  const definition = Object.fromEntries(
    ['__proto__', 'constructor', 'toString'].map((key) => [
      key,
      { type: 'string', default: 'unset', importance: 'low', doc: '' } as const,
    ]),
  )
  const raw = JSON.parse('{"__proto__": "evil"}') as Record<string, string>
  const { values } = parseConfig(definition, raw)
  assert.deepEqual(Object.entries(values), [
    ['__proto__', 'evil'],
    ['constructor', 'unset'],
    ['toString', 'unset'],
  ])
  assert.equal(Object.getPrototypeOf(values), Object.prototype)
})

test('class settings become full names when there is someone to ask', () => {
  const definition = { 'key.converter': { type: 'class', importance: 'low', doc: '' } } as const
  const resolve = (_key: string, name: string) => (name === 'JsonConverter' ? 'org.x.JsonConverter' : undefined)
  assert.equal(
    parseConfig(definition, { 'key.converter': ' JsonConverter' }, resolve).values['key.converter'],
    'org.x.JsonConverter',
  )
  assert.equal(
    parseConfig(definition, { 'key.converter': 'Nope' }, resolve).problems[0]?.message,
    'Invalid value Nope for configuration key.converter: Class Nope could not be found.',
  )
})
