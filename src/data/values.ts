/**
 * How Java values look here.
 *
 * With a schema: int8..int32, float32, float64 are numbers; int64 is a bigint; bytes a Buffer; array an Array; map a Map;
 * struct a plain object (a missing field reads as null); Decimal {@link Decimal}; Date, Time and Timestamp a `Date`.
 *
 * Without a schema the value itself must tell its Java type: an integral number (other than -0) or a bigint is a Long, any
 * other number a Double, and {@link TypedNumber} says everything else (an Integer, a Float, the Double 1.0). A map is a
 * plain object when all its keys are strings, else a Map. A struct is a {@link Struct}, which carries its schema.
 */
import type { Schema } from './schema.ts'

export type TypedNumberType = 'int8' | 'int16' | 'int32' | 'float32' | 'float64' | 'bigint'

/** A schemaless number whose Java type a plain number or bigint would not tell. `bigint` is a java.math.BigInteger. */
export class TypedNumber {
  readonly type: TypedNumberType
  readonly value: number | bigint
  constructor(type: TypedNumberType, value: number | bigint) {
    this.type = type
    this.value = value
  }
}

/** A java.math.BigDecimal: `unscaled * 10^-scale`. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number
  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }
}

/** A struct where no schema stands beside it: inside schemaless lists and maps. */
export class Struct {
  readonly schema: Schema
  readonly fields: Readonly<Record<string, unknown>>
  constructor(schema: Schema, fields: Readonly<Record<string, unknown>>) {
    this.schema = schema
    this.fields = fields
  }
}

const { hasOwn } = Object

/**
 * A field of a plain object that holds a struct, a map or a schemaless object; undefined when it is missing. Safe for any
 * name: what `Object.prototype` has under that name is never returned.
 */
export const getOwn = (object: Readonly<Record<string, unknown>>, name: string): unknown => {
  const value = object[name]
  return value === undefined || hasOwn(object, name) ? value : undefined
}

/**
 * Sets a field of a plain object, whatever its name: `__proto__` becomes a field like any other and never changes the
 * object's prototype. Every field whose name comes from data must be set through this.
 */
export const setOwn = (object: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  } else {
    object[name] = value
  }
}

/** Whether this is a plain object: a struct's fields or a schemaless map with string keys, not one of the value classes. */
export const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
