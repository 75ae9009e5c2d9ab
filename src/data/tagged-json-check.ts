/**
 * Whether JSON that somebody wrote by hand is a schema and a value of it, in the form that tagged-json-read.ts reads. Says
 * where it is not: `value.payload.id: "x" is no int32`.
 */
import { DataError } from './errors.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-types.ts'
import { requireTagged, tagOf } from './tagged-json-tags.ts'
import { isPlainObject } from './values.ts'

type JsonObject = Readonly<Record<string, unknown>>

const INTEGERS: ReadonlyMap<unknown, number> = new Map([
  ['int8', 2 ** 7],
  ['int16', 2 ** 15],
  ['int32', 2 ** 31],
  ['int64', 2 ** 53],
])
const TYPES = [...INTEGERS.keys(), 'float', 'double', 'boolean', 'string', 'bytes', 'array', 'map', 'struct']
const MEMBERS = [
  ...[
    'type',
    'items',
    'keys',
    'values',
    'fields',
    'optional',
    'name',
    'version',
    'doc',
    'parameters',
    'default',
    'field',
  ],
]

const wrong = (path: string, problem: string): DataError => new DataError(`${path}: ${problem}`)

const shown = (json: unknown): string => {
  const text = JSON.stringify(json) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** @throws DataError naming the place, for example `value.schema.fields[0].type` */
export const requireSide = ({ schema, payload }: { schema?: unknown; payload?: unknown }, path: string): void => {
  if (schema === undefined || schema === null) {
    requireSchemaless(payload, `${path}.payload`)
    return
  }
  requireSchema(schema, `${path}.schema`)
  requirePayload(schema as JsonObject, payload, `${path}.payload`)
}

const requireSchema = (json: unknown, path: string): void => {
  if (!isPlainObject(json)) throw wrong(path, `${shown(json)} is no schema, which is an object with a "type"`)
  const { type } = json
  if (!TYPES.includes(type)) throw wrong(`${path}.type`, `${shown(type)} is no type; accepted: ${TYPES.join(', ')}`)
  const unknown = Object.keys(json).find((name) => !MEMBERS.includes(name))
  if (unknown !== undefined) throw wrong(path, `a schema has no "${unknown}"; accepted: ${MEMBERS.join(', ')}`)
  requireType(json, 'optional', path, 'true or false', (value) => typeof value === 'boolean')
  requireType(json, 'name', path, 'a text', (value) => value === null || typeof value === 'string')
  requireType(json, 'version', path, 'an integer', (value) => value === null || Number.isInteger(value))
  requireType(json, 'doc', path, 'a text', (value) => value === null || typeof value === 'string')
  requireType(json, 'parameters', path, 'an object of texts', isTexts)
  requireParts(json, path)
  if ('default' in json && json['default'] !== null && !isBaseValue(json)) {
    requirePayload(json, json['default'], `${path}.default`)
  }
}

const isTexts = (value: unknown): boolean =>
  isPlainObject(value) && Object.values(value).every((each) => typeof each === 'string')

const requireType = (
  json: JsonObject,
  name: string,
  path: string,
  what: string,
  holds: (value: unknown) => boolean,
): void => {
  if (json[name] !== undefined && !holds(json[name]))
    throw wrong(`${path}.${name}`, `${shown(json[name])} is not ${what}`)
}

const requireParts = (json: JsonObject, path: string): void => {
  const { type } = json
  for (const part of type === 'array' ? ['items'] : type === 'map' ? ['keys', 'values'] : []) {
    if (json[part] === undefined) throw wrong(path, `the schema of ${article(String(type))} needs "${part}"`)
    // Lists and maps that SimpleHeaderConverter reads may lack them
    if (json[part] !== null) requireSchema(json[part], `${path}.${part}`)
  }
  if (type !== 'struct') return
  if (!Array.isArray(json['fields'])) throw wrong(path, 'the schema of a struct needs "fields", a list')
  const names = new Set<string>()
  for (const [index, field] of (json['fields'] as unknown[]).entries()) {
    const place = `${path}.fields[${index}]`
    requireSchema(field, place)
    const { field: name } = field as JsonObject
    if (typeof name !== 'string' || name === '') throw wrong(place, 'a field needs its name in "field"')
    if (names.has(name)) throw wrong(place, `there are two fields "${name}"`)
    names.add(name)
  }
}

/** Defaults of bytes and of logical types stand there as JsonConverter writes them: base64, or a number. */
const isBaseValue = ({ type, name, default: value }: JsonObject): boolean =>
  (type === 'bytes' && typeof value === 'string') || (isDateName(name) && Number.isInteger(value))

const isDateName = (name: unknown): boolean => name === DATE_NAME || name === TIME_NAME || name === TIMESTAMP_NAME

const requirePayload = (schema: JsonObject | null, json: unknown, path: string): void => {
  if (schema === null) {
    requireSchemaless(json, path)
    return
  }
  const { type } = schema
  if (json === null || json === undefined) {
    if (schema['optional'] === true || (schema['default'] ?? null) !== null) return
    throw wrong(path, `${json === null ? 'null' : 'nothing'}, but the schema needs ${article(String(type))}`)
  }
  const tag = type === 'struct' && isField(schema, json) ? undefined : tagOf(json)
  if (tag !== undefined) {
    requireTaggedUnder(schema, json as JsonObject, tag, path)
    return
  }
  if (schema['name'] === DECIMAL_NAME) throw wrong(path, `${shown(json)} is no Decimal, which is {"$decimal": "1.23"}`)
  if (isDateName(schema['name'])) throw wrong(path, `${shown(json)} is no date, which is {"$date": milliseconds}`)
  if (type === 'array') {
    requireItems(schema, json, path)
    return
  }
  if (type === 'map') {
    requireEntries(schema, json, path)
    return
  }
  if (type === 'struct') {
    requireFields(schema, json, path)
    return
  }
  if (!fits(type, json)) throw wrong(path, `${shown(json)} is no ${type}${hintFor(type)}`)
}

const article = (type: string): string => (/^[aei]/.test(type) ? `an ${type}` : `a ${type}`)

const isField = (schema: JsonObject, json: unknown): boolean =>
  isPlainObject(json) &&
  (schema['fields'] as readonly JsonObject[]).some(({ field }) => Object.hasOwn(json, String(field)))

const fits = (type: unknown, json: unknown): boolean => {
  const limit = INTEGERS.get(type)
  if (limit !== undefined) return Number.isInteger(json) && Number(json) >= -limit && Number(json) < limit
  return typeof json === (type === 'float' || type === 'double' ? 'number' : type === 'bytes' ? 'none' : type)
}

const hintFor = (type: unknown): string =>
  type === 'bytes' ? ', which is {"$bytes": base64}' : type === 'int64' ? ' (beyond 2^53: {"$int64": "..."})' : ''

const TAGS_OF: Readonly<Record<string, readonly string[]>> = {
  $date: [DATE_NAME, TIME_NAME, TIMESTAMP_NAME],
  $decimal: [DECIMAL_NAME],
  $bytes: ['bytes'],
  $bytebuffer: ['bytes'],
}

/** `$raw` and tags of numbers may say on purpose what does not fit. */
const requireTaggedUnder = (schema: JsonObject, json: JsonObject, tag: string, path: string): void => {
  if (tag === '$raw') {
    requireSchemaless(json[tag], path)
    return
  }
  requireTagged(json, tag, path, requireSide, requireSchemaless)
  const wanted = TAGS_OF[tag]
  if (wanted === undefined || wanted.includes(String(schema['name'])) || wanted.includes(String(schema['type']))) return
  throw wrong(path, `${shown(json)} is no ${schema['name'] ?? schema['type']}; {"$raw": ...} says so on purpose`)
}

const requireItems = (schema: JsonObject, json: unknown, path: string): void => {
  if (!Array.isArray(json)) throw wrong(path, `${shown(json)} is no array`)
  for (const [index, item] of json.entries())
    requirePayload(schema['items'] as JsonObject | null, item, `${path}[${index}]`)
}

const requireEntries = (schema: JsonObject, json: unknown, path: string): void => {
  const [keys, values] = [schema['keys'] as JsonObject | null, schema['values'] as JsonObject | null]
  if (isPlainObject(json)) {
    if (keys !== null && keys['type'] !== 'string')
      throw wrong(path, `keys of ${keys['type']}: a list of [key, value] is needed`)
    for (const key of Object.keys(json)) requirePayload(values, json[key], `${path}.${key}`)
  } else if (Array.isArray(json)) {
    for (const [index, pair] of (json as unknown[]).entries()) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw wrong(`${path}[${index}]`, `${shown(pair)} is no [key, value]`)
      requirePayload(keys, pair[0], `${path}[${index}][0]`)
      requirePayload(values, pair[1], `${path}[${index}][1]`)
    }
  } else throw wrong(path, `${shown(json)} is no map`)
}

const requireFields = (schema: JsonObject, json: unknown, path: string): void => {
  if (!isPlainObject(json)) throw wrong(path, `${shown(json)} is no struct`)
  const fields = schema['fields'] as readonly JsonObject[]
  const unknown = Object.keys(json).find((name) => !fields.some(({ field }) => field === name))
  if (unknown !== undefined) {
    const names = fields.map(({ field }) => field).join(', ')
    throw wrong(`${path}.${unknown}`, `the schema has no such field; it has ${names === '' ? 'none' : names}`)
  }
  for (const field of fields) {
    const name = String(field['field'])
    requirePayload(field, Object.hasOwn(json, name) ? json[name] : undefined, `${path}.${name}`)
  }
}

const requireSchemaless = (json: unknown, path: string): void => {
  if (typeof json !== 'object' || json === null) return
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) requireSchemaless(item, `${path}[${index}]`)
    return
  }
  const tag = tagOf(json)
  if (tag !== undefined) {
    requireTagged(json as JsonObject, tag, path, requireSide, requireSchemaless)
    return
  }
  for (const [name, value] of Object.entries(json)) requireSchemaless(value, `${path}.${name}`)
}
