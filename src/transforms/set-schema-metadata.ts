import { defineConfig } from '../config/define.ts'
import { DataError } from '../data/errors.ts'
import { schemaWith } from '../data/schema.ts'
import { isPlainObject } from '../data/values.ts'
import { ConfigError } from '../plugin/errors.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { requireStructSchema } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { structCopier } from './struct-copy.ts'

const definitions = defineTwoSided({
  name: 'SetSchemaMetadata',
  doc: "Sets the name or version of the key's or value's schema.",
  config: defineConfig({
    'schema.name': { type: 'string', default: null, importance: 'high', doc: 'Name to set.' },
    'schema.version': { type: 'int', default: null, importance: 'high', doc: 'Version to set.' },
    ...nullDefaults,
  }),
  passesTexts: true,
  create: (settings, side) => {
    const name = settings['schema.name']
    const version = settings['schema.version']
    if (name === null && version === null) {
      throw new ConfigError('Neither schema name nor version configured')
    }
    const planFor = perSchema((schema) => {
      // The JVM asks every schema for its fields here, so only structs get through.
      requireStructSchema(schema)
      const updated = schemaWith(schema, { name: name ?? schema.name, version: version ?? schema.version })
      return { schema: updated, copy: structCopier(updated, settings['replace.null.with.default']) }
    })
    return (record) => {
      const schema = side.schema(record)
      const value = side.value(record) ?? null
      if (schema === null) {
        if (value === null) return record
        throw new DataError('Schema required for [updating schema metadata]')
      }
      const plan = planFor(schema)
      return side.replace(record, plan.schema, isPlainObject(value) ? plan.copy(value) : value)
    }
  },
})

export const setSchemaMetadataKey = definitions.key
export const setSchemaMetadataValue = definitions.value
