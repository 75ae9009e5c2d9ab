import { defineConfig } from '../config/define.ts'
import { compileStruct, type FieldPlan } from '../data/compile-struct.ts'
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { makeSchema } from '../data/make-schema.ts'
import { type Schema, type SchemaSpec, typeName } from '../data/schema.ts'
import { isPlainObject, Struct, setOwn, TypedNumber } from '../data/values.ts'
import { perSchema } from './per-schema.ts'
import {
  type Fields,
  keyNotText,
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
        const flat: Record<string, unknown> = {}
        flattenMap(requireMap(value, PURPOSE), '', join, flat)
        return side.replace(record, null, flat)
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

const flattenMap = (map: SchemalessMap, prefix: string, join: Join, flat: Record<string, unknown>): void => {
  for (const [key, value] of map instanceof Map ? map : Object.entries(map)) {
    if (typeof key !== 'string') throw keyNotText(key)
    const name = join(prefix, key)
    if (isPlainObject(value) || value instanceof Map) flattenMap(value, name, join, flat)
    else {
      refuseForeign(value, name)
      setOwn(flat, name, value ?? null)
    }
  }
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
