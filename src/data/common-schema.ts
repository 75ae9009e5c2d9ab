/** The schema that the elements of a list (or the keys, or values, of a map) share that was read from text. */
import { convertNumber, isNumericType } from './convert-number.ts'
import { convertTemporal, isTemporalName } from './convert-temporal.ts'
import { schemaEquals } from './equals.ts'
import { DataError } from './errors.ts'
import type { Schema, SchemaAndValue, SchemaType } from './schema.ts'
import { toSchemaless } from './schemaless.ts'
import { isPlainObject, TypedNumber } from './values.ts'

const NUMERIC: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64']

/** The wider of two numeric types. Of two schemas of one type the later counts, whatever lists and maps of it hold. */
const common = (a: Schema | null, b: Schema | null): Schema | null | undefined => {
  if (a === null || b === null) return a ?? b
  if (a.type === b.type) return b
  const rankA = NUMERIC.indexOf(a.type)
  const rankB = NUMERIC.indexOf(b.type)
  if (rankA < 0 || rankB < 0) return undefined
  return rankB > rankA ? b : a
}

/** The schema that all values share; null when there is none or nothing to go by. Nulls say nothing. */
export const mergeSchemas = (values: readonly (SchemaAndValue | null)[]): Schema | null => {
  let merged: Schema | null = null
  for (const value of values) {
    if (value === null) continue
    const next = common(merged, value.schema)
    if (next === undefined) return null
    merged = next
  }
  return merged
}

/**
 * A parsed value under the schema that was found for all of them. As on the JVM its own schema is not asked: a Time among
 * numbers is an error, one among Dates stays as it is. Nor does the JVM look into lists and maps: what they hold keeps its
 * type, and need not be what the schema says.
 *
 * @throws DataError for a null, and for what cannot be had under this schema
 */
const align = (schema: Schema, from: Schema | null, value: unknown): unknown => {
  if (value === null || value === undefined) {
    throw new DataError('Unable to convert a null value to a schema that requires a value')
  }
  if (isTemporalName(schema.name)) return convertTemporal(schema.name, null, value)
  if (isNumericType(schema.type)) return convertNumber(schema.type, null, value)
  if (typeof value !== 'object' || schemaEquals(schema, from)) return value
  return underSchema(schema, toSchemaless(from, value))
}

/** A schemaless value in the form of values under `schema`, as far as it is of its type; the rest tells its own type. */
const underSchema = (schema: Schema | null, value: unknown): unknown => {
  if (schema === null) return value
  if (value instanceof TypedNumber) return value.type === schema.type ? value.value : value
  if (typeof value === 'number') {
    if (Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value)
    return schema.type === 'float64' ? value : new TypedNumber('float64', value)
  }
  if (Array.isArray(value)) {
    return schema.type === 'array' ? value.map((item) => underSchema(schema.valueSchema, item)) : value
  }
  if (schema.type !== 'map' || !(value instanceof Map || isPlainObject(value))) return value
  const entries: Iterable<[unknown, unknown]> = value instanceof Map ? value : Object.entries(value)
  return new Map(
    [...entries].map(([key, item]) => [underSchema(schema.keySchema, key), underSchema(schema.valueSchema, item)]),
  )
}

/** @throws DataError when the value cannot be had under this schema; without one it becomes schemaless */
export const alignValue = (schema: Schema | null, parsed: SchemaAndValue | null): unknown =>
  schema === null
    ? toSchemaless(parsed?.schema ?? null, parsed?.value)
    : align(schema, parsed?.schema ?? null, parsed?.value)
