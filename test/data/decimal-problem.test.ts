import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalProblem } from '../../src/data/decimal-problem.ts'

test("a text that is no number is refused in the words of Java's BigDecimal", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['1.5', undefined],
    ['٣', undefined],
    ['', ''],
    ['1e', ''],
    ['-', 'No digits found.'],
    ['.', 'No digits found.'],
    ['1.2.3', 'Character array contains more than one decimal point.'],
    ['1a', 'Character a is neither a decimal digit number, decimal point, nor "e" notation exponential mark.'],
    ['1234567890123456789a', 'Character array is missing "e" notation exponential mark.'],
    ['1ex', 'Not a digit.'],
    ['1e12345678901', 'Too many nonzero exponent digits.'],
    ['1e00000000000001', undefined],
    ['1e2147483648', 'Exponent overflow.'],
    ['0.1e-2147483648', 'Scale out of range.'],
  ]
  for (const [text, problem] of cases) assert.equal(decimalProblem(text), problem, text)
})
