/** Writes the usual values of types that need no string. */
import { DECIMAL_NAME, TIMESTAMP_NAME } from '../data/logical-types.ts'
import type { Schema } from '../data/schema.ts'
import { Decimal } from '../data/values.ts'
import type { JsonBytesWriter } from './json-bytes-writer.ts'
import { writeDecimal, writeInteger } from './json-numbers.ts'
import type { WriteOptions } from './json-write.ts'

/** @returns false for a value that it leaves to the writer of text, which also tells what is wrong with it */
export type WriteUsual = (value: unknown, out: JsonBytesWriter) => boolean

const LIMITS: Readonly<Record<string, number>> = { int8: 0x80, int16: 0x8000, int32: 0x8000_0000 }

const integerWriter =
  (limit: number): WriteUsual =>
  (value, out) => {
    if (typeof value !== 'number' || !(value >= -limit && value < limit) || !Number.isInteger(value)) return false
    writeInteger(value, out)
    return true
  }

const writeLong: WriteUsual = (value, out) => {
  const number = typeof value === 'bigint' ? Number(value) : value
  if (!Number.isSafeInteger(number)) return false
  writeInteger(number as number, out)
  return true
}

const writeTimestamp: WriteUsual = (value, out) => {
  const millis = value instanceof Date ? value.getTime() : Number.NaN
  if (Number.isNaN(millis)) return false
  writeInteger(millis, out)
  return true
}

const writeBoolean: WriteUsual = (value, out) => {
  if (typeof value !== 'boolean') return false
  out.boolean(value)
  return true
}

const decimalWriter =
  (scale: number): WriteUsual =>
  (value, out) => {
    if (!(value instanceof Decimal) || value.scale !== scale) return false
    const unscaled = Number(value.unscaled)
    if (!Number.isSafeInteger(unscaled)) return false
    writeDecimal(unscaled, out)
    return true
  }

/** Undefined: of this type the writer of text writes all. */
export const usualWriter = (schema: Schema, { decimals }: WriteOptions): WriteUsual | undefined => {
  if (schema.name === TIMESTAMP_NAME) return writeTimestamp
  if (schema.name === DECIMAL_NAME) {
    const scale = schema.parameters?.get('scale') ?? ''
    return decimals === 'BASE64' && /^-?\d+$/.test(scale) ? decimalWriter(Number(scale)) : undefined
  }
  if (schema.type === 'boolean') return writeBoolean
  if (schema.type === 'int64') return writeLong
  const limit = LIMITS[schema.type]
  return limit === undefined ? undefined : integerWriter(limit)
}
