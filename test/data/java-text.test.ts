import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decimalText,
  decimalToFloat,
  decimalToInt,
  doubleText,
  floatText,
  parseDecimal,
} from '../../src/data/java-text.ts'
import { Decimal } from '../../src/data/values.ts'

test('doubles are written as Java writes them, with the shortest digits', () => {
  const cases: [number, string][] = [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [-100, '-100.0'],
    [0.001, '0.001'],
    [9.99e-4, '9.99E-4'],
    [1e-5, '1.0E-5'],
    [9999999, '9999999.0'],
    [1e7, '1.0E7'],
    [12345678, '1.2345678E7'],
    [1234567.891, '1234567.891'],
    [1e21, '1.0E21'],
    [2e23, '2.0E23'],
    [Number.MIN_VALUE, '4.9E-324'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
    [2.2250738585072014e-308, '2.2250738585072014E-308'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ]
  for (const [value, text] of cases) assert.equal(doubleText(value), text)
})

test('floats have the digits of single precision', () => {
  const cases: [number, string][] = [
    [0.1, '0.1'],
    [1 / 3, '0.33333334'],
    [16777216, '1.6777216E7'],
    [1e10, '1.0E10'],
    [3.4028234663852886e38, '3.4028235E38'],
    [1.401298464324817e-45, '1.4E-45'],
    [2.44140625e-4, '2.4414062E-4'],
    [3131331.25, '3131331.2'],
    [1e-3, '0.001'],
    [-0, '-0.0'],
    [5, '5.0'],
    [1e39, 'Infinity'],
  ]
  for (const [value, text] of cases) assert.equal(floatText(value), text)
})

test('decimals keep their scale', () => {
  const cases: [bigint, number, string][] = [
    [150n, 2, '1.50'],
    [-10n, 3, '-0.010'],
    [12300n, 0, '12300'],
    [123n, -2, '1.23E+4'],
    [1n, -10, '1E+10'],
    [1n, 6, '0.000001'],
    [1n, 7, '1E-7'],
    [0n, 2, '0.00'],
    [0n, -3, '0E+3'],
    [0n, 10, '0E-10'],
  ]
  for (const [unscaled, scale, text] of cases) {
    assert.equal(decimalText(new Decimal(unscaled, scale)), text)
    assert.deepEqual(parseDecimal(text), new Decimal(unscaled, scale))
  }
})

test('text that Java does not take for a decimal is none', () => {
  assert.deepEqual(parseDecimal('+.5e2'), new Decimal(5n, -1))
  assert.deepEqual(parseDecimal('5.'), new Decimal(5n, 0))
  for (const text of ['', '.', '-', '1e', '1 ', ' 1', '0x1', 'NaN', '1e99999999999']) {
    assert.equal(parseDecimal(text), undefined)
  }
})

test('a decimal as an integer is cut off and wraps, however large its exponent', () => {
  assert.equal(decimalToInt(new Decimal(-199n, 2), 32), -1n)
  assert.equal(decimalToInt(new Decimal(1n, -19), 64), -8446744073709551616n)
  assert.equal(decimalToInt(new Decimal(1n, -999_999_999), 64), 0n)
  assert.equal(decimalToInt(new Decimal(1n, 999_999_999), 64), 0n)
})

test('a decimal becomes the nearest float, not the one nearest to its double', () => {
  const float = (text: string): number => decimalToFloat(parseDecimal(text)!)
  assert.equal(float('1.00000017881393432617187499'), 1.0000001192092896)
  assert.equal(float('1.00000017881393432617187501'), 1.000000238418579)
  assert.equal(float('-1.00000017881393432617187501'), -1.000000238418579)
  assert.equal(float('3.4028235677973366e38'), 3.4028234663852886e38)
  assert.equal(float('3.4028235677973367e38'), Number.POSITIVE_INFINITY)
  assert.equal(float('0.1'), Math.fround(0.1))
})
