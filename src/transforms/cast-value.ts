/** One value to another type as `Cast` does it: Java's narrowing of numbers, strict reading of text. */
import { equalsIgnoreCase, javaTrim, parseJavaDouble } from '../config/java-text.ts'
import { doubleToLong } from '../data/convert-number.ts'
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { javaError } from '../data/java-error.ts'
import { asciiDigits, decimalToDouble, decimalToFloat, decimalToInt, parseDecimal } from '../data/java-text.ts'
import { javaToString, numberToString, typedNumberToString } from '../data/java-to-string.ts'
import {
  DATE_NAME,
  dateToDays,
  TIME_NAME,
  TIMESTAMP_NAME,
  timestampToMillis,
  timeToMillis,
} from '../data/logical-types.ts'
import type { Schema, SchemaType } from '../data/schema.ts'
import { Decimal, isPlainObject, Struct, TypedNumber } from '../data/values.ts'
import { dateText } from '../data/values-text.ts'
import { type CastType, requireCastable } from './cast-spec.ts'

/** A value of a given schema (null: none) to `target`, in the form that values have under a schema of that type. */
export const castValue = (schema: Schema, value: unknown, target: CastType): unknown => {
  if (value === null || value === undefined) return null
  requireCastable(schema.type)
  return cast(schema, target === 'string' || schema.name === null ? value : baseValue(schema, value), target)
}

/** The same without a schema: the result tells its type itself (see data/values.ts). */
export const castSchemaless = (value: unknown, target: CastType): unknown => {
  if (value === null || value === undefined) return null
  const type = inferType(value)
  if (type === undefined) {
    throw new DataError(
      `Cast transformation was passed a value of type class ${javaClassOf(value)} which is not supported by Connect's data API`,
    )
  }
  requireCastable(type)
  return untyped(cast(null, value, target), target)
}

/** The type that the JVM sees in a schemaless value; the kind of number does not matter here. */
const inferType = (value: unknown): SchemaType | undefined => {
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean'
  if (typeof value === 'number' || typeof value === 'bigint') return 'int64'
  if (value instanceof TypedNumber) return value.type === 'bigint' ? undefined : value.type
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Struct) return 'struct'
  return value instanceof Map || isPlainObject(value) ? 'map' : undefined
}

const untyped = (value: unknown, type: CastType): unknown => {
  switch (type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'float32':
      return new TypedNumber(type, value as number)
    case 'int64':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value
    case 'float64':
      return Number.isInteger(value) && !Object.is(value, -0) ? new TypedNumber(type, value as number) : value
    default:
      return value
  }
}

/** What a date stands for as a number. */
const baseValue = (schema: Schema, value: unknown): unknown => {
  switch (schema.name) {
    case DATE_NAME:
      return dateToDays(schema, value as Date)
    case TIME_NAME:
      return timeToMillis(schema, value as Date)
    case TIMESTAMP_NAME:
      return timestampToMillis(schema, value as Date)
    default:
      return value
  }
}

const cast = (schema: Schema | null, value: unknown, target: CastType): unknown => {
  switch (target) {
    case 'int8':
      return (toSmallInteger(schema, value, 8) << 24) >> 24
    case 'int16':
      return (toSmallInteger(schema, value, 16) << 16) >> 16
    case 'int32':
      return toSmallInteger(schema, value, 32)
    case 'int64':
      return toInteger(schema, value, 64)
    case 'float32':
      return toFloat(schema, value)
    case 'float64':
      return toDouble(schema, value)
    case 'boolean':
      if (typeof value === 'boolean') return value
      if (typeof value === 'string') return equalsIgnoreCase(value, 'true')
      return toInteger(schema, value, 64) !== 0n
    case 'string':
      return toText(schema, value)
  }
}

const isFloat = (type: string | undefined): boolean => type === 'float32' || type === 'float64'

/** Whether a plain number is a Java floating point number. */
const isFloating = (schema: Schema | null, value: number): boolean =>
  schema === null ? !Number.isInteger(value) || Object.is(value, -0) : isFloat(schema.type)

/** An int; what is to become a byte or a short is cut down by the caller. */
const toSmallInteger = (schema: Schema | null, value: unknown, bits: 8 | 16 | 32): number => {
  if (typeof value !== 'number') return Number(toInteger(schema, value, bits))
  // Java stops at the ends of an int when it comes from a floating point number, and wraps when from a long.
  if (isFloating(schema, value)) return value >= 2 ** 31 ? 0x7fffffff : value <= -(2 ** 31) ? -(2 ** 31) : value | 0
  return value | 0
}

const toInteger = (schema: Schema | null, value: unknown, bits: 8 | 16 | 32 | 64): bigint => {
  if (typeof value === 'bigint') return BigInt.asIntN(bits, value)
  if (typeof value === 'number') {
    return isFloating(schema, value) ? floatToInteger(value, bits) : BigInt.asIntN(bits, BigInt(value))
  }
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'string') return parseInteger(value, bits)
  if (value instanceof TypedNumber) {
    return isFloat(value.type) ? floatToInteger(Number(value.value), bits) : BigInt.asIntN(bits, BigInt(value.value))
  }
  if (value instanceof Decimal) return decimalToInt(value, bits)
  throw unexpected(schema, value)
}

/** Java goes to an int first, which stops at its ends, and wraps from there. */
const floatToInteger = (value: number, bits: 8 | 16 | 32 | 64): bigint => {
  if (bits === 64) return doubleToLong(value)
  const int = Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1))
  return BigInt.asIntN(bits, BigInt(int))
}

const toDouble = (schema: Schema | null, value: unknown): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') return parseDouble(value)
  if (value instanceof TypedNumber) return Number(value.value)
  if (value instanceof Decimal) return decimalToDouble(value)
  throw unexpected(schema, value)
}

const toFloat = (schema: Schema | null, value: unknown): number => {
  const double = toDouble(schema, value)
  const float = Math.fround(double)
  if (float === double || Number.isNaN(double)) return float
  const decimal = typeof value === 'string' ? parseDecimal(javaTrim(value).replace(/[fFdD]$/, '')) : value
  return decimal instanceof Decimal ? decimalToFloat(decimal) : float
}

const toText = (schema: Schema | null, value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberToString(value, schema)
  if (value instanceof Date) return dateText(value)
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')
  if (value instanceof TypedNumber) return typedNumberToString(value)
  return javaToString(value, schema)
}

const unexpected = (schema: Schema | null, value: unknown): DataError =>
  new DataError(`Unexpected type in Cast transformation: class ${javaClassOf(value, schema)}`)

const outOfRange = (text: string, cause: string): DataError =>
  new DataError(`Value (${text}) was out of range for requested data type`, {
    cause: javaError('java.lang.NumberFormatException', cause),
  })

const parseInteger = (text: string, bits: 8 | 16 | 32 | 64): bigint => {
  const digits = asciiDigits(text)
  if (!/^[+-]?[0-9]+$/.test(digits)) throw outOfRange(text, `For input string: "${text}"`)
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits)
  if (BigInt.asIntN(bits, value) === value) return value
  // Byte and Short are read as an int first and then found too large.
  const small = bits < 32 && BigInt.asIntN(32, value) === value
  throw outOfRange(text, small ? `Value out of range. Value:"${text}" Radix:10` : `For input string: "${text}"`)
}

const parseDouble = (text: string): number => {
  const value = parseJavaDouble(text)
  if (value !== undefined) return value
  const trimmed = javaTrim(text)
  if (/^[+-]?\d*\.\d*\./.test(trimmed)) throw outOfRange(text, 'multiple points')
  throw outOfRange(text, trimmed === '' ? 'empty String' : `For input string: "${trimmed}"`)
}
