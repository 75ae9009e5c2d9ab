/**
 * The recorded cases' form of schemas and values (test/oracle/README.md) to ours and back. Compare two values by
 * comparing their {@link encodeSide}: it is canonical, and names what a value is wherever it is not what its schema asks for.
 */
import {
  DATE_NAME,
  DECIMAL_NAME,
  decimalFromBytes,
  decimalToBytes,
  isLogicalName,
} from '../../src/data/logical-types.ts'
import { type Schema, type SchemaAndValue, type SchemaType, schemaOf } from '../../src/data/schema.ts'
import {
  Decimal,
  getOwn,
  isPlainObject,
  Struct,
  setOwn,
  TypedNumber,
  type TypedNumberType,
} from '../../src/data/values.ts'

type Json = unknown
type JsonObject = Record<string, Json>

const JSON_TYPES: Record<string, SchemaType> = { float: 'float32', double: 'float64' }
const TYPE_NAMES: Partial<Record<SchemaType, string>> = { float32: 'float', float64: 'double' }

const asObject = (json: Json): JsonObject => {
  if (!isPlainObject(json)) throw new Error(`an object was expected in the recorded case, not ${JSON.stringify(json)}`)
  return json
}

export const decodeSchema = (json: Json): Schema | null => {
  if (json === null || json === undefined) return null
  const node = asObject(json)
  const type = String(node['type'])
  const parameters = node['parameters']
  const bare = schemaOf({
    type: JSON_TYPES[type] ?? (type as SchemaType),
    optional: node['optional'] === true,
    name: (node['name'] as string | undefined) ?? null,
    version: (node['version'] as number | undefined) ?? null,
    doc: (node['doc'] as string | undefined) ?? null,
    parameters:
      parameters === undefined ? null : new Map(Object.entries(asObject(parameters) as Record<string, string>)),
    fields: ((node['fields'] as JsonObject[] | undefined) ?? []).map((field) => ({
      name: String(field['field']),
      schema: decodeSchema(field) as Schema,
    })),
    keySchema: decodeSchema(node['keys']),
    valueSchema: decodeSchema(node['values'] ?? node['items']),
  })
  return 'default' in node ? schemaOf({ ...bare, default: decodeDefault(bare, node['default']) }) : bare
}

/** A default stands in the schema as JsonConverter writes a payload: logical types as their base value. */
const decodeDefault = (schema: Schema, json: Json): unknown => {
  if (typeof json === 'string' && schema.type === 'bytes') {
    const bytes = Buffer.from(json, 'base64')
    return schema.name === DECIMAL_NAME ? decimalFromBytes(schema, bytes) : bytes
  }
  if (typeof json === 'number' && isLogicalName(schema.name)) {
    return new Date(schema.name === DATE_NAME ? json * 86_400_000 : json)
  }
  return decodeValue(schema, json)
}

const TAGGED_NUMBERS: Record<string, TypedNumberType> = {
  $int8: 'int8',
  $int16: 'int16',
  $int32: 'int32',
  $float32: 'float32',
  $float64: 'float64',
  $bigint: 'bigint',
}

const parseDecimal = (text: string): Decimal => {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) throw new Error(`not a decimal: ${text}`)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  return new Decimal(BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}` || '0'), fraction.length - Number(exponent))
}

const typedNumber = (schema: Schema | null, type: TypedNumberType, content: Json): unknown => {
  if (type === 'bigint') return new TypedNumber(type, BigInt(String(content)))
  const number = type === 'float32' ? Math.fround(Number(content)) : Number(content)
  return schema?.type === type ? number : new TypedNumber(type, number)
}

/** The value of an object with one tag; undefined when it is none. */
const decodeTagged = (schema: Schema | null, json: JsonObject): { value: unknown } | undefined => {
  const [tag, ...more] = Object.keys(json)
  if (tag === undefined || more.length > 0 || !tag.startsWith('$')) return undefined
  const content = json[tag]
  const numberType = TAGGED_NUMBERS[tag]
  if (numberType !== undefined) return { value: canonicalNumber(schema, typedNumber(schema, numberType, content)) }
  switch (tag) {
    case '$raw':
      return { value: decodeRaw(content) }
    case '$int64':
      return { value: schemalessLong(schema, BigInt(String(content))) }
    case '$bytes':
    case '$bytebuffer':
      return { value: Buffer.from(String(content), 'base64') }
    case '$decimal':
      return { value: parseDecimal(String(content)) }
    case '$date':
      return { value: new Date(Number(content)) }
    case '$map':
      return {
        value: new Map((content as [Json, Json][]).map(([k, v]) => [decodeValue(null, k), decodeValue(null, v)])),
      }
    case '$struct': {
      const side = asObject(content)
      const structSchema = decodeSchema(side['schema']) as Schema
      const fields = decodeValue(structSchema, side['payload'] ?? side['value']) as JsonObject
      return { value: new Struct(structSchema, fields) }
    }
    default:
      throw new Error(`unknown tag ${tag} in the recorded case`)
  }
}

const schemalessLong = (schema: Schema | null, value: bigint): unknown =>
  schema === null && BigInt.asIntN(54, value) === value ? Number(value) : value

/** A schemaless Double that a plain number tells. */
const canonicalNumber = (schema: Schema | null, value: unknown): unknown =>
  schema === null && value instanceof TypedNumber && value.type === 'float64' && !tellsLong(Number(value.value))
    ? Number(value.value)
    : value

const tellsLong = (value: number): boolean => Number.isInteger(value) && !Object.is(value, -0)

/** What does not fit its schema: a Long is a bigint, so that it is not mistaken for what the schema asks for. */
const decodeRaw = (json: Json): unknown => (typeof json === 'number' ? BigInt(json) : decodeValue(null, json))

/** A value of the recorded form, under a schema or (null) without one, in our representation. */
export const decodeValue = (schema: Schema | null, json: Json): unknown => {
  if (json === null || json === undefined) return null
  if (isPlainObject(json)) {
    const tagged = decodeTagged(schema, json)
    if (tagged !== undefined) return tagged.value
  }
  switch (schema?.type) {
    case undefined:
      return decodeSchemaless(json)
    case 'int64':
      return typeof json === 'number' ? BigInt(json) : json
    case 'float32':
      return typeof json === 'number' ? Math.fround(json) : json
    case 'array':
      return (json as Json[]).map((item) => decodeValue(schema?.valueSchema ?? null, item))
    case 'map':
      return decodeMap(schema as Schema, json)
    case 'struct': {
      const fields: JsonObject = {}
      const object = asObject(json)
      for (const field of (schema as Schema).fields) {
        setOwn(fields, field.name, decodeValue(field.schema, getOwn(object, field.name)))
      }
      return fields
    }
    default:
      return json
  }
}

const decodeMap = (schema: Schema, json: Json): Map<unknown, unknown> => {
  const entries: [Json, Json][] = Array.isArray(json) ? (json as [Json, Json][]) : Object.entries(asObject(json))
  return new Map(entries.map(([k, v]) => [decodeValue(schema.keySchema, k), decodeValue(schema.valueSchema, v)]))
}

const decodeSchemaless = (json: Json): unknown => {
  if (Array.isArray(json)) return json.map((item) => decodeValue(null, item))
  if (!isPlainObject(json)) return json
  const object: JsonObject = {}
  for (const key of Object.keys(json)) setOwn(object, key, decodeValue(null, json[key]))
  return object
}

/** A recorded `{schema, payload}` or `{schema, value}`. */
export const decodeSide = (side: { schema?: Json; payload?: Json; value?: Json }): SchemaAndValue => {
  const schema = decodeSchema(side.schema)
  return { schema, value: decodeValue(schema, 'payload' in side ? side.payload : side.value) }
}

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

const plainDecimal = (value: Decimal): string => {
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
  if (value instanceof Map && [...value.keys()].some((key) => typeof key !== 'string')) {
    return { $map: sortedPairs([...value].map(([k, v]) => [encodeSchemaless(k), encodeSchemaless(v)])) }
  }
  return sortedObject(
    (value instanceof Map ? [...value] : Object.entries(value)).map(([k, v]) => [String(k), encodeSchemaless(v)]),
  )
}

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
  return plain && pairs.every(([key]) => typeof key === 'string')
    ? sortedObject(pairs as [string, Json][])
    : sortedPairs(pairs)
}

/** A value of ours in the recorded form, canonical: keys of maps sorted, fields of structs in the schema's order. */
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
