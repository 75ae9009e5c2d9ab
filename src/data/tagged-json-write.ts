/**
 * Writes schemas and values as plain JSON, with a tag where JSON alone would not tell the Java type (tagged-json-read.ts
 * reads it). The form is canonical: two values are the same if and only if this is.
 */
import { decimalText } from './java-text.ts'
import { DATE_NAME, decimalToBytes, isLogicalName } from './logical-types.ts'
import type { Schema, SchemaAndValue, SchemaType } from './schema.ts'
import { Decimal, getOwn, isPlainObject, Struct, setOwn, TypedNumber } from './values.ts'

type Json = unknown
type JsonObject = Record<string, Json>

const TYPE_NAMES: Partial<Record<SchemaType, string>> = { float32: 'float', float64: 'double' }

const tellsLong = (value: number): boolean => Number.isInteger(value) && !Object.is(value, -0)

/** As JsonConverter writes it; parameters sorted. */
export const encodeSchema = (schema: Schema | null): Json => {
  if (schema === null) return null
  const { type } = schema
  return {
    type: TYPE_NAMES[type] ?? type,
    ...(type === 'array' ? { items: encodeSchema(schema.valueSchema) } : {}),
    ...(type === 'map' ? { keys: encodeSchema(schema.keySchema), values: encodeSchema(schema.valueSchema) } : {}),
    ...(type === 'struct'
      ? { fields: schema.fields.map((field) => ({ ...(encodeSchema(field.schema) as JsonObject), field: field.name })) }
      : {}),
    optional: schema.optional,
    ...(schema.name === null ? {} : { name: schema.name }),
    ...(schema.version === null ? {} : { version: schema.version }),
    ...(schema.doc === null ? {} : { doc: schema.doc }),
    ...(schema.parameters === null ? {} : { parameters: Object.fromEntries([...schema.parameters].sort()) }),
    ...(schema.default === undefined ? {} : { default: encodeDefault(schema) }),
  }
}

const encodeDefault = (schema: Schema): Json => {
  const value = schema.default
  if (value instanceof Date) return schema.name === DATE_NAME ? value.getTime() / 86_400_000 : value.getTime()
  if (value instanceof Decimal) return decimalToBytes(schema, value).toString('base64')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return encodeValue(schema, value)
}

const encodeLong = (value: bigint): Json =>
  BigInt.asIntN(54, value) === value ? Number(value) : { $int64: value.toString() }

/** Beyond this many zeros a decimal is written with an exponent. */
const MOST_ZEROS = 1000

/** Without exponent: the digits give the scale, save that a negative scale becomes 0. */
const plainDecimal = (value: Decimal): string => {
  if (Math.abs(value.scale) > MOST_ZEROS) return decimalText(value)
  const digits = (value.unscaled < 0n ? -value.unscaled : value.unscaled).toString()
  const sign = value.unscaled < 0n ? '-' : ''
  if (value.scale <= 0) return `${sign}${digits === '0' ? digits : digits.padEnd(digits.length - value.scale, '0')}`
  const padded = digits.padStart(value.scale + 1, '0')
  return `${sign}${padded.slice(0, -value.scale)}.${padded.slice(-value.scale)}`
}

const isPlainFloat = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0)

const floatContent = (value: number): Json =>
  isPlainFloat(value) ? value : Object.is(value, -0) ? '-0.0' : String(value)

const encodeFloat = (value: number): Json => (isPlainFloat(value) ? value : { $float64: floatContent(value) })

/** Values that are tagged whatever the schema. */
const encodeObject = (value: object): { json: Json } | undefined => {
  if (value instanceof Uint8Array) return { json: { $bytes: Buffer.from(value).toString('base64') } }
  if (value instanceof Decimal) return { json: { $decimal: plainDecimal(value) } }
  if (value instanceof Date) return { json: { $date: value.getTime() } }
  if (value instanceof Struct) {
    return {
      json: { $struct: { schema: encodeSchema(value.schema), payload: encodeValue(value.schema, value.fields) } },
    }
  }
  if (value instanceof TypedNumber) {
    const { type } = value
    if (type === 'bigint') return { json: { $bigint: value.value.toString() } }
    return {
      json: { [`$${type}`]: type.startsWith('float') ? floatContent(Number(value.value)) : Number(value.value) },
    }
  }
  return undefined
}

const encodeSchemaless = (value: unknown): Json => {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return encodeLong(value)
  if (typeof value === 'number') return tellsLong(value) ? value : { $float64: floatContent(value) }
  if (typeof value !== 'object') return value
  const tagged = encodeObject(value)
  if (tagged !== undefined) return tagged.json
  if (Array.isArray(value)) return value.map(encodeSchemaless)
  const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value)
  const pairs = entries.map(([k, v]): [Json, Json] => [encodeSchemaless(k), encodeSchemaless(v)])
  const plain = entries.every(([key]) => typeof key === 'string') && !looksTagged(pairs as [string, Json][])
  return plain ? sortedObject(pairs as [string, Json][]) : { $map: sortedPairs(pairs) }
}

/** An object with this one entry would be read as a tagged value. */
const looksTagged = (pairs: readonly (readonly [string, Json])[]): boolean =>
  pairs.length === 1 && pairs[0]![0].startsWith('$')

const sortedPairs = (pairs: [Json, Json][]): [Json, Json][] =>
  pairs.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const sortedObject = (pairs: [string, Json][]): JsonObject => {
  const object: JsonObject = {}
  for (const [key, value] of sortedPairs(pairs) as [string, Json][]) setOwn(object, key, value)
  return object
}

const encodeStruct = (schema: Schema, value: object): Json => {
  const fields = (value instanceof Struct ? value.fields : value) as JsonObject
  const object: JsonObject = {}
  for (const field of schema.fields) setOwn(object, field.name, encodeValue(field.schema, getOwn(fields, field.name)))
  const unknown = Object.keys(fields).filter((key) => !schema.fields.some((field) => field.name === key))
  return unknown.length === 0 ? object : { ...object, $unknownFields: unknown }
}

const encodeMap = (schema: Schema, value: ReadonlyMap<unknown, unknown>): Json => {
  const pairs = [...value].map(([k, v]): [Json, Json] => [
    encodeValue(schema.keySchema, k),
    encodeValue(schema.valueSchema, v),
  ])
  const plain = schema.keySchema === null || schema.keySchema.type === 'string'
  return plain && pairs.every(([key]) => typeof key === 'string') && !looksTagged(pairs as [string, Json][])
    ? sortedObject(pairs as [string, Json][])
    : sortedPairs(pairs)
}

/** Keys of maps sorted, fields of structs in the schema's order. What does not fit its schema is tagged `$raw`. */
export const encodeValue = (schema: Schema | null, value: unknown): Json => {
  if (schema === null || value === null || value === undefined) return encodeSchemaless(value)
  const logical = isLogicalName(schema.name)
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
      if (typeof value === 'number' && !logical && Number.isInteger(value)) return value
      break
    case 'int64':
      if (typeof value === 'bigint' && !logical) return encodeLong(value)
      break
    case 'float32':
      if (typeof value === 'number') return encodeFloat(Math.fround(value))
      break
    case 'float64':
      if (typeof value === 'number') return encodeFloat(value)
      break
    case 'boolean':
    case 'string':
      if (typeof value === schema.type) return value
      break
    case 'array':
      if (Array.isArray(value)) return value.map((item) => encodeValue(schema.valueSchema, item))
      break
    case 'map':
      if (value instanceof Map) return encodeMap(schema, value)
      break
    case 'struct':
      if (isPlainObject(value) || value instanceof Struct) return encodeStruct(schema, value)
      break
    case 'bytes':
      break
  }
  const tagged = typeof value === 'object' ? encodeObject(value) : undefined
  return tagged === undefined ? { $raw: encodeSchemaless(value) } : tagged.json
}

export const encodeSide = ({ schema, value }: SchemaAndValue): { schema: Json; payload: Json } => ({
  schema: encodeSchema(schema),
  payload: encodeValue(schema, value),
})
