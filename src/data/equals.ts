import type { Field, Schema } from './schema.ts'
import { Decimal, getOwn, isPlainObject, Struct, TypedNumber } from './values.ts'

const entriesEqual = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean => {
  const keys = Object.keys(a).filter((key) => (a[key] ?? null) !== null)
  if (keys.length !== Object.keys(b).filter((key) => (b[key] ?? null) !== null).length) return false
  return keys.every((key) => valueEquals(a[key], getOwn(b, key)))
}

const mapsEqual = (a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean => {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = b.has(key) ? b.get(key) : [...b].find(([candidate]) => valueEquals(key, candidate))?.[1]
    if (!valueEquals(value, other)) return false
  }
  return true
}

/** Whether two values are the same as Java's `equals` sees it: 1.0 and 1.00 are different Decimals, NaN equals NaN. */
export const valueEquals = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (a === null || b === null || a === undefined || b === undefined) return (a ?? null) === (b ?? null)
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => valueEquals(item, b[index]))
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime()
  if (a instanceof Decimal) return b instanceof Decimal && a.unscaled === b.unscaled && a.scale === b.scale
  if (a instanceof TypedNumber) return b instanceof TypedNumber && a.type === b.type && Object.is(a.value, b.value)
  if (a instanceof Map) return b instanceof Map && mapsEqual(a, b)
  if (a instanceof Struct)
    return b instanceof Struct && schemaEquals(a.schema, b.schema) && entriesEqual(a.fields, b.fields)
  return isPlainObject(a) && isPlainObject(b) && entriesEqual(a, b)
}

const fieldsEqual = (a: readonly Field[], b: readonly Field[]): boolean =>
  a.length === b.length &&
  a.every((field, index) => {
    const other = b[index]
    return other !== undefined && field.name === other.name && schemaEquals(field.schema, other.schema)
  })

const parametersEqual = (a: ReadonlyMap<string, string> | null, b: ReadonlyMap<string, string> | null): boolean => {
  if (a === null || b === null) return a === b
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (b.get(key) !== value) return false
  return true
}

/** Whether all attributes are the same, `doc`, defaults and the order of fields included; names alone do not make it so. */
export const schemaEquals = (a: Schema | null, b: Schema | null): boolean => {
  if (a === b) return true
  if (a === null || b === null) return false
  return (
    a.type === b.type &&
    a.optional === b.optional &&
    a.name === b.name &&
    a.version === b.version &&
    a.doc === b.doc &&
    (a.default === undefined) === (b.default === undefined) &&
    valueEquals(a.default, b.default) &&
    parametersEqual(a.parameters, b.parameters) &&
    fieldsEqual(a.fields, b.fields) &&
    schemaEquals(a.keySchema, b.keySchema) &&
    schemaEquals(a.valueSchema, b.valueSchema)
  )
}
