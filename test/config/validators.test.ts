import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigKey } from '../../src/config/define.ts'
import { checkValue } from '../../src/config/parse.ts'
import * as validators from '../../src/config/validators.ts'

const {
  atLeast,
  between,
  listNotEmpty,
  listOf,
  nonEmpty,
  nonEmptyWithoutControlChars,
  nullOr,
  oneOf,
  oneOfIgnoreCase,
} = validators

const rows: readonly [string, NonNullable<ConfigKey['validator']>, unknown, string | null][] = [
  ['nonEmpty', nonEmpty, '', 'Invalid value  for configuration k: String must be non-empty'],
  ['nonEmpty', nonEmpty, ' ', null],
  ['nonEmpty', nonEmpty, null, null],
  ['name', nonEmptyWithoutControlChars, '', 'Invalid value  for configuration k: String may not be empty'],
  [
    'name',
    nonEmptyWithoutControlChars,
    'a\tb\u0085',
    'Invalid value a\tb\u0085 for configuration k: String may not contain control sequences but had the following ASCII chars: 9, 133',
  ],
  ['name', nonEmptyWithoutControlChars, 'we/ird näme %', null],
  ['atLeast', atLeast(1), 0, 'Invalid value 0 for configuration k: Value must be at least 1'],
  ['atLeast', atLeast(1), 1, null],
  ['between', between(1, 2), 3, 'Invalid value 3 for configuration k: Value must be no more than 2'],
  ['oneOf', oneOf('a', 'b'), 'A', 'Invalid value A for configuration k: String must be one of: a, b'],
  ['oneOf', oneOf('a', 'b'), null, 'Invalid value null for configuration k: String must be one of: a, b'],
  ['oneOfIgnoreCase', oneOfIgnoreCase('A', 'B'), 'b', null],
  [
    'oneOfIgnoreCase',
    oneOfIgnoreCase('A', 'B'),
    'c',
    'Invalid value c for configuration k: String must be one of (case insensitive): A, B',
  ],
  ['nullOr', nullOr(atLeast(0)), null, null],
  ['nullOr', nullOr(atLeast(0)), -1, 'Invalid value -1 for configuration k: Value must be at least 0'],
  ['listOf', listOf(), ['a', ''], "Configuration 'k' values must not be empty."],
  ['listOf', listOf(), ['a', 'a'], "Configuration 'k' values must not be duplicated."],
  ['listOf', listOf(), null, "Configuration 'k' values must not be null."],
  ['listOf null', listOf({ nullAllowed: true }), null, null],
  [
    'listOf choices',
    listOf({ of: ['x', 'y'] }),
    ['x', 'z'],
    'Invalid value z for configuration k: String must be one of: x, y',
  ],
  ['listNotEmpty', listNotEmpty, [], "Configuration 'k' must not be empty. Valid values include: any non-empty value"],
  [
    'aliases',
    validators.uniqueAliases,
    ['t1', 't1'],
    'Invalid value [t1, t1] for configuration k: Duplicate alias provided.',
  ],
  ['version', validators.versionSpec, '[1.0,2.0)', null],
  [
    'version',
    validators.versionSpec,
    '[1.0',
    'Invalid value [1.0 for configuration k: Invalid version specification: [1.0',
  ],
  ['regex', validators.regex, 'a.*|[bc]+', null],
]

for (const [name, validator, value, expected] of rows) {
  test(`${name} about ${JSON.stringify(value)}: ${expected ?? 'fine'}`, () => {
    assert.equal(checkValue('k', { type: 'string', importance: 'low', doc: '', validator }, value), expected)
  })
}

test('what is no regular expression is refused', () => {
  assert.match(String(validators.regex('k', 'a(')), /^Invalid regex: /)
})
