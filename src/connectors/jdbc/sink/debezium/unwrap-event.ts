/** What a record asks for: Debezium's change events, or flattened records as they are. */
import { fieldOf, type Schema } from '../../../../data/schema.ts'
import { rawField } from '../../../../data/struct.ts'
import type { SinkRecord } from '../../../../plugin/record.ts'

/** `null`: nothing is to be done. `truncate`: the table is emptied. Else the row to write, or to delete where its value is null. */
export type Change = SinkRecord | 'truncate' | null

type Fields = Readonly<Record<string, unknown>>

const ENVELOPE = /(?:^|\.)Envelope$/
const SCHEMA_CHANGE = /(?:^|\.)SchemaChangeValue$/

export const isSchemaChange = ({ valueSchema }: SinkRecord): boolean =>
  valueSchema?.name !== null && valueSchema?.name !== undefined && SCHEMA_CHANGE.test(valueSchema.name)

export interface ChangeOptions {
  readonly deleteEnabled: boolean
  readonly truncateEnabled: boolean
}

/** Events `c`, `r` and `u` give their new state, `d` a delete, `t` a truncation; deletes are passed over unless enabled. */
export const changeOf = (record: SinkRecord, { deleteEnabled, truncateEnabled }: ChangeOptions): Change => {
  const { value, valueSchema } = record
  if (value === null) return deleteEnabled ? { ...record, valueSchema: null } : null
  if (!isEnvelope(valueSchema)) return record
  const fields = value as Fields
  const operation = fieldValue(valueSchema, fields, 'op')
  if (operation === 't') return truncateEnabled ? 'truncate' : null
  if (operation === 'd') return deleteEnabled ? { ...record, value: null, valueSchema: null } : null
  const after = fieldOf(valueSchema, 'after')
  return after === undefined ? null : { ...record, value: rawField(fields, after), valueSchema: after.schema }
}

const isEnvelope = (schema: Schema | null): schema is Schema =>
  schema?.type === 'struct' && schema.name !== null && ENVELOPE.test(schema.name) && fieldOf(schema, 'op') !== undefined

const fieldValue = (schema: Schema, fields: Fields, name: string): unknown => {
  const field = fieldOf(schema, name)
  return field === undefined ? undefined : rawField(fields, field)
}

/** A field of the event's `source` block, for names of tables; undefined when there is none. */
export const sourceField = ({ value, valueSchema }: SinkRecord, name: string): string | undefined => {
  if (value === null || !isEnvelope(valueSchema)) return undefined
  const source = fieldOf(valueSchema, 'source')
  const fields = source === undefined ? null : (rawField(value as Fields, source) as Fields | null)
  if (source === undefined || fields === null) return undefined
  const found = fieldValue(source.schema, fields, name)
  return found === null || found === undefined ? undefined : String(found)
}
