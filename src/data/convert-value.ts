/** Conversions between typed values, as the JVM's `Values.convertTo…` do them: narrowing wraps, text is parsed. */

import { cannotConvert, convertNumber, isNumericType, schemaText, toLong } from './convert-number.ts'
import { convertTemporal, isTemporalName, type TemporalName } from './convert-temporal.ts'
import { decimalProblem } from './decimal-problem.ts'
import { DataError } from './errors.ts'
import { javaError } from './java-error.ts'
import { doubleText, parseDecimal } from './java-text.ts'
import { bytesToBigInt, DECIMAL_NAME, decimalScale, decimalSchema } from './logical-types.ts'
import { parseValue } from './parse-value.ts'
import type { Schema } from './schema.ts'
import { toSchemaless } from './schemaless.ts'
import { Decimal, isPlainObject, Struct, TypedNumber } from './values.ts'
import { valueText } from './values-text.ts'

const required = (): DataError => new DataError('Unable to convert a null value to a schema that requires a value')

/** True for any number but zero; text is parsed. Null stays null. */
export const toBoolean = (from: Schema | null, value: unknown): boolean | null => {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') {
    const parsed = parseValue(value)?.value
    if (typeof parsed === 'boolean') return parsed
  }
  return toLong(value, from) !== 0n
}

/** Bytes are the unscaled value; a number goes through its double's text, so that 5 becomes 5.0. */
export const toDecimal = (from: Schema | null, value: unknown, scale: number): Decimal => {
  if (value === null || value === undefined) throw required()
  if (value instanceof Decimal) return value
  if (value instanceof Uint8Array) return new Decimal(bytesToBigInt(value), scale)
  const plain = value instanceof TypedNumber ? value.value : value
  const text =
    typeof plain === 'string'
      ? plain
      : typeof plain === 'number' || typeof plain === 'bigint'
        ? doubleText(Number(plain))
        : null
  const decimal = text === null ? undefined : parseDecimal(text)
  if (decimal !== undefined) return decimal
  if (text === null) throw cannotConvert(value, from, schemaText(decimalSchema(scale)))
  throw javaError('java.lang.NumberFormatException', decimalProblem(text) ?? '')
}

/** A Date, Time or Timestamp from another of them, from text (see parse-value.ts) or from a number as its base value. */
export const toTemporal = (target: TemporalName, from: Schema | null, value: unknown): Date => {
  if (value === null || value === undefined) throw required()
  if (typeof value !== 'string') return convertTemporal(target, from, value)
  const parsed = parseValue(value)
  return convertTemporal(target, from, toSchemaless(parsed?.schema ?? null, parsed?.value))
}

const parseContainer = (from: Schema | null, value: unknown): { from: Schema | null; value: unknown } => {
  if (typeof value !== 'string') return { from, value }
  const parsed = parseValue(value)
  return { from: parsed?.schema ?? null, value: parsed?.value ?? null }
}

/** A list, or text of one. Its elements keep their own types: with `from` they are under its element schema. */
export const toList = (from: Schema | null, value: unknown): readonly unknown[] => {
  if (value === null || value === undefined) throw required()
  const container = parseContainer(from, value)
  if (!Array.isArray(container.value)) throw cannotConvert(container.value, container.from, 'Schema{ARRAY}')
  return typeof value === 'string' ? (toSchemaless(container.from, container.value) as unknown[]) : container.value
}

/** A map, or text of one. */
export const toMap = (from: Schema | null, value: unknown): unknown => {
  if (value === null || value === undefined) throw required()
  const container = parseContainer(from, value)
  const isMap = container.value instanceof Map || (isPlainObject(container.value) && container.from?.type !== 'struct')
  if (!isMap) throw cannotConvert(container.value, container.from, 'Schema{MAP}')
  return typeof value === 'string' ? toSchemaless(container.from, container.value) : container.value
}

const toStruct = (from: Schema | null, value: unknown): unknown => {
  if (value instanceof Struct || (from?.type === 'struct' && isPlainObject(value))) return value
  throw value === null || value === undefined ? required() : cannotConvert(value, from, 'Schema{STRUCT}')
}

/**
 * The value under another schema. Lists and maps are taken as they are, their elements unconverted.
 *
 * @param from the value's own schema, null when it has none
 * @throws DataError when it cannot be converted, or is null and the target needs a value
 */
export const convertTo = (target: Schema, from: Schema | null, value: unknown): unknown => {
  if (isTemporalName(target.name)) return toTemporal(target.name, from, value)
  if (target.name === DECIMAL_NAME) return toDecimal(from, value, decimalScale(target))
  if (target.type === 'array') return toList(from, value)
  if (target.type === 'map') return toMap(from, value)
  if (target.type === 'struct') return toStruct(from, value)
  if (value === null || value === undefined) {
    if (target.optional) return null
    throw required()
  }
  if (target.type === 'boolean') return toBoolean(from, value)
  if (target.type === 'string') return valueText(value, from)
  if (isNumericType(target.type)) return convertNumber(target.type, from, value)
  if (value instanceof Uint8Array) return value
  throw cannotConvert(value, from, schemaText(target))
}
