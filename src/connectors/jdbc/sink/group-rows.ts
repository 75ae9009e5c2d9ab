import { schemaEquals } from '../../../data/equals.ts'
import type { Schema } from '../../../data/schema.ts'
import type { SinkRecord } from '../../../plugin/record.ts'

/**
 * Records of one table that are written together: first the rows, then the deletes. A record that follows a delete starts a
 * new group, so that what is deleted and written again is there in the end.
 */
export interface RowGroup {
  readonly table: string
  readonly topic: string
  readonly keySchema: Schema | null
  /** Null as long as there are only deletes. */
  readonly valueSchema: Schema | null
  readonly rows: readonly SinkRecord[]
  readonly deletes: readonly SinkRecord[]
}

interface OpenGroup extends RowGroup {
  valueSchema: Schema | null
  readonly rows: SinkRecord[]
  readonly deletes: SinkRecord[]
}

export interface GroupOptions {
  readonly tableName: (record: SinkRecord) => string
  /** Most records of a group; 0 and 1: each by itself. */
  readonly batchSize: number
}

/** Cuts a list of records into groups, in the order in which they have to be written. Tables do not wait for each other. */
export const groupRows = (records: readonly SinkRecord[], { tableName, batchSize }: GroupOptions): RowGroup[] => {
  const groups: OpenGroup[] = []
  const open = new Map<string, OpenGroup>()
  for (const record of records) {
    const table = tableName(record)
    let group = open.get(table)
    if (group === undefined || !fits(group, record, batchSize)) {
      group = {
        table,
        topic: record.topic,
        keySchema: record.keySchema,
        valueSchema: record.valueSchema,
        rows: [],
        deletes: [],
      }
      groups.push(group)
      open.set(table, group)
    }
    if (record.value === null) group.deletes.push(record)
    else group.rows.push(record)
  }
  return groups
}

const fits = (group: OpenGroup, record: SinkRecord, batchSize: number): boolean => {
  if (group.topic !== record.topic) return false
  if (group.rows.length + group.deletes.length >= Math.max(1, batchSize)) return false
  if (!schemaEquals(group.keySchema, record.keySchema)) return false
  // A delete has no value, and mostly no schema of one: it goes with any
  if (record.value === null) return true
  return group.deletes.length === 0 && schemaEquals(group.valueSchema, record.valueSchema)
}
