/**
 * Reads schemas and values from plain JSON, with a tag where JSON alone would not tell the Java type: the form of the
 * recorded cases (test/oracle/README.md) and of `connect-standalone try`. The other way: tagged-json-write.ts.
 */
import { DataError } from './errors.ts'
import { parseDecimal } from './java-text.ts'
import { DATE_NAME, DECIMAL_NAME, decimalFromBytes, isLogicalName } from './logical-types.ts'
import { fieldOf, type Schema, type SchemaAndValue, type SchemaType, schemaOf } from './schema.ts'
import { type Decimal, getOwn, isPlainObject, Struct, setOwn, TypedNumber, type TypedNumberType } from './values.ts'

type Json = unknown
type JsonObject = Record<string, Json>

const TYPES: ReadonlyMap<Json, SchemaType> = new Map([
  ...(['int8', 'int16', 'int32', 'int64', 'boolean', 'string', 'bytes', 'array', 'map', 'struct'] as const).map(
    (type): [Json, SchemaType] => [type, type],
  ),
  ['float', 'float32'],
  ['double', 'float64'],
])

const typeOf = (json: Json): SchemaType => {
  const type = TYPES.get(json)
  if (type !== undefined) return type
  throw new DataError(`unknown schema type ${JSON.stringify(json)}; accepted: ${[...TYPES.keys()].join(', ')}`)
}

const asObject = (json: Json): JsonObject => {
  if (!isPlainObject(json)) throw new DataError(`an object was expected, not ${JSON.stringify(json)}`)
  return json
}

/** A schema as JsonConverter writes it. @throws DataError for what is none */
export const decodeSchema = (json: Json): Schema | null => {
  if (json === null || json === undefined) return null
  const node = asObject(json)
  const type = typeOf(node['type'])
  const parameters = node['parameters']
  const bare = schemaOf({
    type,
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

const decimalOf = (text: string): Decimal => {
  const decimal = parseDecimal(text)
  if (decimal === undefined) throw new DataError(`not a decimal: ${text}`)
  return decimal
}

const typedNumber = (schema: Schema | null, type: TypedNumberType, content: Json): unknown => {
  if (type === 'bigint') return new TypedNumber(type, BigInt(String(content)))
  const number = type === 'float32' ? Math.fround(Number(content)) : Number(content)
  // `$float64` also tells the NaN and infinities of floats
  const fits = schema?.type === type || (schema?.type === 'float32' && typeof content === 'string')
  return fits ? number : new TypedNumber(type, number)
}

/** The value of an object with one tag; undefined when it is none. */
const decodeTagged = (schema: Schema | null, json: JsonObject): { value: unknown } | undefined => {
  const [tag, ...more] = Object.keys(json)
  if (tag === undefined || more.length > 0 || !tag.startsWith('$')) return undefined
  if (schema?.type === 'struct' && fieldOf(schema, tag) !== undefined) return undefined
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
      return { value: decimalOf(String(content)) }
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
      throw new DataError(`unknown tag ${tag}`)
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
const decodeRaw = (json: Json): unknown => {
  const value = decodeValue(null, json)
  return typeof value === 'number' && tellsLong(value) ? BigInt(value) : value
}

/** A value under a schema or (null) without one, in our representation (values.ts). */
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

/** `{schema, payload}` or `{schema, value}`. @throws DataError for what is none */
export const decodeSide = (side: { schema?: Json; payload?: Json; value?: Json }): SchemaAndValue => {
  const schema = decodeSchema(side.schema)
  return { schema, value: decodeValue(schema, 'payload' in side ? side.payload : side.value) }
}
