import type { Schema } from '../data/schema.ts'

/** Builds something once per schema and keeps it as long as the schema is in use. Schemas are told apart by identity. */
export const perSchema = <T>(build: (schema: Schema) => T): ((schema: Schema) => T) => {
  const built = new WeakMap<Schema, { readonly of: T }>()
  let lastSchema: Schema | undefined
  let last: T
  return (schema) => {
    if (schema === lastSchema) return last
    let entry = built.get(schema)
    if (entry === undefined) {
      entry = { of: build(schema) }
      built.set(schema, entry)
    }
    lastSchema = schema
    last = entry.of
    return last
  }
}
