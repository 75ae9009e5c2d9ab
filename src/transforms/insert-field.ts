import { defineConfig } from '../config/define.ts'
import { compileStruct, type FieldPlan } from '../data/compile-struct.ts'
import { DataError } from '../data/errors.ts'
import { OPTIONAL_TIMESTAMP_SCHEMA, TIMESTAMP_SCHEMA } from '../data/logical-types.ts'
import { makeSchema } from '../data/make-schema.ts'
import {
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  STRING_SCHEMA,
} from '../data/schema.ts'
import { TypedNumber } from '../data/values.ts'
import { ConfigError } from '../plugin/errors.ts'
import type { ConnectRecord } from '../plugin/record.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { mapCopy, mapSet, requireMap, requireStruct } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { copyBasics, copyPlan } from './struct-copy.ts'

const PURPOSE = 'field insertion'
const SUFFIX = 'A trailing `!` makes it a required field, `?` or nothing an optional one.'

/** A field to insert: what it holds with and without a schema. `undefined` from `read`: the record has none, skip it. */
interface Insertion {
  readonly name: string
  readonly schema: Schema
  readonly read: (record: ConnectRecord) => unknown
  readonly readSchemaless: (record: ConnectRecord) => unknown
}

const offsetOf = (record: ConnectRecord): number => {
  const { offset } = record as { readonly offset?: unknown }
  if (typeof offset === 'number') return offset
  throw new DataError(`Only SinkRecord supported for [${PURPOSE}], found: org.apache.kafka.connect.source.SourceRecord`)
}

const fieldSetting = (what: string) =>
  ({
    type: 'string',
    default: null,
    importance: 'medium',
    doc: `Name of the field for ${what}. ${SUFFIX}`,
  }) as const

const definitions = defineTwoSided({
  name: 'InsertField',
  doc: 'Adds fields that tell of the record itself (topic, partition, offset, timestamp) or hold a fixed text.',
  config: defineConfig({
    'topic.field': fieldSetting("the record's topic"),
    'partition.field': fieldSetting("the record's partition"),
    'offset.field': fieldSetting("the record's Kafka offset; sink connectors only"),
    'timestamp.field': fieldSetting("the record's timestamp"),
    'static.field': fieldSetting('`static.value`'),
    'static.value': { type: 'string', default: null, importance: 'medium', doc: 'The fixed text.' },
    ...nullDefaults,
  }),
  passesTexts: true,
  create: (settings, side) => {
    const insertions = insertionsOf(settings)
    const withDefault = settings['replace.null.with.default']
    const planFor = perSchema((schema) => ({
      schema: makeSchema({ ...copyBasics(schema), fields: [...schema.fields, ...insertions] }),
      make: compileStruct<ConnectRecord>([
        ...(copyPlan(schema, withDefault) as FieldPlan<ConnectRecord>[]),
        ...insertions.map(({ name, read }) => ({ name, source: null, make: read })),
      ]),
    }))
    return (record) => {
      const value = side.value(record) ?? null
      if (value === null) return record
      const schema = side.schema(record)
      if (schema === null) {
        const copy = mapCopy(requireMap(value, PURPOSE))
        for (const insertion of insertions) {
          const inserted = insertion.readSchemaless(record)
          if (inserted !== undefined) mapSet(copy, insertion.name, inserted)
        }
        return side.replace(record, null, copy)
      }
      const fields = requireStruct(schema, value, PURPOSE)
      const plan = planFor(schema)
      return side.replace(record, plan.schema, plan.make(fields, record))
    }
  },
})

interface Settings {
  readonly 'topic.field': string | null
  readonly 'partition.field': string | null
  readonly 'offset.field': string | null
  readonly 'timestamp.field': string | null
  readonly 'static.field': string | null
  readonly 'static.value': string | null
}

/** The timestamp as a Date. Records of one moment, which come in rows, share it, as nobody changes values. */
const dateOf = (): Insertion['read'] => {
  let last = new Date(Number.NaN)
  let lastTimestamp = Number.NaN
  return ({ timestamp }) => {
    if (timestamp === null) return undefined
    if (timestamp !== lastTimestamp) {
      last = new Date(timestamp)
      lastTimestamp = timestamp
    }
    return last
  }
}

const insertionsOf = (settings: Settings): readonly Insertion[] => {
  const insertions: Insertion[] = []
  const add = (
    spec: string | null,
    [required, optional]: readonly [Schema, Schema],
    read: Insertion['read'],
    readSchemaless = read,
  ) => {
    if (spec === null) return
    const name = /[?!]$/.test(spec) ? spec.slice(0, -1) : spec
    insertions.push({ name, schema: spec.endsWith('!') ? required : optional, read, readSchemaless })
  }
  add(settings['topic.field'], [STRING_SCHEMA, OPTIONAL_STRING_SCHEMA], (record) => record.topic)
  add(
    settings['partition.field'],
    [INT32_SCHEMA, OPTIONAL_INT32_SCHEMA],
    (record) => record.partition ?? undefined,
    (record) => (record.partition === null ? undefined : new TypedNumber('int32', record.partition)),
  )
  add(settings['offset.field'], [INT64_SCHEMA, OPTIONAL_INT64_SCHEMA], (record) => BigInt(offsetOf(record)), offsetOf)
  add(
    settings['timestamp.field'],
    [TIMESTAMP_SCHEMA, OPTIONAL_TIMESTAMP_SCHEMA],
    dateOf(),
    (record) => record.timestamp ?? undefined,
  )
  const text = settings['static.value']
  add(settings['static.field'], [STRING_SCHEMA, OPTIONAL_STRING_SCHEMA], () => text)
  if (insertions.length === 0) throw new ConfigError('No field insertion configured')
  if (settings['static.field'] !== null && text === null) {
    throw new ConfigError(
      `Invalid value null for configuration static.value: No value specified for static field: ${settings['static.field']}`,
    )
  }
  return insertions
}

export const insertFieldKey = definitions.key
export const insertFieldValue = definitions.value
