import { defineConfig } from '../config/define.ts'
import { compileStruct } from '../data/compile-struct.ts'
import { makeSchema } from '../data/make-schema.ts'
import type { Field } from '../data/schema.ts'
import { validateField } from '../data/validate-value.ts'
import { getOwn, isPlainObject } from '../data/values.ts'
import { perSchema } from './per-schema.ts'
import { type Fields, nullForRequired } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { defaultOf } from './struct-copy.ts'

const definitions = defineTwoSided({
  name: 'HoistField',
  doc: 'Wraps the whole key or value: into a struct with one field when it has a schema, else into a map.',
  config: defineConfig({
    field: { type: 'string', importance: 'medium', doc: 'Name of the one field.' },
  }),
  passesTexts: true,
  create: ({ field }, side) => {
    const maker = compileStruct<unknown>([{ name: field, source: null, make: (value) => value }])
    const wrap = (value: unknown): Record<string, unknown> => maker(NO_FIELDS, value)
    const planFor = perSchema((schema) => ({
      schema: makeSchema({ type: 'struct', fields: [{ name: field, schema }] }),
      required: schema.fields.filter((inner) => !inner.schema.optional && defaultOf(inner.schema) === null),
    }))
    return (record) => {
      const schema = side.schema(record)
      const value = side.value(record)
      if (schema === null) return side.replace(record, null, wrap(value))
      const plan = planFor(schema)
      if (schema.type === 'struct' && isPlainObject(value)) requireFields(value, plan.required)
      else validateField(field, schema, value)
      return side.replace(record, plan.schema, wrap(value))
    }
  },
})

const NO_FIELDS: Fields = {}

/** What can be wrong with a struct that was made field by field: a required one may have been left out. */
const requireFields = (fields: Fields, required: readonly Field[]): void => {
  for (const { name, schema } of required) {
    if ((getOwn(fields, name) ?? null) === null) throw nullForRequired(name, schema)
  }
}

export const hoistFieldKey = definitions.key
export const hoistFieldValue = definitions.value
