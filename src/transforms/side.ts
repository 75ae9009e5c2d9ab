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

export interface TwoSided<D extends ConfigDef> {
  /** Without the package: `HoistField`. */
  readonly name: string
  readonly doc: string
  readonly config: D
  create(settings: ConfigOf<D>, side: Side): Transform
}

export const TRANSFORMS_PACKAGE = 'org.apache.kafka.connect.transforms'

/** The `$Key` and `$Value` variants of a transform. */
export const defineTwoSided = <const D extends ConfigDef>({
  name,
  doc,
  config,
  create,
}: TwoSided<D>): { readonly key: TransformDefinition<D>; readonly value: TransformDefinition<D> } => {
  const variant = (suffix: 'Key' | 'Value', side: Side): TransformDefinition<D> => ({
    kind: 'transform',
    className: `${TRANSFORMS_PACKAGE}.${name}$${suffix}`,
    doc,
    config,
    create: (settings) => create(settings, side),
  })
  return { key: variant('Key', KEY), value: variant('Value', VALUE) }
}
