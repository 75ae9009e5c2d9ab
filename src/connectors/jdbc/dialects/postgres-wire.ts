/** Takes values of PostgreSQL's text format out of the bytes. Whatever is not written the usual way is left to the text's reader. */
import { Decimal } from '../../../data/values.ts'
import type { ColumnReader, ReaderOptions, WireReader } from '../column-reader.ts'
import type { ResultColumn } from '../database.ts'
import { UTC, type Zone } from '../zone.ts'

/** The reader of a column's bytes; `reader` makes values of its text. */
export const postgresWireReader = (
  column: ResultColumn,
  options: ReaderOptions,
  { schema, read }: ColumnReader,
): WireReader => {
  const byText: WireReader = (rows, at, length) => read(rows.textAt(at, length))
  switch (column.jdbcType) {
    case 'smallint':
    case 'integer':
      return (rows, at, length) => wholeNumber(rows.bytes, at, length) ?? byText(rows, at, length)
    case 'bigint':
      return (rows, at, length) => {
        const value = wholeNumber(rows.bytes, at, length)
        return value === undefined ? byText(rows, at, length) : BigInt(value)
      }
    case 'double':
      return column.typeName === 'money' ? byText : doubleReader(byText)
    case 'numeric':
      return schema.type === 'bytes' ? decimalReader(Number(schema.parameters?.get('scale')), byText) : byText
    case 'bit':
      if (column.typeName !== 'bool') return byText
      return ({ bytes }, at) => bytes[at] === LETTER_T
    case 'char':
    case 'varchar':
    case 'sqlxml':
      return (rows, at, length) => rows.textAt(at, length)
    case 'date':
      return dateReader(options.flavour === 'aiven' ? options.zone : UTC, byText)
    case 'timestamp':
      return options.granularity === 'connect_logical' ? timestampReader(options.zone, byText) : byText
    default:
      return byText
  }
}

const LETTER_T = 0x74
export const ZERO = 0x30
export const MINUS = 0x2d
export const POINT = 0x2e
const COLON = 0x3a
const SPACE = 0x20
const PLUS = 0x2b
/** A number of so many digits is exact. */
export const EXACT_DIGITS = 15

/** An integer of at most 15 digits; undefined: anything else. */
const wholeNumber = (bytes: Buffer, at: number, length: number): number | undefined => {
  const isNegative = bytes[at] === MINUS
  const from = isNegative ? at + 1 : at
  const end = at + length
  if (end - from > EXACT_DIGITS || end === from) return undefined
  let value = 0
  for (let i = from; i < end; i++) {
    const digit = bytes[i]! - ZERO
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return isNegative ? 0 - value : value
}

/** The unscaled value of a decimal of at most 15 digits, where so many stand behind it; undefined: anything else. */
export const unscaled = (bytes: Buffer, at: number, length: number, scale: number): number | undefined => {
  const isNegative = bytes[at] === MINUS
  const from = isNegative ? at + 1 : at
  const end = at + length
  const point = scale === 0 ? end : end - scale - 1
  if (end - from > EXACT_DIGITS || point <= from) return undefined
  let value = 0
  for (let i = from; i < end; i++) {
    const digit = bytes[i]! - ZERO
    if (i === point) {
      if (bytes[i] !== POINT) return undefined
      continue
    }
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return isNegative ? 0 - value : value
}

const decimalReader =
  (scale: number, byText: WireReader): WireReader =>
  (rows, at, length) => {
    const value = scale >= 0 ? unscaled(rows.bytes, at, length, scale) : undefined
    return value === undefined ? byText(rows, at, length) : new Decimal(BigInt(value), scale)
  }

const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent)

/** Both the digits and the power of ten are exact, so one division gives the nearest double. */
const doubleReader =
  (byText: WireReader): WireReader =>
  (rows, at, length) => {
    const { bytes } = rows
    const isNegative = bytes[at] === MINUS
    const from = isNegative ? at + 1 : at
    const end = at + length
    if (end - from > EXACT_DIGITS) return byText(rows, at, length)
    let value = 0
    let point = end - 1
    for (let i = from; i < end; i++) {
      const byte = bytes[i]!
      if (byte >= ZERO && byte < ZERO + 10) value = value * 10 + byte - ZERO
      else if (byte === POINT && point === end - 1) point = i
      else return byText(rows, at, length)
    }
    const double = value / POWERS[end - 1 - point]!
    return isNegative ? -double : double
  }

/** Two digits as a number; NaN-like (beyond 99) when they are none. */
const twoDigits = (bytes: Buffer, at: number): number => {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? NO_DIGITS : tens * 10 + ones
}
const NO_DIGITS = 10_000

/** Midnight UTC of `yyyy-MM-dd`, of which many in a row are the same; undefined for anything else. */
export const dayReader = (): ((bytes: Buffer, at: number) => number | undefined) => {
  let last = -1
  let lastMillis = 0
  return (bytes, at) => {
    const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2)
    const month = twoDigits(bytes, at + 5)
    const day = twoDigits(bytes, at + 8)
    if (bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return undefined
    if (year < 100 || year > 9999 || month > 12 || day > 31) return undefined
    const key = (year * 100 + month) * 100 + day
    if (key !== last) {
      last = key
      lastMillis = Date.UTC(year, month - 1, day)
    }
    return lastMillis
  }
}

const dateReader = (meant: Zone, byText: WireReader): WireReader => {
  const dayOf = dayReader()
  return (rows, at, length) => {
    const day = length === 10 ? dayOf(rows.bytes, at) : undefined
    return day === undefined ? byText(rows, at, length) : new Date(meant.toInstant(day))
  }
}

const timestampReader = (zone: Zone, byText: WireReader): WireReader => {
  const millisOf = timestampMillis(zone)
  return (rows, at, length) => {
    const millis = millisOf(rows.bytes, at, length)
    return millis === undefined ? byText(rows, at, length) : new Date(millis)
  }
}

/**
 * Milliseconds since the epoch of `yyyy-MM-dd HH:mm:ss`, then maybe a fraction, then maybe `+00`; undefined for anything else.
 * `zone`: of those without an offset.
 */
export const timestampMillis = (zone: Zone): ((bytes: Buffer, at: number, length: number) => number | undefined) => {
  const dayOf = dayReader()
  return (bytes, at, length) => {
    const millis = length < 19 ? undefined : millisOf(bytes, at, length, dayOf)
    if (millis === undefined || bytes[at + length - 3] === PLUS) return millis
    return zone.toInstant(millis)
  }
}

const millisOf = (
  bytes: Buffer,
  at: number,
  length: number,
  dayOf: (bytes: Buffer, at: number) => number | undefined,
): number | undefined => {
  const day = dayOf(bytes, at)
  const hour = twoDigits(bytes, at + 11)
  const minute = twoDigits(bytes, at + 14)
  const second = twoDigits(bytes, at + 17)
  if (day === undefined || hour > 23 || minute > 59 || second > 59) return undefined
  if (bytes[at + 10] !== SPACE || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON) return undefined
  let end = at + length
  if (bytes[end - 3] === PLUS) {
    if (bytes[end - 2] !== ZERO || bytes[end - 1] !== ZERO) return undefined
    end -= 3
  }
  let fraction = 0
  if (end > at + 19) {
    if (bytes[at + 19] !== POINT || end > at + 29) return undefined
    for (let i = at + 20, weight = 100; i < end; i++, weight = Math.floor(weight / 10)) {
      const digit = bytes[i]! - ZERO
      if (digit < 0 || digit > 9) return undefined
      fraction += digit * weight
    }
  }
  return day + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction
}
