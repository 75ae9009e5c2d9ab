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
