import { DataError } from './errors.ts'
import { type Field, fieldOf, type Schema } from './schema.ts'
import { getOwn } from './values.ts'

type Fields = Readonly<Record<string, unknown>>

/** A field's value as it was set: null when it is missing, defaults are not looked at. */
export const rawField = (fields: Fields, field: Field): unknown => getOwn(fields, field.name) ?? null

/** A field's value, or its schema's default where it is null. */
export const fieldOrDefault = (fields: Fields, field: Field): unknown =>
  getOwn(fields, field.name) ?? field.schema.default ?? null

/** The field of this name. @throws DataError in the JVM's words when there is none */
export const requireField = (schema: Schema, name: string): Field => {
  const field = fieldOf(schema, name)
  if (field === undefined) throw new DataError(`${name} is not a valid field name`)
  return field
}
