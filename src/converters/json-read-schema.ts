import { DataError, SchemaBuilderError } from '../data/errors.ts'
import { makeSchema, requireNewField } from '../data/make-schema.ts'
import type { Schema, SchemaSpec, SchemaType } from '../data/schema.ts'
import { getOwn, isPlainObject } from '../data/values.ts'
import type { JsonNode } from './json-parser.ts'
import { compileReader, toInt64 } from './json-read.ts'

const TYPES: ReadonlyMap<string, SchemaType> = new Map([
  ['boolean', 'boolean'],
  ['int8', 'int8'],
  ['int16', 'int16'],
  ['int32', 'int32'],
  ['int64', 'int64'],
  ['float', 'float32'],
  ['double', 'float64'],
  ['bytes', 'bytes'],
  ['string', 'string'],
  ['array', 'array'],
  ['map', 'map'],
  ['struct', 'struct'],
])

const child = (node: JsonNode, name: string): JsonNode => (isPlainObject(node) ? getOwn(node, name) : undefined)

const required = (node: JsonNode, name: string, defaultForNull: boolean, complaint: string): Schema => {
  const part = child(node, name)
  const schema = part === undefined ? null : readSchema(part, defaultForNull)
  if (schema === null) throw new DataError(complaint)
  return schema
}

const readFields = (node: JsonNode, defaultForNull: boolean): { name: string; schema: Schema }[] => {
  const fields = child(node, 'fields')
  if (!Array.isArray(fields)) throw new DataError('Struct schema\'s "fields" argument is not an array.')
  const names = new Set<string>()
  return fields.map((field) => {
    const name = child(field, 'field')
    if (typeof name !== 'string') throw new DataError("Struct schema's field name not specified properly")
    const schema = readSchema(field, defaultForNull) as Schema
    requireNewField(names, name)
    return { name, schema }
  })
}

const readParameters = (node: JsonNode): ReadonlyMap<string, string> | null => {
  const parameters = child(node, 'parameters')
  if (!isPlainObject(parameters)) return null
  const entries = Object.keys(parameters).map((key): [string, string] => {
    const value = parameters[key]
    if (typeof value !== 'string') throw new DataError('Schema parameters must have string values.')
    return [key, value]
  })
  return entries.length === 0 ? null : new Map(entries)
}

const textOf = (node: JsonNode): string | null => (typeof node === 'string' ? node : null)

const versionOf = (node: JsonNode): number | null =>
  Number.isInteger(node) || typeof node === 'bigint' ? Number(BigInt.asIntN(32, toInt64(node))) : null

const typeSpec = (type: SchemaType, node: JsonNode, defaultForNull: boolean): SchemaSpec => {
  switch (type) {
    case 'array':
      return {
        type,
        valueSchema: required(node, 'items', defaultForNull, 'Array schema did not specify the element type'),
      }
    case 'map':
      return {
        type,
        keySchema: required(node, 'keys', defaultForNull, 'Map schema did not specify the key type'),
        valueSchema: required(node, 'values', defaultForNull, 'Map schema did not specify the value type'),
      }
    case 'struct':
      return { type, fields: readFields(node, defaultForNull) }
    default:
      return { type }
  }
}

/**
 * The schema that an envelope's `schema` node describes; null for null. Members may stand in any order, unknown ones are
 * passed over.
 *
 * @param defaultForNull whether nulls inside of defaults become the defaults of their own schemas
 * @throws DataError in the JVM's words
 */
export const readSchema = (node: JsonNode, defaultForNull: boolean): Schema | null => {
  if (node === null) return null
  const typeText = child(node, 'type')
  if (typeof typeText !== 'string') throw new DataError("Schema must contain 'type' field")
  const type = TYPES.get(typeText)
  if (type === undefined) throw new DataError(`Unknown schema type: ${typeText}`)
  const spec: SchemaSpec = {
    ...typeSpec(type, node, defaultForNull),
    optional: child(node, 'optional') === true,
    name: textOf(child(node, 'name')),
    version: versionOf(child(node, 'version')),
    doc: textOf(child(node, 'doc')),
    parameters: readParameters(node),
  }
  const schema = makeSchema(spec)
  const defaultNode = child(node, 'default')
  if (defaultNode === undefined) return schema
  const value = compileReader(schema, defaultForNull)(defaultNode)
  if (value === null && schema.optional) return schema
  // As on the JVM, where a default struct never has the very schema that is being built.
  if (type === 'struct') {
    throw new SchemaBuilderError('Invalid default value', { cause: new DataError('Struct schemas do not match.') })
  }
  return makeSchema({ ...spec, default: value })
}
