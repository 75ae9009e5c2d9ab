/** What Java's `String.valueOf` gives for a value, as StringConverter writes it and messages show it. */
import { civilDate, DAY_MS } from './java-calendar.ts'
import { decimalText, doubleText, floatText } from './java-text.ts'
import type { Schema } from './schema.ts'
import { rawField } from './struct.ts'
import { Decimal, Struct, TypedNumber } from './values.ts'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (value: number): string => String(value).padStart(2, '0')

/** java.util.Date's `toString` in UTC: `Thu Jan 01 00:00:00 UTC 1970`. */
export const dateToString = (date: Date): string => {
  const { year, month, day, dayOfWeek } = civilDate(Math.floor(date.getTime() / DAY_MS))
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  // Years before 1 are counted from it, without a sign
  return `${DAYS[dayOfWeek - 1]} ${MONTHS[month]} ${two(day)} ${time} UTC ${year > 0 ? year : 1 - year}`
}

/** Java shows where a byte array lies in memory; this is as many hex digits, told by the content. */
const bytesToString = (bytes: Uint8Array): string => {
  let hash = 1
  for (const byte of bytes) hash = (Math.imul(31, hash) + byte) | 0
  return `[B@${(hash >>> 0).toString(16)}`
}

/** JavaScript writes larger ones with an exponent. */
const integerText = (value: number): string =>
  value < 1e21 && value > -1e21 ? String(value) : BigInt(value).toString()

/** A number's text: `schema` tells floats from doubles and integers; without one the number does (see values.ts). */
export const numberToString = (value: number, schema: Schema | null): string => {
  switch (schema?.type) {
    case 'float32':
      return floatText(value)
    case 'float64':
      return doubleText(value)
    default:
      return Number.isInteger(value) && !Object.is(value, -0) ? integerText(value) : doubleText(value)
  }
}

export const typedNumberToString = (value: TypedNumber): string => {
  if (value.type === 'float32') return floatText(Number(value.value))
  return value.type === 'float64' ? doubleText(Number(value.value)) : value.value.toString()
}

/** Fields that are null are left out; defaults do not count. */
const structToString = (schema: Schema, fields: Readonly<Record<string, unknown>>): string => {
  let text = ''
  for (const field of schema.fields) {
    const value = rawField(fields, field)
    if (value !== null) text += `${text === '' ? '' : ','}${field.name}=${javaToString(value, field.schema)}`
  }
  return `Struct{${text}}`
}

const mapToString = (entries: Iterable<readonly [unknown, unknown]>, schema: Schema | null): string => {
  const parts: string[] = []
  for (const [key, value] of entries) {
    parts.push(`${javaToString(key, schema?.keySchema)}=${javaToString(value, schema?.valueSchema)}`)
  }
  return `{${parts.join(', ')}}`
}

const objectToString = (value: object, schema: Schema | null): string => {
  if (value instanceof Date) return dateToString(value)
  if (value instanceof Decimal) return decimalText(value)
  if (value instanceof Uint8Array) return bytesToString(value)
  if (value instanceof TypedNumber) return typedNumberToString(value)
  if (Array.isArray(value)) return `[${value.map((item) => javaToString(item, schema?.valueSchema)).join(', ')}]`
  if (value instanceof Map) return mapToString(value, schema)
  if (value instanceof Struct) return structToString(value.schema, value.fields)
  return schema?.type === 'struct'
    ? structToString(schema, value as Record<string, unknown>)
    : mapToString(Object.entries(value), schema)
}

export const javaToString = (value: unknown, schema: Schema | null | undefined = null): string => {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberToString(value, schema)
    case 'object':
      return value === null ? 'null' : objectToString(value, schema)
    case 'undefined':
      return 'null'
    default:
      return String(value)
  }
}
