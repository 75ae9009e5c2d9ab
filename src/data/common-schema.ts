import { convertNumber, isNumericType } from './convert-number.ts'
import { convertTemporal, isTemporalName } from './convert-temporal.ts'
import { schemaEquals } from './equals.ts'
import { DataError } from './errors.ts'
import { type Schema, type SchemaAndValue, type SchemaType, schemaOf } from './schema.ts'
import { toSchemaless } from './schemaless.ts'

const NUMERIC: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64']

/** The wider of two numeric schemas; lists and maps by what they hold; otherwise only equal schemas have one in common. */
const common = (a: Schema | null, b: Schema | null): Schema | null | undefined => {
  if (a === null || b === null) return a ?? b
  const rankA = NUMERIC.indexOf(a.type)
  const rankB = NUMERIC.indexOf(b.type)
  if (rankA >= 0 && rankB >= 0) return rankB > rankA ? b : a
  if (a.type !== b.type) return undefined
  if (a.type !== 'array' && a.type !== 'map') return schemaEquals(a, b) ? a : undefined
  const keySchema = common(a.keySchema, b.keySchema)
  const valueSchema = common(a.valueSchema, b.valueSchema)
  if (keySchema === undefined || valueSchema === undefined) return undefined
  return schemaOf({ type: a.type, keySchema, valueSchema })
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
 * A parsed value under the schema that was found for all of them: numbers widened, also inside lists and maps. As on the
 * JVM its own schema is not asked: a Time among numbers is an error, one among Dates stays as it is.
 *
 * @throws DataError for a null, and for what cannot be had under this schema
 */
const align = (schema: Schema, from: Schema | null, value: unknown): unknown => {
  if (value === null || value === undefined) {
    throw new DataError('Unable to convert a null value to a schema that requires a value')
  }
  if (isTemporalName(schema.name)) return convertTemporal(schema.name, null, value)
  if (isNumericType(schema.type)) return convertNumber(schema.type, null, value)
  if (value instanceof Map) {
    return new Map(
      [...value].map(([k, v]) => [
        alignTo(schema.keySchema, from?.keySchema, k),
        alignTo(schema.valueSchema, from?.valueSchema, v),
      ]),
    )
  }
  return Array.isArray(value) ? value.map((item) => alignTo(schema.valueSchema, from?.valueSchema, item)) : value
}

/** Without a common schema the value becomes schemaless. */
const alignTo = (schema: Schema | null, from: Schema | null | undefined, value: unknown): unknown =>
  schema === null ? toSchemaless(from ?? null, value) : align(schema, from ?? null, value)

/** @throws DataError when the value cannot be had under this schema; without one it becomes schemaless */
export const alignValue = (schema: Schema | null, parsed: SchemaAndValue | null): unknown =>
  alignTo(schema, parsed?.schema, parsed?.value)
