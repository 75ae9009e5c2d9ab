/** Records for tests, and the short way to run one definition on them. */
import type { RawConfig } from '../../src/config/define.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { INT32_SCHEMA, OPTIONAL_STRING_SCHEMA, type Schema, STRING_SCHEMA, schemaOf } from '../../src/data/schema.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'
import type { TransformDefinition } from '../../src/plugin/transform.ts'

export const structOf = (fields: Readonly<Record<string, Schema>>, more: { optional?: boolean; name?: string } = {}) =>
  schemaOf({ type: 'struct', fields: Object.entries(fields).map(([name, schema]) => ({ name, schema })), ...more })

export const USER: Schema = structOf(
  { id: INT32_SCHEMA, name: STRING_SCHEMA, email: OPTIONAL_STRING_SCHEMA },
  { name: 'User' },
)

export const recordOf = (
  valueSchema: Schema | null,
  value: unknown,
  more: Partial<SourceRecord> = {},
): SourceRecord => ({
  topic: 'orders',
  partition: 3,
  keySchema: null,
  key: null,
  valueSchema,
  value,
  timestamp: 1_700_000_000_000,
  headers: [],
  sourcePartition: null,
  sourceOffset: null,
  ...more,
})

/** Runs one transform on one record. Frozen input: a transform that changes it fails. */
export const run = (definition: unknown, raw: RawConfig, record: SourceRecord): SourceRecord | null => {
  const { config, create } = definition as TransformDefinition
  return create(parseOrThrow(config, raw))(deepFreeze(record))
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Date)) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
