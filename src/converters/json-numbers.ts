/** Numbers as JSON, without a string for each. */
import { BASE64_LETTERS } from './base64.ts'
import type { JsonBytesWriter } from './json-bytes-writer.ts'

const ZERO = 0x30
const MINUS = 0x2d
const QUOTE = 0x22
const PADDING = 0x3d
const BILLION = 1_000_000_000
const TWO_TO_32 = 2 ** 32
/** The sign and 16 digits; quotes and the base64 of seven bytes. */
const MOST_BYTES = 17

/** Digits of a whole number below 2^31, from its last one on. @returns where the first stands */
const putDigits = (bytes: Buffer, end: number, value: number): number => {
  let at = end
  let rest = value | 0
  do {
    const tenth = (rest / 10) | 0
    bytes[--at] = ZERO + rest - tenth * 10
    rest = tenth
  } while (rest > 0)
  return at
}

const digitsOf = (value: number): number => {
  let digits = 1
  for (let most = 10; value >= most; most *= 10) digits++
  return digits
}

/** A safe integer. */
export const writeInteger = (value: number, out: JsonBytesWriter): void => {
  const bytes = out.room(MOST_BYTES)
  if (bytes === undefined) return
  let start = out.position
  const size = Math.abs(value)
  if (value < 0) bytes[start++] = MINUS
  const end = start + digitsOf(size)
  if (size < BILLION) putDigits(bytes, end, size)
  else {
    const high = Math.floor(size / BILLION)
    const middle = putDigits(bytes, end, size - high * BILLION)
    bytes.fill(ZERO, end - 9, middle)
    putDigits(bytes, end - 9, high)
  }
  out.position = end
}

/** The base64 of a decimal's unscaled value, as in `java.math.BigInteger.toByteArray`; at most 2^53. */
export const writeDecimal = (unscaled: number, out: JsonBytesWriter): void => {
  const bytes = out.room(MOST_BYTES)
  if (bytes === undefined) return
  const low = unscaled | 0
  const high = Math.floor(unscaled / TWO_TO_32)
  let count = 1
  for (let most = 128; unscaled >= most || unscaled < -most; most *= 256) count++
  let at = out.position
  bytes[at++] = QUOTE
  let left = count
  for (; left >= 3; left -= 3) {
    const three = (byteAt(low, high, left - 1) << 16) | (byteAt(low, high, left - 2) << 8) | byteAt(low, high, left - 3)
    bytes[at++] = BASE64_LETTERS[three >> 18]!
    bytes[at++] = BASE64_LETTERS[(three >> 12) & 63]!
    bytes[at++] = BASE64_LETTERS[(three >> 6) & 63]!
    bytes[at++] = BASE64_LETTERS[three & 63]!
  }
  if (left > 0) {
    const two = (byteAt(low, high, left - 1) << 8) | (left === 2 ? byteAt(low, high, 0) : 0)
    bytes[at++] = BASE64_LETTERS[two >> 10]!
    bytes[at++] = BASE64_LETTERS[(two >> 4) & 63]!
    bytes[at++] = left === 2 ? BASE64_LETTERS[(two << 2) & 63]! : PADDING
    bytes[at++] = PADDING
  }
  bytes[at++] = QUOTE
  out.position = at
}

/** Of the two's complement; 0: the last one. */
const byteAt = (low: number, high: number, index: number): number =>
  (index < 4 ? low >> (index * 8) : high >> (index * 8 - 32)) & 255
