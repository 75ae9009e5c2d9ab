import { defineConfig } from '../config/define.ts'
import { javaIsBlank } from '../config/java-text.ts'
import { oneOf } from '../config/validators.ts'
import { compileStruct, type FieldPlan } from '../data/compile-struct.ts'
import { makeSchema } from '../data/make-schema.ts'
import type { Schema } from '../data/schema.ts'
import { type SimpleDateFormat, simpleDateFormat } from '../data/simple-date-format.ts'
import { ConfigError } from '../plugin/errors.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { type Fields, mapCopy, mapGet, mapSet, requireMap, requireStruct, requireStructSchema } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { copyBasics, copyPlan, defaultOf } from './struct-copy.ts'
import {
  kindOfSchema,
  kindOfValue,
  readTimestamp,
  schemaOfKind,
  type TimestampKind,
  type UnixPrecision,
  unixThroughMillis,
  unixTimeOfDay,
  writeTimestamp,
} from './timestamp-kinds.ts'

const PURPOSE = 'converting timestamp formats'

const definitions = defineTwoSided({
  name: 'TimestampConverter',
  doc: 'Converts points in time between text, Unix time and the logical types Date, Time and Timestamp.',
  config: defineConfig({
    field: {
      type: 'string',
      default: '',
      importance: 'high',
      doc: 'The field to convert. Empty: the whole key or value.',
    },
    'target.type': {
      type: 'string',
      validator: oneOf('string', 'unix', 'Date', 'Time', 'Timestamp'),
      importance: 'high',
      doc: 'What to make of it.',
    },
    format: {
      type: 'string',
      default: '',
      importance: 'medium',
      doc: 'How text is read and written: a pattern of java.text.SimpleDateFormat, UTC. Needed for `string`.',
    },
    'unix.precision': {
      type: 'string',
      default: 'milliseconds',
      validator: oneOf('nanoseconds', 'microseconds', 'milliseconds', 'seconds'),
      importance: 'low',
      doc: 'The unit of Unix time, read and written. Points in time are kept in milliseconds: finer parts are cut off.',
    },
    ...nullDefaults,
  }),
  create: (settings, side) => {
    const { field: name } = settings
    const target = settings['target.type'] as TimestampKind
    const withDefault = settings['replace.null.with.default']
    const options = { format: readFormat(settings), precision: settings['unix.precision'] as UnixPrecision }
    const convertAs = (value: unknown, schema: Schema | null): unknown => {
      if (value === null) return null
      const kind = schema === null ? kindOfValue(value) : kindOfSchema(schema)
      if (kind === 'unix' && (typeof value === 'bigint' || typeof value === 'number')) {
        if (target === 'unix') return unixThroughMillis(value, schema !== null, options.precision)
        if (target === 'Time') return unixTimeOfDay(value, options.precision)
      }
      return writeTimestamp(target, readTimestamp(kind, value, schema, options), schema !== null, options)
    }

    if (name === '') {
      const schemaFor = perSchema((schema) => {
        kindOfSchema(schema)
        return schemaOfKind(target, schema.optional)
      })
      return (record) => {
        const schema = side.schema(record)
        const value = side.value(record) ?? null
        return side.replace(record, schema === null ? null : schemaFor(schema), convertAs(value, schema))
      }
    }

    const planFor = perSchema((schema) => {
      requireStructSchema(schema)
      const updated = updatedSchema(schema, name, target)
      const plan = copyPlan(schema, withDefault, updated, (field) =>
        field.name === name ? (value) => convertAs(value, field.schema) : undefined,
      )
      const convert = compileStruct(plan.map((field, index) => checkingKind(field, name, schema.fields[index]!.schema)))
      const fallback = defaultOf(schema) as Fields | null
      return {
        schema: fallback === null ? updated : makeSchema({ ...updated, default: convert(fallback, undefined) }),
        convert,
      }
    })

    return (record) => {
      const schema = side.schema(record)
      const value = side.value(record) ?? null
      if (schema === null) {
        if (value === null) return side.replace(record, null, null)
        const map = requireMap(value, PURPOSE)
        const copy = mapCopy(map)
        mapSet(copy, name, convertAs(mapGet(map, name), null))
        return side.replace(record, null, copy)
      }
      const fields = value === null ? null : requireStruct(schema, value, PURPOSE)
      const plan = planFor(schema)
      return side.replace(record, plan.schema, fields === null ? null : plan.convert(fields, undefined))
    }
  },
})

/** A null, too, must be of a kind that can be converted. */
const checkingKind = (plan: FieldPlan<never>, name: string, schema: Schema): FieldPlan => {
  if (plan.name !== name) return plan as FieldPlan
  const whenNull = (): unknown => {
    kindOfSchema(schema)
    return plan.whenNull?.() ?? null
  }
  return { ...(plan as FieldPlan), whenNull }
}

const readFormat = (settings: { readonly format: string; readonly 'target.type': string }): SimpleDateFormat | null => {
  const { format } = settings
  if (!javaIsBlank(format)) {
    try {
      return simpleDateFormat(format)
    } catch (cause) {
      const { name, message } = cause as Error
      throw new ConfigError(
        `Invalid value ${name}: ${message} for configuration TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: ${format}`,
      )
    }
  }
  if (settings['target.type'] !== 'string') return null
  throw new ConfigError('TimestampConverter requires format option to be specified when using string timestamps')
}

const updatedSchema = (schema: Schema, name: string, target: TimestampKind): Schema => {
  const fields = schema.fields.map((field) => ({
    name: field.name,
    schema: field.name === name ? schemaOfKind(target, field.schema.optional) : field.schema,
  }))
  return makeSchema({ ...copyBasics(schema), optional: schema.optional, fields })
}

export const timestampConverterKey = definitions.key
export const timestampConverterValue = definitions.value
