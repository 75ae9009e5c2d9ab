/** The kinds of value a schema can describe. The JVM writes them in capitals (`INT8`) in its messages: see {@link typeName}. */
export type SchemaType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'boolean'
  | 'string'
  | 'bytes'
  | 'array'
  | 'map'
  | 'struct'

/**
 * Describes a value. Immutable; code that compiles something per schema (field plans, envelope text) caches it by the
 * identity of this object, so build a schema once and reuse it.
 */
export interface Schema {
  readonly type: SchemaType
  readonly optional: boolean
  readonly name: string | null
  readonly version: number | null
  readonly doc: string | null
  readonly parameters: ReadonlyMap<string, string> | null
  /** `undefined`: no default. `null` is a default of its own (only of an optional schema). */
  readonly default: unknown
  /** In the order of their index; empty unless `type` is `struct`. */
  readonly fields: readonly Field[]
  /** Only of maps. */
  readonly keySchema: Schema | null
  /** Of maps and arrays. */
  readonly valueSchema: Schema | null
}

export interface Field {
  readonly name: string
  readonly index: number
  readonly schema: Schema
}

export interface SchemaAndValue {
  readonly schema: Schema | null
  readonly value: unknown
}

/** What a schema is made of; everything but the type may be left out. */
export interface SchemaSpec {
  readonly type: SchemaType
  readonly optional?: boolean | undefined
  readonly name?: string | null | undefined
  readonly version?: number | null | undefined
  readonly doc?: string | null | undefined
  readonly parameters?: ReadonlyMap<string, string> | null | undefined
  readonly default?: unknown
  /** Their index is given by their place in the list. */
  readonly fields?: readonly { readonly name: string; readonly schema: Schema }[] | undefined
  readonly keySchema?: Schema | null | undefined
  readonly valueSchema?: Schema | null | undefined
}

const NO_FIELDS: readonly Field[] = Object.freeze([])

class BuiltSchema implements Schema {
  readonly type: SchemaType
  readonly optional: boolean
  readonly name: string | null
  readonly version: number | null
  readonly doc: string | null
  readonly parameters: ReadonlyMap<string, string> | null
  readonly default: unknown
  readonly fields: readonly Field[]
  readonly keySchema: Schema | null
  readonly valueSchema: Schema | null
  #byName: ReadonlyMap<string, Field> | undefined

  constructor(spec: SchemaSpec) {
    this.type = spec.type
    this.optional = spec.optional ?? false
    this.name = spec.name ?? null
    this.version = spec.version ?? null
    this.doc = spec.doc ?? null
    this.parameters = spec.parameters ?? null
    this.default = spec.default
    this.fields = spec.fields?.map(({ name, schema }, index) => ({ name, index, schema })) ?? NO_FIELDS
    this.keySchema = spec.keySchema ?? null
    this.valueSchema = spec.valueSchema ?? null
  }

  field(name: string): Field | undefined {
    this.#byName ??= new Map(this.fields.map((field) => [field.name, field]))
    return this.#byName.get(name)
  }
}

/**
 * Makes a schema from parts that are known to fit, without the checks of `makeSchema` (make-schema.ts). For schemas whose
 * parts come from other schemas or from constants.
 */
export const schemaOf = (spec: SchemaSpec): Schema => new BuiltSchema(spec)

/** The same schema with some parts replaced. `fields` are numbered anew. */
export const schemaWith = (schema: Schema, changes: Partial<SchemaSpec>): Schema =>
  new BuiltSchema({ ...schema, ...changes })

/** The field of a struct schema with this name. Looked up in a map that the schema keeps. */
export const fieldOf = (schema: Schema, name: string): Field | undefined =>
  schema instanceof BuiltSchema ? schema.field(name) : schema.fields.find((field) => field.name === name)

/** As the JVM writes a type in its messages: `INT8`, `FLOAT64`, `STRUCT`. */
export const typeName = (type: SchemaType): string => type.toUpperCase()

export const INT8_SCHEMA: Schema = schemaOf({ type: 'int8' })
export const INT16_SCHEMA: Schema = schemaOf({ type: 'int16' })
export const INT32_SCHEMA: Schema = schemaOf({ type: 'int32' })
export const INT64_SCHEMA: Schema = schemaOf({ type: 'int64' })
export const FLOAT32_SCHEMA: Schema = schemaOf({ type: 'float32' })
export const FLOAT64_SCHEMA: Schema = schemaOf({ type: 'float64' })
export const BOOLEAN_SCHEMA: Schema = schemaOf({ type: 'boolean' })
export const STRING_SCHEMA: Schema = schemaOf({ type: 'string' })
export const BYTES_SCHEMA: Schema = schemaOf({ type: 'bytes' })
export const OPTIONAL_INT8_SCHEMA: Schema = schemaOf({ type: 'int8', optional: true })
export const OPTIONAL_INT16_SCHEMA: Schema = schemaOf({ type: 'int16', optional: true })
export const OPTIONAL_INT32_SCHEMA: Schema = schemaOf({ type: 'int32', optional: true })
export const OPTIONAL_INT64_SCHEMA: Schema = schemaOf({ type: 'int64', optional: true })
export const OPTIONAL_FLOAT32_SCHEMA: Schema = schemaOf({ type: 'float32', optional: true })
export const OPTIONAL_FLOAT64_SCHEMA: Schema = schemaOf({ type: 'float64', optional: true })
export const OPTIONAL_BOOLEAN_SCHEMA: Schema = schemaOf({ type: 'boolean', optional: true })
export const OPTIONAL_STRING_SCHEMA: Schema = schemaOf({ type: 'string', optional: true })
export const OPTIONAL_BYTES_SCHEMA: Schema = schemaOf({ type: 'bytes', optional: true })
