import type { ConfigDef, ConfigOf } from '../config/define.ts'
import type { Schema } from '../data/schema.ts'
import type { ConnectRecord } from '../plugin/record.ts'
import type { Transform, TransformDefinition } from '../plugin/transform.ts'

/** The half of a record that a transform works on. */
export interface Side {
  schema(record: ConnectRecord): Schema | null
  value(record: ConnectRecord): unknown
  /** The same record with another schema and value on this side. */
  replace<R extends ConnectRecord>(record: R, schema: Schema | null, value: unknown): R
}

export const KEY: Side = {
  schema: (record) => record.keySchema,
  value: (record) => record.key,
  replace: (record, keySchema, key) => ({ ...record, keySchema, key }),
}

export const VALUE: Side = {
  schema: (record) => record.valueSchema,
  value: (record) => record.value,
  replace: (record, valueSchema, value) => ({ ...record, valueSchema, value }),
}

type Changeable = { -readonly [K in keyof ConnectRecord]: ConnectRecord[K] }

/** For records that only the caller has: not copied, but changed. */
const OWN_KEY: Side = {
  ...KEY,
  replace(record, keySchema, key) {
    const own = record as Changeable
    own.keySchema = keySchema
    own.key = key
    return record
  },
}

const OWN_VALUE: Side = {
  ...VALUE,
  replace(record, valueSchema, value) {
    const own = record as Changeable
    own.valueSchema = valueSchema
    own.value = value
    return record
  },
}

export interface TwoSided<D extends ConfigDef> {
  /** Without the package: `HoistField`. */
  readonly name: string
  readonly doc: string
  readonly config: D
  readonly passesTexts?: boolean
  create(settings: ConfigOf<D>, side: Side): Transform
}

export const TRANSFORMS_PACKAGE = 'org.apache.kafka.connect.transforms'

/** The `$Key` and `$Value` variants of a transform. */
export const defineTwoSided = <const D extends ConfigDef>({
  name,
  doc,
  config,
  passesTexts = false,
  create,
}: TwoSided<D>): { readonly key: TransformDefinition<D>; readonly value: TransformDefinition<D> } => {
  const variant = (suffix: 'Key' | 'Value', side: Side, own: Side): TransformDefinition<D> => ({
    kind: 'transform',
    className: `${TRANSFORMS_PACKAGE}.${name}$${suffix}`,
    doc,
    config,
    passesTexts,
    create: (settings) => Object.assign(create(settings, side), { inPlace: create(settings, own) }),
  })
  return { key: variant('Key', KEY, OWN_KEY), value: variant('Value', VALUE, OWN_VALUE) }
}
