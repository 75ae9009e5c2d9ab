/** Numbers as Java writes them: `1.0`, `1.0E10`, `1E+3`. Shortest digits that read back as the same number. */
import { Decimal } from './values.ts'

/** Scientific digits and exponent to Java's form: plain from 10^-3 below 10^7, else `d.dddE±n` without a plus. */
const layOut = (sign: string, digits: string, exponent: number): string => {
  if (exponent >= -3 && exponent < 7) {
    if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
    return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
  }
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`
}

/** `text` is what Number.prototype.toExponential writes. */
const fromExponential = (text: string): string => {
  const e = text.indexOf('e')
  const sign = text[0] === '-' ? '-' : ''
  const digits = text.slice(sign.length, e).replace('.', '')
  return layOut(sign, digits.replace(/(?<=.)0+$/, ''), Number(text.slice(e + 1)))
}

const special = (value: number): string | undefined => {
  if (Number.isFinite(value)) return value === 0 ? (Object.is(value, -0) ? '-0.0' : '0.0') : undefined
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

/** A Double's text. JVMs before 19 write a few values with more digits than needed; this is always the shortest form. */
export const doubleText = (value: number): string => {
  if (value < 1e7 && value > -1e7) {
    if (Number.isInteger(value)) return Object.is(value, -0) ? '-0.0' : `${value}.0`
    if (value >= 1e-3 || value <= -1e-3) return String(value)
  }
  const name = special(value)
  if (name !== undefined) return name
  const shortest = value.toExponential()
  // Java asks for at least two digits and then takes the closest: 4.9E-324, not 5.0E-324.
  return fromExponential(shortest.includes('.') ? shortest : value.toExponential(1))
}

/** A Float's text; the value is rounded to single precision first. */
export const floatText = (value: number): string => {
  const single = Math.fround(value)
  if (Number.isInteger(single) && single < 1e7 && single > -1e7 && !Object.is(single, -0)) return `${single}.0`
  const name = special(single)
  if (name !== undefined) return name
  for (let digits = 1; digits < 9; digits++) {
    const text = single.toExponential(digits)
    if (Math.fround(Number(text)) === single) return fromExponential(toEven(text, single, digits))
  }
  return fromExponential(single.toExponential(9))
}

/** Of two texts just as close, toExponential takes the larger and Java the one whose last digit is even. */
const toEven = (text: string, single: number, digits: number): string => {
  const longer = single.toExponential(digits + 1)
  const e = longer.indexOf('e')
  if (longer[e - 1] !== '5' || Number(longer) !== single) return text
  const cut = longer.slice(0, e - 1) + longer.slice(e)
  return /[02468]e/.test(cut) && Math.fround(Number(cut)) === single ? cut : text
}

/** A BigDecimal's `toString`: keeps the scale, with an exponent when the scale is negative or the number very small. */
export const decimalText = (value: Decimal): string => {
  const { unscaled, scale } = value
  if (scale === 0) return unscaled.toString()
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  const exponent = digits.length - 1 - scale
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, '0')
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return exponent === 0
    ? `${sign}${digits[0]}${fraction}`
    : `${sign}${digits[0]}${fraction}E${exponent > 0 ? '+' : ''}${exponent}`
}

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?)0*(\d{1,10}))?$/

const ASCII_NUMBER = /^[0-9.eE+-]*$/

/** Digits of other scripts, which Java reads as well, become ASCII's. */
export const asciiDigits = (text: string): string =>
  ASCII_NUMBER.test(text)
    ? text
    : text.replace(/\p{Nd}/gu, (char) => {
        if (char <= '9' || char.length > 1) return char
        // Ten digits stand in a row, from a code that ends in 0 or 6
        const code = char.charCodeAt(0)
        const zero = /\p{Nd}/u.test(String.fromCharCode(code & ~0xf)) ? code & ~0xf : (code & ~0xf) + 6
        return String(code - zero)
      })

/** Reads what `new BigDecimal(text)` reads, its digits giving the scale; undefined for anything else. */
export const parseDecimal = (text: string): Decimal | undefined => {
  const match = DECIMAL.exec(asciiDigits(text))
  if (match === null) return undefined
  const [, sign, whole = '', fraction = match[4] ?? '', , exponentSign, digits = '0'] = match
  const exponent = exponentSign === '-' ? -Number(digits) : Number(digits)
  const scale = fraction.length - exponent
  if (!isInt32(exponent) || !isInt32(scale)) return undefined
  const magnitude = BigInt(whole + fraction)
  return new Decimal(sign === '-' ? -magnitude : magnitude, scale + 0)
}

const isInt32 = (value: number): boolean => value <= 2_147_483_647 && value >= -2_147_483_648

/** The nearest double. */
export const decimalToDouble = (value: Decimal): number => Number(`${value.unscaled}e${-value.scale}`)

/**
 * The nearest float. The nearest double may stand just between two floats although the decimal does not; then the decimal
 * itself tells which of them is nearer.
 */
export const decimalToFloat = (value: Decimal): number => {
  const double = decimalToDouble(value)
  const nearest = Math.fround(double)
  const [below, above] = floatsAround(Math.abs(double))
  if (Math.abs(double) !== (below + Math.min(above, 2 ** 128)) / 2 || below === above) return nearest
  const order = compareToDouble(value, Math.abs(double))
  return order === 0 ? nearest : Math.sign(double) * (order < 0 ? below : above)
}

/** The floats next to a number, which is not negative; both are the number itself when it is one. */
const floatsAround = (value: number): readonly [number, number] => {
  const nearest = Math.fround(value)
  if (nearest === value) return [value, value]
  const bits = new Uint32Array(Float32Array.of(nearest).buffer)
  bits[0]! += nearest < value ? 1 : -1
  const other = new Float32Array(bits.buffer)[0]!
  return nearest < value ? [nearest, other] : [other, nearest]
}

/** How a decimal's magnitude compares with a positive double, both taken exactly. */
const compareToDouble = ({ unscaled, scale }: Decimal, double: number): number => {
  // A double is a whole number of 2^-1074ths
  let whole = double
  let halves = 0n
  for (; !Number.isInteger(whole); halves++) whole *= 2
  const left = (unscaled < 0n ? -unscaled : unscaled) * 2n ** halves * 10n ** BigInt(Math.max(0, -scale))
  const right = BigInt(whole) * 10n ** BigInt(Math.max(0, scale))
  return left < right ? -1 : left > right ? 1 : 0
}

/** The integral part (towards zero), wrapped to `bits` bits as Java's narrowing conversions of a BigDecimal do. */
export const decimalToInt = (value: Decimal, bits: number): bigint => {
  const { unscaled, scale } = value
  if (scale === 0) return BigInt.asIntN(bits, unscaled)
  // 10^64 is a multiple of 2^64: nothing of it is left, and 10^-scale need not be computed.
  if (scale <= -64) return 0n
  if (scale < 0) return BigInt.asIntN(bits, unscaled * 10n ** BigInt(-scale))
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().length
  return digits <= scale ? 0n : BigInt.asIntN(bits, unscaled / 10n ** BigInt(scale))
}
