/** What `MaskField` puts in the place of a value. The JVM goes by the value's class, whatever its schema. */

import { convertNumber, isNumericType, type NumericType } from '../data/convert-number.ts'
import { decimalProblem } from '../data/decimal-problem.ts'
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { javaError } from '../data/java-error.ts'
import { parseDecimal } from '../data/java-text.ts'
import type { Schema } from '../data/schema.ts'
import { Decimal, isPlainObject, TypedNumber } from '../data/values.ts'

export type Mask = (value: unknown, schema: Schema | null) => unknown

const NUMBER_TYPES: Readonly<Record<string, NumericType | 'bigint'>> = {
  'java.lang.Byte': 'int8',
  'java.lang.Short': 'int16',
  'java.lang.Integer': 'int32',
  'java.lang.Long': 'int64',
  'java.lang.Float': 'float32',
  'java.lang.Double': 'float64',
  'java.math.BigInteger': 'bigint',
}

/** The Java type of a number, undefined for what is none. */
const numberType = (value: unknown, schema: Schema | null): NumericType | 'bigint' | undefined => {
  if (typeof value === 'number' && schema !== null && isNumericType(schema.type)) return schema.type
  return typeof value === 'object' && !(value instanceof TypedNumber)
    ? undefined
    : NUMBER_TYPES[javaClassOf(value, schema)]
}

/** A number as it stands under its schema, or without one in the form that tells its type. */
const typed = (type: NumericType | 'bigint', value: number | bigint, schema: Schema | null): unknown => {
  if (schema !== null) return value
  if (type === 'int64') return BigInt.asIntN(53, BigInt(value)) === BigInt(value) ? Number(value) : value
  if (type === 'float64' && !(Number.isInteger(value) && !Object.is(value, -0))) return value
  return new TypedNumber(type, value)
}

const EPOCH = 0

export const blankOf: Mask = (value, schema) => {
  if (typeof value === 'string') return ''
  if (typeof value === 'boolean') return false
  const type = numberType(value, schema)
  if (type !== undefined) {
    return typed(type, type === 'bigint' || (schema !== null && type === 'int64') ? 0n : 0, schema)
  }
  if (value instanceof Date) return new Date(EPOCH)
  if (value instanceof Decimal) return new Decimal(0n, 0)
  if (Array.isArray(value)) return []
  if (value instanceof Map) return new Map()
  if (isPlainObject(value) && schema === null) return {}
  throw new DataError(`Cannot mask value of type: class ${javaClassOf(value, schema)}`)
}

/** What the text means for each type of number is found once; a text that is no number fails only when it is used as one. */
export const replacementFor = (text: string): Mask => {
  return (value, schema) => {
    if (typeof value === 'string') return text
    const type = numberType(value, schema)
    if (type === 'bigint') return typed(type, integer(text), schema)
    if (type !== undefined) return typed(type, convertNumber(type, null, text), schema)
    if (value instanceof Decimal) return decimal(text)
    throw new DataError(`Cannot mask value of type class ${javaClassOf(value, schema)} with custom replacement.`)
  }
}

const notNumber = (text: string, cause: string): DataError =>
  new DataError(`Unable to convert ${text} (class java.lang.String) to number`, {
    cause: javaError('java.lang.NumberFormatException', cause),
  })

const integer = (text: string): bigint => {
  if (!/^[+-]?\d+$/.test(text)) throw notNumber(text, `For input string: "${text}"`)
  return BigInt(text.replace(/^\+/, ''))
}

const decimal = (text: string): Decimal => {
  const parsed = parseDecimal(text)
  if (parsed === undefined) throw notNumber(text, decimalProblem(text) ?? '')
  return parsed
}
