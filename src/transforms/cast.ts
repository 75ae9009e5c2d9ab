import { defineConfig } from '../config/define.ts'
import { makeSchema } from '../data/make-schema.ts'
import { type Field, type Schema, schemaOf } from '../data/schema.ts'
import { ConfigError } from '../plugin/errors.ts'
import { type CastType, readCastSpec, requireCastable } from './cast-spec.ts'
import { castSchemaless, castValue as castTyped } from './cast-value.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { mapCopy, mapGet, mapSet, requireMap, requireStruct, requireStructSchema } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { copyBasics, defaultOf, structCopier } from './struct-copy.ts'

const PURPOSE = 'cast types'

const definitions = defineTwoSided({
  name: 'Cast',
  doc: 'Casts fields, or the whole key or value, to another type.',
  config: defineConfig({
    spec: {
      type: 'list',
      validator: (_key: string, mappings: readonly string[] | null) => {
        const read = readCastSpec(mappings ?? [])
        return typeof read === 'string' ? { wholeMessage: read } : null
      },
      importance: 'high',
      doc: 'Pairs `field:type`, or one `type` for the whole. Types: int8, int16, int32, int64, float32, float64, boolean, string.',
    },
    ...nullDefaults,
  }),
  create: (settings, side) => {
    const spec = readCastSpec(settings.spec)
    if (typeof spec === 'string') throw new ConfigError(spec)
    if (spec.whole !== null) {
      const { whole } = spec
      const schemaFor = perSchema((schema) => wholeSchema(schema, whole))
      return (record) => {
        const value = side.value(record) ?? null
        if (value === null) return record
        const schema = side.schema(record)
        return schema === null
          ? side.replace(record, null, castSchemaless(value, whole))
          : side.replace(record, schemaFor(schema), castTyped(schema, value, whole))
      }
    }

    const { fields: casts } = spec
    const withDefault = settings['replace.null.with.default']
    const planFor = perSchema((schema) => fieldsPlan(schema, casts, withDefault))
    return (record) => {
      const value = side.value(record) ?? null
      if (value === null) return record
      const schema = side.schema(record)
      if (schema === null) {
        const map = requireMap(value, PURPOSE)
        const copy = mapCopy(map)
        for (const [name, type] of casts) mapSet(copy, name, castSchemaless(mapGet(map, name), type))
        return side.replace(record, null, copy)
      }
      const plan = planFor(schema)
      return side.replace(record, plan.schema, plan.copy(requireStruct(schema, value, PURPOSE)))
    }
  },
})

const wholeSchema = (schema: Schema, type: CastType): Schema => {
  const value = defaultOf(schema)
  const spec = { ...copyBasics(schema), type, optional: schema.optional }
  return value === null ? schemaOf(spec) : makeSchema({ ...spec, default: castTyped(schema, value, type) })
}

/** A cast field keeps only that it is optional, and its default in the new type. */
const castField = (schema: Schema, type: CastType): Schema => {
  const value = defaultOf(schema)
  const spec = { type, optional: schema.optional }
  return value === null ? schemaOf(spec) : makeSchema({ ...spec, default: castTyped(schema, value, type) })
}

const fieldsPlan = (schema: Schema, casts: ReadonlyMap<string, CastType>, withDefault: boolean) => {
  requireStructSchema(schema)
  const typeOf = (field: Field): CastType | undefined => casts.get(field.name)
  const fields = schema.fields.map((field) => {
    const type = typeOf(field)
    return { name: field.name, schema: type === undefined ? field.schema : castField(field.schema, type) }
  })
  // A default of the struct itself is cast like any other, and structs cannot be.
  if (defaultOf(schema) !== null) requireCastable(schema.type)
  const target = makeSchema({ ...copyBasics(schema), optional: schema.optional, fields })
  const copy = structCopier(schema, withDefault, target, (field) => {
    const type = typeOf(field)
    return type === undefined ? undefined : (value) => castTyped(field.schema, value, type)
  })
  return { schema: target, copy }
}

export const castKey = definitions.key
export const castValue = definitions.value
