/** Carries a value from one version of its schema over to another. */

import { convertNumber, isNumericType, schemaText } from './convert-number.ts'
import { SchemaProjectorError } from './errors.ts'
import { type Field, fieldOf, type Schema, type SchemaType, typeName } from './schema.ts'
import { fieldOrDefault } from './struct.ts'
import { validateField } from './validate-value.ts'
import { Struct, setOwn } from './values.ts'

/** Each may become any type to its right. */
const WIDENING: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64']

const isPromotable = (from: SchemaType, to: SchemaType): boolean =>
  WIDENING.includes(from) && WIDENING.indexOf(from) < WIDENING.indexOf(to)

const parametersText = (schema: Schema): string =>
  schema.parameters === null
    ? 'null'
    : `{${[...schema.parameters].map(([key, value]) => `${key}=${value}`).join(', ')}}`

const sameParameters = (source: Schema, target: Schema): boolean => {
  if (source.parameters === null || target.parameters === null) return source.parameters === target.parameters
  if (source.parameters.size !== target.parameters.size) return false
  return [...source.parameters].every(([key, value]) => target.parameters?.get(key) === value)
}

const checkCompatible = (source: Schema, target: Schema): void => {
  if (source.type !== target.type && !isPromotable(source.type, target.type)) {
    throw new SchemaProjectorError(
      `Schema type mismatch. source type: ${typeName(source.type)} and target type: ${typeName(target.type)}`,
    )
  }
  if (source.name !== target.name) {
    throw new SchemaProjectorError(`Schema name mismatch. source name: ${source.name} and target name: ${target.name}`)
  }
  if (!sameParameters(source, target)) {
    throw new SchemaProjectorError(
      `Schema parameters not equal. source parameters: ${parametersText(source)} and target parameters: ${parametersText(target)}`,
    )
  }
}

const projectField = (from: Field, value: unknown, field: Field): unknown => {
  try {
    return projectValue(from.schema, value, field.schema)
  } catch (cause) {
    if (!(cause instanceof SchemaProjectorError)) throw cause
    throw new SchemaProjectorError(`Error projecting ${field.name}`, { cause })
  }
}

const projectStruct = (source: Schema, value: unknown, target: Schema): Record<string, unknown> => {
  const fields = value instanceof Struct ? value.fields : (value as Record<string, unknown>)
  const projected: Record<string, unknown> = {}
  for (const field of target.fields) {
    const from = fieldOf(source, field.name)
    if (from !== undefined) {
      const fieldValue = projectField(from, fieldOrDefault(fields, from), field)
      if (fieldValue === null) validateField(field.name, field.schema, null)
      setOwn(projected, field.name, fieldValue)
    } else if (field.schema.optional) {
      // Left unset: whoever reads the field sees its default, if it has one.
    } else if (field.schema.default !== undefined) {
      setOwn(projected, field.name, field.schema.default)
    } else {
      throw new SchemaProjectorError(
        `Required field \`${field.name}\` is missing from source schema: ${schemaText(source)}`,
      )
    }
  }
  return projected
}

const projectPresent = (source: Schema, value: unknown, target: Schema): unknown => {
  switch (target.type) {
    case 'struct':
      return projectStruct(source, value, target)
    case 'array':
      return (value as unknown[]).map((item) =>
        projectValue(source.valueSchema as Schema, item, target.valueSchema as Schema),
      )
    case 'map':
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [
          projectValue(source.keySchema as Schema, key, target.keySchema as Schema),
          projectValue(source.valueSchema as Schema, item, target.valueSchema as Schema),
        ]),
      )
    default: {
      const widens = isNumericType(target.type) && source.type !== target.type
      const isNumber = typeof value === 'number' || typeof value === 'bigint'
      return widens && isNumericType(target.type) && isNumber ? convertNumber(target.type, source, value) : value
    }
  }
}

/**
 * The value under `target`, another version of its schema `source`: numbers may widen, fields may come with a default or go,
 * `doc` and `version` do not matter.
 *
 * @throws SchemaProjectorError in the JVM's words when the schemas are not compatible
 */
export const projectValue = (source: Schema, value: unknown, target: Schema): unknown => {
  checkCompatible(source, target)
  if (source.optional && !target.optional && target.default === undefined) {
    throw new SchemaProjectorError(
      'Writer schema is optional, however, target schema does not provide a default value.',
    )
  }
  if (value === null || value === undefined) {
    return source.optional && !target.optional ? target.default : null
  }
  return projectPresent(source, value, target)
}
