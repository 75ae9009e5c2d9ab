import { schemaEquals } from './equals.ts'
import { DataError } from './errors.ts'
import { javaClassOf } from './java-class.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-types.ts'
import { type Schema, typeName } from './schema.ts'
import { Decimal, getOwn, isPlainObject, Struct } from './values.ts'

/** Whether a value, not null, has the class that a schema asks for. Elements and fields are not looked at. */
export const fitsSchema = (schema: Schema, value: unknown): boolean => {
  switch (schema.name) {
    case DECIMAL_NAME:
      return value instanceof Decimal
    case DATE_NAME:
    case TIME_NAME:
    case TIMESTAMP_NAME:
      return value instanceof Date
    default:
      return fitsType(schema, value)
  }
}

const isWithin = (value: unknown, limit: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit

const fitsType = (schema: Schema, value: unknown): boolean => {
  switch (schema.type) {
    case 'int8':
      return isWithin(value, 0x80)
    case 'int16':
      return isWithin(value, 0x8000)
    case 'int32':
      return isWithin(value, 0x8000_0000)
    case 'int64':
      return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value)
    case 'float32':
    case 'float64':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
    case 'bytes':
      return value instanceof Uint8Array
    case 'array':
      return Array.isArray(value)
    case 'map':
      return value instanceof Map
    case 'struct':
      return isPlainObject(value) || value instanceof Struct
  }
}

/**
 * Checks a value against its schema, elements of arrays and maps included, as the JVM does when a field is set. A plain
 * object under a struct schema is checked field by field, since it carries no schema of its own.
 *
 * @param location what the message says about where the value stands
 * @throws DataError in the JVM's words
 */
export const validateValue = (schema: Schema, value: unknown, location = 'value'): void => {
  if (value === null || value === undefined) {
    if (schema.optional) return
    throw new DataError(`Invalid value: null used for required ${location}, schema type: ${typeName(schema.type)}`)
  }
  if (!fitsSchema(schema, value)) {
    const named = schema.name === null ? '' : ` "${schema.name}"`
    const type = typeName(schema.type)
    throw new DataError(
      `Invalid Java object for schema${named} with type ${type}: class ${javaClassOf(value, fitsType(schema, value) ? schema : null)} for ${location}`,
    )
  }
  if (schema.type === 'array' && schema.valueSchema !== null) {
    for (const item of value as unknown[]) validateValue(schema.valueSchema, item, `element of array ${location}`)
  } else if (schema.type === 'map') {
    for (const [key, item] of value as Map<unknown, unknown>) {
      if (schema.keySchema !== null) validateValue(schema.keySchema, key, `key of map ${location}`)
      if (schema.valueSchema !== null) validateValue(schema.valueSchema, item, `value of map ${location}`)
    }
  } else if (schema.type === 'struct') {
    validateStruct(schema, value as Struct | Record<string, unknown>)
  }
}

/** The same for a field of a struct: messages name it. */
export const validateField = (name: string, schema: Schema, value: unknown): void => {
  // Nearly always all is well, and no message has to be begun.
  if (isSimple(schema) && value !== null && value !== undefined && fitsSchema(schema, value)) return
  validateValue(schema, value, `field: "${name}"`)
}

const isSimple = ({ type }: Schema): boolean => type !== 'array' && type !== 'map' && type !== 'struct'

/** A null is fine here when the field is optional or has a default. */
const validateStruct = (schema: Schema, value: Struct | Record<string, unknown>): void => {
  if (value instanceof Struct && !schemaEquals(value.schema, schema)) {
    throw new DataError('Struct schemas do not match.')
  }
  const fields = value instanceof Struct ? value.fields : value
  for (const field of schema.fields) {
    const fieldValue = getOwn(fields, field.name) ?? null
    if (fieldValue === null && field.schema.default !== undefined) continue
    validateField(field.name, field.schema, fieldValue)
  }
}
