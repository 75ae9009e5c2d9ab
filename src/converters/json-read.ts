/** Compiles a schema into a function that takes its values out of JSON nodes. */
import { compileStruct, type FieldPlan } from '../data/compile-struct.ts'
import { DataError } from '../data/errors.ts'
import { decimalToDouble, decimalToInt } from '../data/java-text.ts'
import {
  DATE_NAME,
  DECIMAL_NAME,
  dateFromDays,
  decimalFromBytes,
  isLogicalName,
  TIME_NAME,
  TIMESTAMP_NAME,
  timeFromMillis,
  timestampFromMillis,
} from '../data/logical-types.ts'
import { type Field, type Schema, typeName } from '../data/schema.ts'
import { validateField } from '../data/validate-value.ts'
import { Decimal, isPlainObject } from '../data/values.ts'
import { decodeBase64 } from './base64.ts'
import { INEXACT } from './json-parse.ts'
import type { JsonNode } from './json-parser.ts'

export type JsonReader = (node: JsonNode) => unknown

/** What the JVM's messages call a kind of node. */
const kindOf = (node: JsonNode): string => {
  if (node === null) return 'NULL'
  if (node === undefined) return 'MISSING'
  if (Array.isArray(node)) return 'ARRAY'
  if (isPlainObject(node)) return 'OBJECT'
  return typeof node === 'string' || typeof node === 'boolean' ? (typeof node).toUpperCase() : 'NUMBER'
}

const isIntegral = (node: JsonNode): node is number | bigint =>
  typeof node === 'bigint' || (typeof node === 'number' && Number.isInteger(node))

/** A node as a long: fractions are cut off, larger numbers wrap, anything but a number is 0. */
export const toInt64 = (node: JsonNode): bigint => {
  if (typeof node === 'number') {
    const whole = Math.trunc(node)
    if (!Number.isSafeInteger(whole)) throw INEXACT
    return BigInt(whole)
  }
  if (typeof node === 'bigint') return BigInt.asIntN(64, node)
  return node instanceof Decimal ? decimalToInt(node, 64) : 0n
}

/** The JVM reads fractions as decimals: minus zero is zero then, a negative number too small for a double is not. */
const toFloat64 = (node: JsonNode): number => {
  if (typeof node === 'number') {
    if (Object.is(node, -0)) throw INEXACT
    return node
  }
  if (typeof node === 'bigint') return Number(node)
  return node instanceof Decimal ? decimalToDouble(node) : 0
}

/** A node as an integer of 8, 16 or 32 bits; larger numbers wrap. */
const integerReader = (bits: 8 | 16 | 32): JsonReader => {
  const shift = 32 - bits
  return (node) => {
    if (typeof node === 'number') {
      const int = node | 0
      if (int === node) return (int << shift) >> shift
    }
    return Number(BigInt.asIntN(bits, toInt64(node)))
  }
}

const bytesReader =
  (complaint: string): JsonReader =>
  (node) => {
    if (typeof node !== 'string') return null
    const bytes = decodeBase64(node)
    if (bytes === undefined) throw new DataError(complaint)
    return bytes
  }

const wrongKind = (what: string, wanted: string, node: JsonNode): DataError =>
  new DataError(`Invalid type for ${what}, underlying representation should be ${wanted} but was ${kindOf(node)}`)

const INVALID_DECIMAL = 'Invalid bytes for Decimal field'

const readDecimal = (schema: Schema, node: JsonNode): unknown => {
  if (node instanceof Decimal) return node
  if (isIntegral(node)) return new Decimal(BigInt(node), 0)
  if (typeof node !== 'string') throw wrongKind('Decimal', 'numeric or bytes', node)
  const bytes = bytesReader(INVALID_DECIMAL)(node) as Buffer
  try {
    return decimalFromBytes(schema, bytes)
  } catch (cause) {
    throw new DataError(INVALID_DECIMAL, { cause })
  }
}

const isInt32 = (node: JsonNode): node is number => typeof node === 'number' && (node | 0) === node

const logicalReader = (schema: Schema): JsonReader | undefined => {
  switch (schema.name) {
    case DECIMAL_NAME:
      return (node) => readDecimal(schema, node)
    case DATE_NAME:
      return (node) => {
        if (!isInt32(node)) throw wrongKind('Date', 'integer', node)
        return dateFromDays(schema, node)
      }
    case TIME_NAME:
      return (node) => {
        if (!isInt32(node)) throw wrongKind('Time', 'integer', node)
        return timeFromMillis(schema, node)
      }
    case TIMESTAMP_NAME:
      return (node) => {
        if (!isIntegral(node)) throw wrongKind('Timestamp', 'integral', node)
        return timestampFromMillis(schema, BigInt.asIntN(64, BigInt(node)))
      }
    default:
      return undefined
  }
}

/** An object is read like the list of its values, anything else like an empty list. */
const arrayReader = (schema: Schema, defaultForNull: boolean): JsonReader => {
  const item = compileReader(schema.valueSchema as Schema, defaultForNull)
  return (node) => {
    const items = Array.isArray(node) ? node : isPlainObject(node) ? Object.values(node) : []
    return items.map((element) => item(element))
  }
}

const mapReader = (schema: Schema, defaultForNull: boolean): JsonReader => {
  const readKey = compileReader(schema.keySchema as Schema, defaultForNull)
  const readValue = compileReader(schema.valueSchema as Schema, defaultForNull)
  if (schema.keySchema?.type === 'string') {
    return (node) => {
      if (!isPlainObject(node)) {
        throw new DataError(`Maps with string fields should be encoded as JSON objects, but found ${kindOf(node)}`)
      }
      return new Map(Object.keys(node).map((key) => [key, readValue(node[key])]))
    }
  }
  return (node) => {
    if (!Array.isArray(node)) {
      throw new DataError(
        `Maps with non-string fields should be encoded as JSON array of tuples, but found ${kindOf(node)}`,
      )
    }
    return new Map(
      node.map((entry: JsonNode) => {
        if (!Array.isArray(entry)) {
          throw new DataError(`Found invalid map entry instead of array tuple: ${kindOf(entry)}`)
        }
        if (entry.length !== 2) {
          throw new DataError(`Found invalid map entry, expected length 2 but found :${entry.length}`)
        }
        return [readKey(entry[0]), readValue(entry[1])]
      }),
    )
  }
}

type Suspicion = (value: unknown) => boolean

/**
 * Readers of texts and bytes give null for nodes of another kind, which a struct then refuses where it needs a value. This
 * finds out cheaply whether there may be such a null; undefined: there cannot be one.
 */
const suspicionOf = (schema: Schema): Suspicion | undefined => {
  switch (schema.type) {
    case 'string':
    case 'bytes':
      return schema.optional || isLogicalName(schema.name) ? undefined : (value) => value === null
    case 'array': {
      const item = suspicionOf(schema.valueSchema as Schema)
      return item && ((value) => Array.isArray(value) && value.some(item))
    }
    case 'map': {
      const key = suspicionOf(schema.keySchema as Schema)
      const item = suspicionOf(schema.valueSchema as Schema)
      if (key === undefined && item === undefined) return undefined
      return (value) => value instanceof Map && [...value].some(([k, v]) => key?.(k) === true || item?.(v) === true)
    }
    default:
      return undefined
  }
}

const structReader = (schema: Schema, defaultForNull: boolean): JsonReader => {
  const make = compileStruct(schema.fields.map((field) => fieldPlan(field, defaultForNull)))
  return (node) => {
    if (!isPlainObject(node)) {
      throw new DataError(`Structs should be encoded as JSON objects, but found ${kindOf(node)}`)
    }
    return make(node, undefined)
  }
}

const fieldPlan = ({ name, schema }: Field, defaultForNull: boolean): FieldPlan => {
  const { read, readNull } = readerOf(schema, defaultForNull)
  const suspicious = suspicionOf(schema)
  if (suspicious === undefined) return { name, source: [name], whenNull: readNull, change: read }
  const checked = (value: unknown): unknown => {
    if (suspicious(value)) validateField(name, schema, value)
    return value
  }
  return { name, source: [name], whenNull: () => checked(readNull()), change: (node) => checked(read(node)) }
}

const typeReader = (schema: Schema, defaultForNull: boolean): JsonReader => {
  switch (schema.type) {
    case 'int8':
      return integerReader(8)
    case 'int16':
      return integerReader(16)
    case 'int32':
      return integerReader(32)
    case 'int64':
      return toInt64
    case 'float32':
      return (node) => Math.fround(toFloat64(node))
    case 'float64':
      return toFloat64
    case 'boolean':
      return (node) => node === true
    case 'string':
      return (node) => (typeof node === 'string' ? node : null)
    case 'bytes':
      return bytesReader('Invalid bytes field')
    case 'array':
      return arrayReader(schema, defaultForNull)
    case 'map':
      return mapReader(schema, defaultForNull)
    case 'struct':
      return structReader(schema, defaultForNull)
  }
}

interface ReaderParts {
  /** For nodes that are not null. */
  readonly read: JsonReader
  readonly readNull: () => unknown
}

const readerOf = (schema: Schema, defaultForNull: boolean): ReaderParts => {
  const hasDefault = defaultForNull && schema.default !== undefined && schema.default !== null
  return {
    read: logicalReader(schema) ?? typeReader(schema, defaultForNull),
    readNull: () => {
      if (hasDefault) return schema.default
      if (schema.optional) return null
      throw new DataError(`Invalid null value for required ${typeName(schema.type)} field`)
    },
  }
}

/**
 * Values out of nodes, as leniently as the JVM: a text where a number should be is 0, a number where a text should be null.
 *
 * @param defaultForNull whether a null becomes the default of its schema
 */
export const compileReader = (schema: Schema, defaultForNull: boolean): JsonReader => {
  const { read, readNull } = readerOf(schema, defaultForNull)
  return (node) => (node === null ? readNull() : read(node))
}
