import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simpleDateFormat } from '../../src/data/simple-date-format.ts'

const MOMENT = Date.UTC(2023, 10, 14, 22, 13, 20, 123)

/** Pattern, text. Recorded from java.text.SimpleDateFormat (English names, UTC). */
const formatted: [string, string][] = [
  ["yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", '2023-11-14T22:13:20.123Z'],
  ['EEE, d MMM yyyy HH:mm:ss Z', 'Tue, 14 Nov 2023 22:13:20 +0000'],
  ['EEEE MMMM yy', 'Tuesday November 23'],
  ['G yyyy-DDD w W u a h K k z', 'AD 2023-318 46 3 2 PM 10 10 22 UTC'],
  ['YYYY F zzzz X XXX', '2023 2 Coordinated Universal Time Z Z'],
  ["hh 'o''clock' ''a''", "10 o'clock 'PM'"],
  ['yyyyMMdd', '20231114'],
]

for (const [pattern, text] of formatted) {
  test(`${pattern} writes ${text}`, () => {
    assert.equal(simpleDateFormat(pattern).format(MOMENT), text)
  })
}

/** Pattern, text, what it is read as; null: not at all. */
const parsed: [string, string, string | null][] = [
  ['yyyy-MM-dd', '2023-01-02xyz', '2023-01-02T00:00:00.000Z'],
  ['yyyy-MM-dd', '2023-13-45', '2024-02-14T00:00:00.000Z'],
  ['yyyy-MM-dd', '2023-1-2', '2023-01-02T00:00:00.000Z'],
  ['yyyy-MM-dd', 'nonsense', null],
  ['yyyyMMddHHmm', '202301020304', '2023-01-02T03:04:00.000Z'],
  ['yyyyMMdd', '2023012', '2023-01-02T00:00:00.000Z'],
  ['yyyyMMdd', '20231', null],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2023-01-02T03:04:05+02:00', '2023-01-02T01:04:05.000Z'],
  ['yyyy-MM-dd z', '2023-01-02 GMT-3:30', '2023-01-02T03:30:00.000Z'],
  ['d MMM yyyy', '5 september 2023', '2023-09-05T00:00:00.000Z'],
  ['hh:mm a', '12:30 AM', '1970-01-01T00:30:00.000Z'],
  ['kk:mm', '24:30', '1970-01-01T00:30:00.000Z'],
  ['yyyy-DDD', '2024-366', '2024-12-31T00:00:00.000Z'],
  ["YYYY-'W'ww-u", '2023-W46-2', '2023-11-14T00:00:00.000Z'],
  ['s.S', '5.7', '1970-01-01T00:00:05.007Z'],
]

for (const [pattern, text, result] of parsed) {
  test(`${pattern} reads ${text} as ${result ?? 'nothing'}`, () => {
    const millis = simpleDateFormat(pattern).parse(text)
    assert.equal(millis === undefined ? null : new Date(millis).toISOString(), result)
  })
}

test('two digits of a year are of the hundred years from 80 years ago', () => {
  const format = simpleDateFormat('yy', () => Date.UTC(2025, 6, 1))
  assert.deepEqual(
    ['44', '46', '99', '00'].map((text) => new Date(format.parse(text)!).getUTCFullYear()),
    [2044, 1946, 1999, 2000],
  )
})

test('days before 15 October 1582 are those of the Julian calendar', () => {
  const format = simpleDateFormat('yyyy-MM-dd')
  assert.equal(format.format(-12_219_292_800_000), '1582-10-15')
  assert.equal(format.format(-12_219_292_800_001), '1582-10-04')
  assert.equal(format.parse('1582-10-04'), -12_219_379_200_000)
})

test('F counts the days that a month had: October 1582 lacks ten', () => {
  const format = simpleDateFormat('MM-dd F')
  const shown = [-141_428, -141_427, -141_425, -141_424, -141_411, -141_410].map((day) =>
    format.format(day * 86_400_000),
  )
  assert.deepEqual(shown, ['10-04 1', '10-15 1', '10-17 1', '10-18 2', '10-31 3', '11-01 1'])
})

for (const [pattern, message] of [
  ['bogus', "Illegal pattern character 'b'"],
  ["yyyy'", 'Unterminated quote'],
  ['XXXX', 'invalid ISO 8601 format: length=4'],
] as const) {
  test(`${pattern} is no pattern`, () => {
    assert.throws(() => simpleDateFormat(pattern), { name: 'java.lang.IllegalArgumentException', message })
  })
}

test('the first week of the Gregorian calendar is the first of its month', () => {
  assert.equal(simpleDateFormat('d W').format(-12_219_292_800_000), '15 1')
})
