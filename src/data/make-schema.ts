import { SchemaBuilderError } from './errors.ts'
import { type Schema, type SchemaSpec, schemaOf, typeName } from './schema.ts'
import { validateValue } from './validate-value.ts'

const checkParts = (spec: SchemaSpec): void => {
  const { type } = spec
  if (type === 'map' && !spec.keySchema) throw new SchemaBuilderError('keySchema cannot be null.')
  if ((type === 'map' || type === 'array') && !spec.valueSchema) {
    throw new SchemaBuilderError('valueSchema cannot be null.')
  }
  const names = new Set<string>()
  for (const { name, schema } of spec.fields ?? []) {
    if (type !== 'struct') throw new SchemaBuilderError(`Cannot create fields on type ${typeName(type)}`)
    if (name && !schema) throw new SchemaBuilderError(`fieldSchema for field ${name} cannot be null.`)
    requireNewField(names, name)
  }
}

/** Adds the name of a field to those that a struct has. @throws SchemaBuilderError when it is empty or there already */
export const requireNewField = (names: Set<string>, name: string): void => {
  if (!name) throw new SchemaBuilderError('fieldName cannot be null.')
  if (names.has(name)) {
    throw new SchemaBuilderError(`Cannot create field because of field name duplication ${name}`)
  }
  names.add(name)
}

/**
 * Makes a schema from parts given by someone else, checking what the JVM's SchemaBuilder checks: maps and arrays know what
 * they hold, fields are of structs and named once, a default is valid.
 *
 * @throws SchemaBuilderError in the JVM's words
 */
export const makeSchema = (spec: SchemaSpec): Schema => {
  checkParts(spec)
  const schema = schemaOf(spec)
  if (schema.default === undefined) return schema
  try {
    validateValue(schema, schema.default)
  } catch (cause) {
    throw new SchemaBuilderError('Invalid default value', { cause })
  }
  return schema
}
