import type { Schema } from './schema.ts'
import { Struct, setOwn, TypedNumber } from './values.ts'

/**
 * A value that has a schema in the form in which the value alone tells its Java type (see values.ts): an int8 becomes a
 * {@link TypedNumber}, a struct a {@link Struct}, a map with string keys a plain object.
 */
export const toSchemaless = (schema: Schema | null, value: unknown): unknown => {
  if (schema === null || value === null || value === undefined) return value ?? null
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'float32':
      return typeof value === 'number' ? new TypedNumber(schema.type, value) : value
    case 'float64':
      return typeof value === 'number' && Number.isInteger(value) && !Object.is(value, -0)
        ? new TypedNumber('float64', value)
        : value
    case 'array':
      return Array.isArray(value) ? value.map((item) => toSchemaless(schema.valueSchema, item)) : value
    case 'map':
      return value instanceof Map ? schemalessMap(schema, value) : value
    case 'struct':
      return value instanceof Struct ? value : new Struct(schema, value as Record<string, unknown>)
    default:
      return value
  }
}

const schemalessMap = (schema: Schema, map: ReadonlyMap<unknown, unknown>): unknown => {
  const entries = [...map].map(([key, value]): [unknown, unknown] => [
    toSchemaless(schema.keySchema, key),
    toSchemaless(schema.valueSchema, value),
  ])
  if (entries.some(([key]) => typeof key !== 'string')) return new Map(entries)
  const object: Record<string, unknown> = {}
  for (const [key, value] of entries) setOwn(object, key as string, value)
  return object
}
