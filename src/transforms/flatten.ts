import { defineConfig } from '../config/define.ts'
import { compileStruct, type FieldPlan } from '../data/compile-struct.ts'
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { javaError } from '../data/java-error.ts'
import { javaHashOrder } from '../data/java-hash-order.ts'
import { makeSchema } from '../data/make-schema.ts'
import { type Schema, type SchemaSpec, typeName } from '../data/schema.ts'
import { isPlainObject, Struct, TypedNumber } from '../data/values.ts'
import { perSchema } from './per-schema.ts'
import {
  type Fields,
  keyNotText,
  keysOf,
  type mapCopy,
  mapGet,
  mapSet,
  nullForRequired,
  requireMap,
  requireStruct,
  type SchemalessMap,
} from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { copyBasics, defaultOf, readField } from './struct-copy.ts'

const PURPOSE = 'flattening'

const definitions = defineTwoSided({
  name: 'Flatten',
  doc: 'Makes one level of nested structs or maps; names are joined. Arrays stay as they are.',
  config: defineConfig({
    delimiter: { type: 'string', default: '.', importance: 'medium', doc: 'Text between the parts of a name.' },
  }),
  create: ({ delimiter }, side) => {
    const join = (prefix: string, name: string): string => (prefix === '' ? name : prefix + delimiter + name)
    const planFor = perSchema((schema) => {
      const leaves: Leaf[] = []
      collectLeaves(
        { schema, path: [], prefix: '', optional: schema.optional, fallback: defaultOf(schema) },
        join,
        leaves,
      )
      return { schema: makeSchema({ ...copyBasics(schema), fields: leaves }), make: compileStruct(leaves) }
    })
    return (record) => {
      const value = side.value(record) ?? null
      if (value === null) return record
      const schema = side.schema(record)
      if (schema === null) {
        return side.replace(record, null, flatten(requireMap(value, PURPOSE), join))
      }
      const fields = requireStruct(schema, value, PURPOSE)
      const plan = planFor(schema)
      return side.replace(record, plan.schema, plan.make(fields, undefined))
    }
  },
})

type Join = (prefix: string, name: string) => string

/** A field of the result, and the way to where its value stands. */
type Leaf = FieldPlan & { readonly schema: Schema }

interface Level {
  readonly schema: Schema
  readonly path: readonly string[]
  readonly prefix: string
  /** Whether the struct itself or one around it is optional: then all that is in it is. */
  readonly optional: boolean
  /** The struct's default, which gives those of its fields that have none. */
  readonly fallback: unknown
}

const collectLeaves = (level: Level, join: Join, leaves: Leaf[]): void => {
  for (const field of level.schema.fields) {
    const name = join(level.prefix, field.name)
    const path = [...level.path, field.name]
    const optional = level.optional || field.schema.optional
    const inherited = level.fallback === null ? null : readField(level.fallback as Fields, field, true)
    const fallback = defaultOf(field.schema) ?? inherited
    const { type } = field.schema
    if (type === 'map') {
      throw new DataError(
        `Flatten transformation does not support ${typeName(type)} for record with schemas (for field ${name}).`,
      )
    }
    if (type === 'struct') collectLeaves({ schema: field.schema, path, prefix: name, optional, fallback }, join, leaves)
    else leaves.push(leaf(name, path, field.schema, optional, fallback))
  }
}

const leaf = (name: string, source: readonly string[], schema: Schema, optional: boolean, fallback: unknown): Leaf => ({
  name,
  source,
  schema: leafSchema(schema, optional, fallback),
  whenNull: () => {
    const value = defaultOf(schema)
    if (value === null && !optional) throw nullForRequired(name, schema)
    return value
  },
})

const leafSchema = (schema: Schema, optional: boolean, fieldDefault: unknown): Schema => {
  const spec: SchemaSpec = { ...copyBasics(schema), optional, valueSchema: schema.valueSchema }
  return makeSchema(fieldDefault === null ? spec : { ...spec, default: fieldDefault })
}

type FlatMap = ReturnType<typeof mapCopy>
type Entries = (map: SchemalessMap) => Iterable<readonly [unknown, unknown]>

const asTheyStand: Entries = (map) => (map instanceof Map ? map : Object.entries(map))

/** In the JVM's order, which tells what counts where two have one name, and which of two bad values is reported. */
const asTheJvmGoes: Entries = (map) => {
  const names = javaHashOrder(keysOf(map)).map((name) => [name, mapGet(map, name)] as const)
  return map instanceof Map && map.has(null) ? [[null, map.get(null)], ...names] : names
}

const flatten = (map: SchemalessMap, join: Join): FlatMap => {
  const empty = (): FlatMap => (map instanceof Map && map.has(null) ? new Map<unknown, unknown>() : {})
  try {
    const flat = empty()
    if (flattenMap(map, '', join, flat, asTheyStand)) return flat
  } catch (error) {
    if (!(error instanceof DataError)) throw error
  }
  const flat = empty()
  flattenMap(map, '', join, flat, asTheJvmGoes)
  return flat
}

/**
 * A key that is null stays so at the outermost level, and within becomes the text.
 *
 * @returns false when two values came to have one name
 */
const flattenMap = (map: SchemalessMap, prefix: string, join: Join, flat: FlatMap, entries: Entries): boolean => {
  let distinct = true
  for (const [key, value] of entries(map)) {
    if (key !== null && typeof key !== 'string') throw keyNotText(key)
    const name = key === null && prefix === '' ? null : join(prefix, String(key))
    if (isPlainObject(value) || value instanceof Map) {
      if (name === null) throw javaError('java.lang.NullPointerException', 'a map under a key that is null')
      distinct = flattenMap(value, name, join, flat, entries) && distinct
    } else {
      refuseForeign(value, String(name))
      if (name === null) (flat as Map<unknown, unknown>).set(null, value ?? null)
      else {
        distinct &&= !(flat instanceof Map ? flat.has(name) : Object.hasOwn(flat, name))
        mapSet(flat, name, value ?? null)
      }
    }
  }
  return distinct
}

const refuseForeign = (value: unknown, name: string): void => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return
  if (value instanceof TypedNumber && value.type !== 'bigint') return
  throw new DataError(
    value instanceof Struct
      ? `Flatten transformation does not support class ${javaClassOf(value)} for record without schemas (for field ${name}).`
      : `Flatten transformation was passed a value of type class ${javaClassOf(value)} which is not supported by Connect's data API`,
  )
}

export const flattenKey = definitions.key
export const flattenValue = definitions.value
