/** What a transform needs its input to be, in the JVM's words. `purpose` says what for. */
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { javaError } from '../data/java-error.ts'
import { type Schema, typeName } from '../data/schema.ts'
import { getOwn, isPlainObject, setOwn } from '../data/values.ts'

export type Fields = Readonly<Record<string, unknown>>
/** A schemaless map: a plain object when all its keys are strings. */
export type SchemalessMap = Fields | ReadonlyMap<unknown, unknown>

export const requireMap = (value: unknown, purpose: string): SchemalessMap => {
  if (isPlainObject(value) || value instanceof Map) return value
  throw new DataError(
    `Only Map objects supported in absence of schema for [${purpose}], found: ${javaClassOf(value ?? null)}`,
  )
}

export const requireStruct = (schema: Schema, value: unknown, purpose: string): Fields => {
  if (schema.type === 'struct' && isPlainObject(value)) return value
  throw new DataError(`Only Struct objects supported for [${purpose}], found: ${javaClassOf(value ?? null, schema)}`)
}

/** What the JVM says when it asks a schema for its fields. */
export const requireStructSchema = (schema: Schema): void => {
  if (schema.type !== 'struct') throw new DataError('Cannot list fields on non-struct type')
}

/** The entry of a map, null when there is none. */
export const mapGet = (map: SchemalessMap, key: string): unknown =>
  (map instanceof Map ? map.get(key) : getOwn(map as Fields, key)) ?? null

/** The keys of a map that are texts. */
export const keysOf = (map: SchemalessMap): string[] =>
  map instanceof Map ? [...map.keys()].filter((key) => typeof key === 'string') : Object.keys(map)

/** A copy that may be changed with {@link mapSet} and {@link mapDelete}. */
export const mapCopy = (map: SchemalessMap): Map<unknown, unknown> | Record<string, unknown> =>
  map instanceof Map ? new Map(map) : { ...(map as Fields) }

export const mapSet = (map: Map<unknown, unknown> | Record<string, unknown>, key: string, value: unknown): void => {
  if (map instanceof Map) map.set(key, value)
  else setOwn(map, key, value)
}

export const mapDelete = (map: Map<unknown, unknown> | Record<string, unknown>, key: string): void => {
  if (map instanceof Map) map.delete(key)
  else delete map[key]
}

/** What setting a required field to null says. */
export const nullForRequired = (name: string, schema: Schema): DataError =>
  new DataError(`Invalid value: null used for required field: "${name}", schema type: ${typeName(schema.type)}`)

/** A map without schema whose keys are no texts, where names are needed. The message is ours. */
export const keyNotText = (key: unknown): Error =>
  javaError('java.lang.ClassCastException', `a map key of class ${javaClassOf(key)} is not a text`)
