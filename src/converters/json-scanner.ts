/**
 * Takes values out of the bytes of JSON that is written the usual way: no white space, members in the order of the schema, no
 * escapes, numbers of few digits. Anything else is {@link UNUSUAL}, and for the parser.
 */
import { BASE64_LETTERS } from './base64.ts'

/** Thrown, and caught in this folder: the text has to be read in another way. */
export const UNUSUAL = new Error('JSON that is not written the usual way')

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const EQUALS = 0x3d
const UPPER_E = 0x45
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const LOWER_E = 0x65

const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

/** A number of so many digits is exact. */
const EXACT_DIGITS = 15
/** Two numbers of so many digits make an int64, whatever the digits. */
const HALF_DIGITS = 9
/** Powers of ten that a double holds exactly: a quotient of two exact numbers is rounded once, as it should be. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/** What a base64 letter stands for; 255: it is none. */
const SEXTETS = new Uint8Array(256).fill(255)
for (const [value, letter] of BASE64_LETTERS.entries()) SEXTETS[letter] = value

export class JsonScanner {
  #bytes: Buffer = NULL
  #at = 0
  /** Digits behind the point of the number that was read last. */
  #scale = 0

  start(bytes: Buffer, at: number): void {
    this.#bytes = bytes
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  expect(text: Uint8Array): void {
    const bytes = this.#bytes
    const at = this.#at
    const { length } = text
    for (let index = 0; index < length; index++) if (bytes[at + index] !== text[index]) throw UNUSUAL
    this.#at = at + length
  }

  /** Whether null stands here, which is then passed over. */
  skipNull(): boolean {
    if (this.#bytes[this.#at] !== NULL[0]) return false
    this.expect(NULL)
    return true
  }

  boolean(): boolean {
    const isTrue = this.#bytes[this.#at] === TRUE[0]
    this.expect(isTrue ? TRUE : FALSE)
    return isTrue
  }

  /** An integer of at most 15 digits. */
  integer(): number {
    const value = this.#exact(false)
    if (Number.isNaN(value)) throw UNUSUAL
    return value
  }

  /** An integer of at most 18 digits. */
  long(): bigint {
    const bytes = this.#bytes
    const from = this.#at
    const first = bytes[from] === MINUS ? from + 1 : from
    let at = first
    while (isDigit(bytes[at])) at++
    if (at - first <= EXACT_DIGITS) return BigInt(this.integer())
    if (at - first > 2 * HALF_DIGITS || bytes[first] === ZERO) throw UNUSUAL
    const middle = at - HALF_DIGITS
    const value = BigInt(wholeNumber(bytes, first, middle)) * 1_000_000_000n + BigInt(wholeNumber(bytes, middle, at))
    this.#at = at
    return first === from ? value : -value
  }

  double(): number {
    const from = this.#at
    const mantissa = this.#exact(true)
    const exponent = this.#exponent() - this.#scale
    const power = POWERS[Math.abs(exponent)]
    if (!Number.isNaN(mantissa) && power !== undefined) return exponent < 0 ? mantissa / power : mantissa * power
    this.#at = from
    return this.#longDouble()
  }

  /** A decimal of at most 15 digits, as its unscaled value; {@link scale} is the other half of it. */
  decimal(): bigint {
    const value = this.#exact(true)
    if (Number.isNaN(value) || isExponent(this.#bytes[this.#at])) throw UNUSUAL
    return BigInt(value)
  }

  get scale(): number {
    return this.#scale
  }

  /** Whether a text stands here. */
  get isText(): boolean {
    return this.#bytes[this.#at] === QUOTE
  }

  text(): string {
    const bytes = this.#bytes
    const from = this.#at + 1
    if (bytes[from - 1] !== QUOTE) throw UNUSUAL
    let at = from
    let all = 0
    for (;;) {
      const byte = bytes[at] as number
      if (byte === QUOTE) break
      if (!(byte >= 0x20) || byte === BACKSLASH) throw UNUSUAL
      all |= byte
      at++
    }
    this.#at = at + 1
    if (all < 0x80) return bytes.toString('latin1', from, at)
    const text = bytes.toString('utf8', from, at)
    if (text.includes('\ufffd')) throw UNUSUAL
    return text
  }

  /** The integer that at most six bytes in base64 are, two's complement; undefined, and nothing is read, when there are more. */
  base64Integer(): number | undefined {
    const bytes = this.#bytes
    const from = this.#at + 1
    if (bytes[from - 1] !== QUOTE) throw UNUSUAL
    let value = 0
    let at = from
    for (; at < from + 8; at++) {
      const sextet = SEXTETS[bytes[at] as number] as number
      if (!(sextet < 64)) break
      value = value * 64 + sextet
    }
    const letters = at - from
    const padding = letters % 4 === 0 ? 0 : 4 - (letters % 4)
    if (letters < 2 || padding === 3) return undefined
    for (let end = at + padding; at < end; at++) if (bytes[at] !== EQUALS) return undefined
    if (bytes[at] !== QUOTE) return undefined
    this.#at = at + 1
    const length = Math.floor((letters * 3) / 4)
    const unsigned = Math.floor(value / 2 ** (letters * 6 - length * 8))
    return unsigned < 2 ** (length * 8 - 1) ? unsigned : unsigned - 2 ** (length * 8)
  }

  list<T>(item: (scanner: JsonScanner) => T): T[] {
    const bytes = this.#bytes
    if (bytes[this.#at] !== OPEN_LIST) throw UNUSUAL
    this.#at++
    const items: T[] = []
    if (bytes[this.#at] === CLOSE_LIST) {
      this.#at++
      return items
    }
    for (;;) {
      items.push(item(this))
      const byte = bytes[this.#at]
      this.#at++
      if (byte === CLOSE_LIST) return items
      if (byte !== COMMA) throw UNUSUAL
    }
  }

  /**
   * At most 15 digits; with `point` there may be a point among them, whose place becomes the scale. NaN, and nothing is read,
   * for anything else, minus zero included, which is a matter of its own.
   */
  #exact(point: boolean): number {
    const bytes = this.#bytes
    const isNegative = bytes[this.#at] === MINUS
    const from = isNegative ? this.#at + 1 : this.#at
    let at = from
    let value = 0
    let pointAt = 0
    for (; ; at++) {
      const digit = (bytes[at] as number) - ZERO
      if (digit >= 0 && digit <= 9) value = value * 10 + digit
      else if (point && pointAt === 0 && digit === POINT - ZERO) pointAt = at
      else break
    }
    const whole = (pointAt === 0 ? at : pointAt) - from
    const scale = pointAt === 0 ? 0 : at - pointAt - 1
    if (whole === 0 || whole + scale > EXACT_DIGITS || (pointAt !== 0 && scale === 0)) return Number.NaN
    if ((whole > 1 && bytes[from] === ZERO) || (isNegative && value === 0)) return Number.NaN
    this.#at = at
    this.#scale = scale
    return isNegative ? -value : value
  }

  /** The exponent that may stand here; a large number when it is none of one or two digits. */
  #exponent(): number {
    const bytes = this.#bytes
    if (!isExponent(bytes[this.#at])) return 0
    let at = this.#at + 1
    const sign = bytes[at]
    if (sign === MINUS || sign === PLUS) at++
    const first = at
    while (isDigit(bytes[at])) at++
    if (at === first || at - first > 2) return 1000
    this.#at = at
    const value = wholeNumber(bytes, first, at)
    return sign === MINUS ? -value : value
  }

  #longDouble(): number {
    const bytes = this.#bytes
    let at = this.#at
    for (
      let byte = bytes[at];
      isDigit(byte) || byte === POINT || byte === MINUS || byte === PLUS || isExponent(byte);
    ) {
      byte = bytes[++at]
    }
    const text = bytes.toString('latin1', this.#at, at)
    const value = Number(text)
    // What becomes zero does so in ways of its own
    if (!NUMBER.test(text) || value === 0) throw UNUSUAL
    this.#at = at
    return value
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= ZERO + 9

const isExponent = (byte: number | undefined): boolean => byte === LOWER_E || byte === UPPER_E

const wholeNumber = (bytes: Buffer, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at++) value = value * 10 + ((bytes[at] as number) - ZERO)
  return value
}
