/** Numbers from numbers, decimal text and dates, as the JVM's `Values` converts them: narrowing wraps. */
import { decimalProblem } from './decimal-problem.ts'
import { DataError } from './errors.ts'
import { javaClassOf } from './java-class.ts'
import { javaError } from './java-error.ts'
import { decimalToDouble, decimalToInt, parseDecimal } from './java-text.ts'
import { javaToString } from './java-to-string.ts'
import { DATE_NAME, dateToDays, TIME_NAME, TIMESTAMP_NAME, timeToMillis } from './logical-types.ts'
import type { Schema, SchemaType } from './schema.ts'
import { Decimal, TypedNumber } from './values.ts'

const MAX_LONG = 2n ** 63n - 1n
const MIN_LONG = -(2n ** 63n)

export const cannotConvert = (value: unknown, from: Schema | null, to: string, cause?: unknown): DataError => {
  const message = `Unable to convert ${javaToString(value, from)} (class ${javaClassOf(value, from)}) to ${to}`
  return cause === undefined ? new DataError(message) : new DataError(message, { cause })
}

/** With a schema the JVM names that one, although it is what the value has and not what it should become. */
const notANumber = (value: unknown, from: Schema | null, cause?: unknown): DataError =>
  cannotConvert(value, from, from === null ? 'a number' : schemaText(from), cause)

/** Java's cast of a double to a long: towards zero, at most as large as a long can be, NaN to 0. */
export const doubleToLong = (value: number): bigint => {
  if (Number.isNaN(value)) return 0n
  if (value >= 2 ** 63) return MAX_LONG
  return value <= -(2 ** 63) ? MIN_LONG : BigInt(Math.trunc(value))
}

const requireDecimal = (text: string, from: Schema | null): Decimal => {
  const decimal = parseDecimal(text)
  if (decimal !== undefined) return decimal
  throw notANumber(text, from, javaError('java.lang.NumberFormatException', decimalProblem(text) ?? ''))
}

/** Days of a Date, milliseconds of a Time or Timestamp; which of them it is, only the schema tells. */
const dateToLong = (value: Date, from: Schema | null): bigint => {
  switch (from?.name) {
    case DATE_NAME:
      return BigInt(dateToDays(from, value))
    case TIME_NAME:
      return BigInt(timeToMillis(from, value))
    case TIMESTAMP_NAME:
      return BigInt(value.getTime())
    default:
      throw notANumber(value, from)
  }
}

/** As the JVM shows a schema in messages: `Schema{NAME:INT32}`. */
export const schemaText = (schema: Schema): string =>
  schema.name === null ? `Schema{${schema.type.toUpperCase()}}` : `Schema{${schema.name}:${schema.type.toUpperCase()}}`

/** @throws DataError for values that are neither a number, nor a date, nor text of a number */
export const toLong = (value: unknown, from: Schema | null): bigint => {
  const plain = value instanceof TypedNumber ? value.value : value
  if (typeof plain === 'bigint') return BigInt.asIntN(64, plain)
  if (typeof plain === 'number') return doubleToLong(plain)
  if (plain instanceof Decimal) return decimalToInt(plain, 64)
  if (typeof plain === 'string') return decimalToInt(requireDecimal(plain, from), 64)
  if (plain instanceof Date) return dateToLong(plain, from)
  throw notANumber(value, from)
}

/** @throws DataError as {@link toLong} */
export const toDouble = (value: unknown, from: Schema | null): number => {
  const plain = value instanceof TypedNumber ? value.value : value
  if (typeof plain === 'number' || typeof plain === 'bigint') return Number(plain)
  if (plain instanceof Decimal) return decimalToDouble(plain)
  if (typeof plain === 'string') return decimalToDouble(requireDecimal(plain, from))
  if (plain instanceof Date) return Number(dateToLong(plain, from))
  throw notANumber(value, from)
}

export type NumericType = Extract<SchemaType, 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64'>

const BITS = { int8: 8, int16: 16, int32: 32 } as const

export const isNumericType = (type: SchemaType): type is NumericType =>
  type === 'int64' || type in BITS || type.startsWith('float')

/** The value as a number of this type, in the form that the type has here (int64 a bigint, all others numbers). */
export const convertNumber = (type: NumericType, from: Schema | null, value: unknown): number | bigint => {
  switch (type) {
    case 'int64':
      return toLong(value, from)
    case 'float64':
      return toDouble(value, from)
    case 'float32':
      return Math.fround(toDouble(value, from))
    default:
      return Number(BigInt.asIntN(BITS[type], toLong(value, from)))
  }
}
