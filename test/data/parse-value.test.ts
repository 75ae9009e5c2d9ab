import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseValue } from '../../src/data/parse-value.ts'
import type { Schema } from '../../src/data/schema.ts'
import { Decimal, TypedNumber } from '../../src/data/values.ts'

const shape = (schema: Schema | null): string => {
  if (schema === null) return '-'
  const name = schema.name === null ? schema.type : (schema.name.split('.').at(-1) ?? '')
  if (schema.type === 'array') return `[${shape(schema.valueSchema)}]`
  return schema.type === 'map' ? `{${shape(schema.keySchema)}:${shape(schema.valueSchema)}}` : name
}

const assertParses = (rows: readonly (readonly [string, string, unknown])[]): void => {
  for (const [text, type, value] of rows) {
    const parsed = parseValue(text)
    assert.deepEqual([text, shape(parsed?.schema ?? null), parsed?.value], [text, type, value])
  }
}

test('a number takes the smallest type that holds it', () => {
  assertParses([
    ['127', 'int8', 127],
    ['128', 'int16', 128],
    ['32768', 'int32', 32768],
    ['2147483648', 'int64', 2147483648n],
    ['9223372036854775808', 'Decimal', new Decimal(9223372036854775808n, 0)],
    [' 5 ', 'int8', 5],
    ['+5', 'int8', 5],
    ['00012', 'int8', 12],
    ['1.000', 'int8', 1],
    ['1e3', 'int16', 1000],
    ['1.5', 'float32', 1.5],
    ['1e20', 'float32', Math.fround(1e20)],
    ['1e39', 'float64', 1e39],
    ['1e400', 'Decimal', new Decimal(1n, -400)],
    ['1e999999999', 'Decimal', new Decimal(1n, -999_999_999)],
    ['12:34', 'int8', 12],
  ])
})

test('only what Java trims counts as a blank', () => {
  assertParses([
    ['\u2028{"a":1}', 'string', '\u2028{"a":1}'],
    ['{" \u2028":"b"}', '{string:string}', new Map([[' \u2028', 'b']])],
    ['\u0001 5\t', 'int8', 5],
  ])
})

test('blanks in quotes go where nothing but a delimiter follows, as on the JVM', () => {
  assertParses([
    ['[" "]', '[string]', ['']],
    ['[" , :"]', '[string]', [',:']],
    ['["a, ,b c"]', '[string]', ['a,,b c']],
  ])
})

test('digits of other scripts are digits', () => {
  assertParses([
    ['٣', 'int8', 3],
    ['१२.५', 'float32', 12.5],
  ])
})

test('what only resembles a value is a string, whole', () => {
  const texts = ['', '  ', '-', '1a', '0x1F', '1 2', 'NaN', 'True', 'NULL', 'true}', '"quoted"', 'a,b', '{a:1}', '[a]']
  assertParses(
    [...texts, '[1', '[1,null]', '[null,1]', '[1,,2]', '[,]', '{"a":}', 'null,1'].map((text) => [text, 'string', text]),
  )
  assert.equal(parseValue(' null '), null)
})

test('a broken list after blanks leaves only the blanks, as on the JVM', () => {
  assertParses([[' [1', 'string', ' ']])
})

test('dates and times are recognised by their length and read leniently', () => {
  assertParses([
    ['2024-02-29', 'Date', new Date('2024-02-29')],
    ['2024-13-01', 'Date', new Date('2025-01-01')],
    ['12:34:56.789Z', 'Time', new Date(45296789)],
    ['12\\:34\\:56.789Z', 'Time', new Date(45296789)],
    ['2024-02-29T12:34:56.789Z', 'Timestamp', new Date('2024-02-29T12:34:56.789Z')],
    ['2024-2-3', 'string', '2024-2-3'],
    // Java's calendar is the Julian one before 15 October 1582
    ['1582-10-10', 'Date', new Date('1582-10-20')],
    ['1500-01-01', 'Date', new Date('1500-01-10')],
  ])
})

test('lists and maps widen to a common type, or have none', () => {
  assertParses([
    ['[]', '[-]', []],
    ['[null]', '[-]', [null]],
    ['[1,300,70000]', '[int32]', [1, 300, 70000]],
    ['[1,5000000000]', '[int64]', [1n, 5000000000n]],
    ['[1, 2.5]', '[float32]', [1, 2.5]],
    ['["a","b"]', '[string]', ['a', 'b']],
    ['["a\\"b"]', '[string]', ['a\\"b']],
    ['[1,"a"]', '[-]', [new TypedNumber('int8', 1), 'a']],
    // The JVM does not look into what is nested: the schema is the last one's, values keep their types
    ['[[1],[300]]', '[[int16]]', [[new TypedNumber('int8', 1)], [300]]],
    ['[[2],[]]', '[[-]]', [[new TypedNumber('int8', 2)], []]],
    ['[[],[2]]', '[[int8]]', [[], [2]]],
    // A list where the schema of all says a map: what it holds tells its own type, whatever the map's values are.
    ['[[[1]],[{"":2}]]', '[[{string:int8}]]', [[[new TypedNumber('int8', 1)]], [new Map([['', 2]])]]],
    ['["2024-02-29","12:34:56.789Z"]', '[Time]', [new Date('2024-02-29'), new Date(45296789)]],
    ['["2024-02-29"]', '[Date]', [new Date('2024-02-29')]],
    ['{}', '{-:-}', new Map()],
    [
      '{"a":1 "b":300}',
      '{string:int16}',
      new Map([
        ['a', 1],
        ['b', 300],
      ]),
    ],
    ['{1:2}', '{int8:int8}', new Map([[1, 2]])],
    ['{"a":null}', '{string:-}', new Map([['a', null]])],
    ['{"__proto__":1}', '{string:int8}', new Map([['__proto__', 1]])],
  ])
})

test('text nested beyond reason is a string, not a crash', () => {
  const text = '['.repeat(100_000)
  assert.equal(parseValue(text)?.value, text)
})
