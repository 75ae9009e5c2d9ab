/** Compiles a schema into a function that writes its values as JSON. */

import { schemaEquals } from '../data/equals.ts'
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { decimalText, doubleText, floatText } from '../data/java-text.ts'
import {
  DATE_NAME,
  DECIMAL_NAME,
  dateToDays,
  decimalToBytes,
  TIME_NAME,
  TIMESTAMP_NAME,
  timeToMillis,
  validMillis,
} from '../data/logical-types.ts'
import { type Schema, typeName } from '../data/schema.ts'
import { Decimal, getOwn, isPlainObject, Struct, TypedNumber } from '../data/values.ts'
import { quoteJson } from './json-string.ts'
import { writeSchemaless } from './json-write-schemaless.ts'

export interface WriteOptions {
  readonly decimals: 'BASE64' | 'NUMERIC'
  /** Whether a null becomes the default of its schema. */
  readonly defaultForNull: boolean
}

export type JsonWriter = (value: unknown) => string

export const mismatch = (schema: Schema, value: unknown): DataError =>
  new DataError(`Invalid type for ${typeName(schema.type)}: class ${javaClassOf(value)}`)

const floatJson = (text: string): string => (text.endsWith('N') || text.endsWith('y') ? `"${text}"` : text)

export const doubleJson = (value: number): string =>
  Number.isFinite(value) ? doubleText(value) : floatJson(doubleText(value))

export const floatJsonText = (value: number): string => floatJson(floatText(value))

export const bytesJson = (value: Uint8Array): string =>
  `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`

/** A number whose Java type was told beside it, where it is the type that the schema asks for. */
const unwrap = (schema: Schema, value: unknown): unknown => {
  if (value instanceof TypedNumber && value.type === schema.type) return value.value
  throw mismatch(schema, value)
}

const integerWriter = (schema: Schema, limit: number): JsonWriter => {
  const write = (value: unknown): string => {
    if (typeof value === 'number' && value >= -limit && value < limit && Number.isInteger(value)) return String(value)
    return write(unwrap(schema, value))
  }
  return write
}

const longWriter =
  (schema: Schema): JsonWriter =>
  (value) => {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value.toString()
    if (Number.isSafeInteger(value)) return String(value)
    throw mismatch(schema, value)
  }

const numberWriter = (schema: Schema, text: (value: number) => string): JsonWriter => {
  const write = (value: unknown): string => (typeof value === 'number' ? text(value) : write(unwrap(schema, value)))
  return write
}

const expectDate = (what: string, value: unknown): Date => {
  if (value instanceof Date) return value
  throw new DataError(`Invalid type for ${what}, expected Date but was class ${javaClassOf(value)}`)
}

/** The writer of a logical type, undefined for any other schema. */
export const logicalWriter = (schema: Schema, options: WriteOptions): JsonWriter | undefined => {
  switch (schema.name) {
    case DECIMAL_NAME:
      return (value) => {
        if (!(value instanceof Decimal)) {
          throw new DataError(`Invalid type for Decimal, expected BigDecimal but was class ${javaClassOf(value)}`)
        }
        return options.decimals === 'NUMERIC' ? decimalText(value) : bytesJson(decimalToBytes(schema, value))
      }
    case DATE_NAME:
      return (value) => String(dateToDays(schema, expectDate('Date', value)))
    case TIME_NAME:
      return (value) => String(timeToMillis(schema, expectDate('Time', value)))
    case TIMESTAMP_NAME:
      return (value) => String(validMillis(expectDate('Timestamp', value)))
    default:
      return undefined
  }
}

const arrayWriter = (schema: Schema, options: WriteOptions): JsonWriter => {
  const item = compileWriter(schema.valueSchema, options)
  return (value) => {
    if (!Array.isArray(value)) throw mismatch(schema, value)
    let out = '['
    for (let i = 0; i < value.length; i++) out += i === 0 ? item(value[i]) : `,${item(value[i])}`
    return `${out}]`
  }
}

/** String keys make an object, any other keys a list of pairs. */
const mapWriter = (schema: Schema, options: WriteOptions): JsonWriter => {
  const { keySchema } = schema
  if (keySchema === null) return writeSchemaless
  const writeKey = compileWriter(keySchema, options)
  const writeValue = compileWriter(schema.valueSchema, options)
  const asObject = keySchema.type === 'string'
  return (value) => {
    if (!(value instanceof Map)) throw mismatch(schema, value)
    let out = ''
    for (const [key, item] of value) {
      const keyText = writeKey(key)
      if (out !== '') out += ','
      if (asObject) out += `${keyText === 'null' ? '"null"' : keyText}:${writeValue(item)}`
      else out += `[${keyText},${writeValue(item)}]`
    }
    return asObject ? `{${out}}` : `[${out}]`
  }
}

/** Plain objects carry no schema: what they hold is checked as it is written. */
export const fieldsOf = (schema: Schema, value: unknown): Readonly<Record<string, unknown>> => {
  if (value instanceof Struct) {
    if (!schemaEquals(value.schema, schema)) throw new DataError('Mismatching schema.')
    return value.fields
  }
  if (!isPlainObject(value)) throw mismatch(schema, value)
  return value
}

const structWriter = (schema: Schema, options: WriteOptions): JsonWriter => {
  const names = schema.fields.map((field) => field.name)
  const writers = schema.fields.map((field) => compileWriter(field.schema, options))
  const prefixes = names.map((name, index) => `${index === 0 ? '' : ','}${quoteJson(name)}:`)
  const hostile = names.some((name) => name in Object.prototype)
  return (value) => {
    const fields = fieldsOf(schema, value)
    let out = '{'
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string
      out += prefixes[i]
      out += (writers[i] as JsonWriter)(hostile ? getOwn(fields, name) : fields[name])
    }
    return `${out}}`
  }
}

const typeWriter = (schema: Schema, options: WriteOptions): JsonWriter => {
  switch (schema.type) {
    case 'int8':
      return integerWriter(schema, 0x80)
    case 'int16':
      return integerWriter(schema, 0x8000)
    case 'int32':
      return integerWriter(schema, 0x8000_0000)
    case 'int64':
      return longWriter(schema)
    case 'float32':
      return numberWriter(schema, floatJsonText)
    case 'float64':
      return numberWriter(schema, doubleJson)
    case 'boolean':
      return (value) => {
        if (typeof value !== 'boolean') throw mismatch(schema, value)
        return value ? 'true' : 'false'
      }
    case 'string':
      return (value) => {
        if (typeof value !== 'string') throw mismatch(schema, value)
        return quoteJson(value)
      }
    case 'bytes':
      return (value) => {
        if (value instanceof Uint8Array) return bytesJson(value)
        throw new DataError(`Invalid type for bytes type: class ${javaClassOf(value)}`)
      }
    case 'array':
      return arrayWriter(schema, options)
    case 'map':
      return mapWriter(schema, options)
    case 'struct':
      return structWriter(schema, options)
  }
}

const nullWriter = (schema: Schema, options: WriteOptions, write: JsonWriter): (() => string) => {
  if (options.defaultForNull && schema.default !== undefined && schema.default !== null) {
    return () => write(schema.default)
  }
  if (schema.optional) return () => 'null'
  return () => {
    throw new DataError('Conversion error: null value for field that is required and has no default value')
  }
}

/**
 * The JSON text of a value, null included. Compile once per schema.
 *
 * @throws DataError (the writer) for values that do not fit the schema, in the JVM's words
 */
export const compileWriter = (schema: Schema | null, options: WriteOptions): JsonWriter => {
  if (schema === null) return writeSchemaless
  const write = logicalWriter(schema, options) ?? typeWriter(schema, options)
  const writeNull = nullWriter(schema, options, write)
  return (value) => (value === null || value === undefined ? writeNull() : write(value))
}
