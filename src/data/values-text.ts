/** The text form of header values: what `parseValue` (parse-value.ts) reads back. */
import { decimalText } from './java-text.ts'
import { numberToString, typedNumberToString } from './java-to-string.ts'
import type { Schema } from './schema.ts'
import { simpleDateFormat } from './simple-date-format.ts'
import { fieldOrDefault } from './struct.ts'
import { Decimal, Struct, TypedNumber } from './values.ts'

const DAY_MS = 86_400_000

const DAY = simpleDateFormat('yyyy-MM-dd')
const TIME = simpleDateFormat("HH:mm:ss.SSS'Z'")
const TIMESTAMP = simpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")

/** By its value alone: a time within the first day (or before it), a date on midnight, else a timestamp. UTC. */
export const dateText = (date: Date): string => {
  const millis = date.getTime()
  if (millis < DAY_MS) return TIME.format(millis)
  return (millis % DAY_MS === 0 ? DAY : TIMESTAMP).format(millis)
}

const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

const mapText = (entries: Iterable<readonly [unknown, unknown]>, schema: Schema | null): string => {
  const parts: string[] = []
  for (const [key, value] of entries) {
    parts.push(`${embeddedText(key, schema?.keySchema)}:${embeddedText(value, schema?.valueSchema)}`)
  }
  return `{${parts.join(',')}}`
}

/** All fields, with their defaults where they are null. */
const structText = (schema: Schema, fields: Readonly<Record<string, unknown>>): string =>
  `{${schema.fields
    .map((field) => `${quote(field.name)}:${embeddedText(fieldOrDefault(fields, field), field.schema)}`)
    .join(',')}}`

const objectText = (value: object, schema: Schema | null): string => {
  if (value instanceof Date) return dateText(value)
  if (value instanceof Decimal) return decimalText(value)
  if (value instanceof TypedNumber) return typedNumberToString(value)
  if (Array.isArray(value)) return `[${value.map((item) => embeddedText(item, schema?.valueSchema)).join(',')}]`
  if (value instanceof Map) return mapText(value, schema)
  if (value instanceof Struct) return structText(value.schema, value.fields)
  return schema?.type === 'struct'
    ? structText(schema, value as Record<string, unknown>)
    : mapText(Object.entries(value), schema)
}

/** Inside a list, map or struct: strings and bytes are quoted, null is written. */
const embeddedText = (value: unknown, schema: Schema | null | undefined = null): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return quote(value)
  return value instanceof Uint8Array ? quote(base64(value)) : (valueText(value, schema) ?? 'null')
}

/** The text of any value: strings as they are, bytes in base64, lists and maps like JSON. Null stays null. */
export const valueText = (value: unknown, schema: Schema | null = null): string | null => {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberToString(value, schema)
    case 'undefined':
      return null
    case 'object':
      if (value === null) return null
      return value instanceof Uint8Array ? base64(value) : objectText(value, schema)
    default:
      return String(value)
  }
}
