import { schemaEquals } from '../../../data/equals.ts'
import type { Schema } from '../../../data/schema.ts'
import type { Logger } from '../../../plugin/logger.ts'
import type { SinkRecord } from '../../../plugin/record.ts'
import type { Database } from '../database.ts'
import { type TableId, tableText } from '../table-id.ts'
import { changeSteps } from './debezium/change-steps.ts'
import { groupRows, type RowGroup } from './group-rows.ts'
import { planColumns } from './plan-columns.ts'
import type { SinkSettings } from './sink-settings.ts'
import { tableStructure } from './table-structure.ts'
import { type GroupWriter, groupWriter } from './write-group.ts'

/** Writes records into their tables, inside the transaction that is open. */
export interface TableWriters {
  /** @param isAll nothing else is written in the transaction */
  write(db: Database, records: readonly SinkRecord[], isAll: boolean): Promise<void>
  /** What is known of tables may be wrong: it is asked for again. */
  forget(): void
}

interface Known {
  readonly keySchema: Schema | null
  readonly valueSchema: Schema | null
  readonly writer: GroupWriter
}

export const tableWriters = (settings: SinkSettings, log: Logger): TableWriters => {
  const structure = tableStructure(settings, log)
  const known = new Map<string, Known>()
  const tables = new Map<string, TableId>()
  let home: TableId | undefined

  const tableOf = async (db: Database, name: string): Promise<TableId> => {
    const before = tables.get(name)
    if (before !== undefined) return before
    const parsed = settings.dialect.parseTable(name)
    home ??= await settings.dialect.home(db)
    const table =
      settings.vendor === 'confluent'
        ? { catalog: parsed.catalog ?? home.catalog, schema: parsed.schema ?? home.schema, table: parsed.table }
        : parsed
    tables.set(name, table)
    return table
  }

  const writeGroup = async (db: Database, group: RowGroup, isAll: boolean): Promise<void> => {
    const table = await tableOf(db, group.table)
    const before = known.get(group.table)
    if (before !== undefined && sameSchemas(before, group)) return before.writer.write(db, group, isAll)
    const plan = planColumns(settings, { ...group, table: table.table })
    const found = await structure.ensure(db, table, plan)
    const writer = groupWriter(settings, table, found, plan)
    known.set(group.table, { keySchema: group.keySchema, valueSchema: group.valueSchema, writer })
    // What else the transaction does may be the table that was made
    await writer.write(db, group, false)
  }

  const truncate = async (db: Database, record: SinkRecord): Promise<void> => {
    const name = tableText(await tableOf(db, settings.tableName(record)), settings.quote)
    await db.execute(settings.dialect.product === 'SQLite' ? `DELETE FROM ${name}` : `TRUNCATE TABLE ${name}`)
  }

  return {
    write: async (db, records, isAll) => {
      const steps =
        settings.vendor === 'debezium' ? changeSteps(records, settings) : [{ truncated: undefined, records }]
      for (const step of steps) {
        if (step.truncated !== undefined) await truncate(db, step.truncated)
        const groups = groupRows(step.records, settings)
        for (const group of groups) await writeGroup(db, group, isAll && steps.length === 1 && groups.length === 1)
      }
    },
    forget: () => {
      structure.forget()
      known.clear()
      tables.clear()
      home = undefined
    },
  }
}

/** Deletes alone are written by whatever writer knows their key. */
const sameSchemas = (known: Known, group: RowGroup): boolean =>
  schemaEquals(known.keySchema, group.keySchema) &&
  (group.rows.length === 0 || schemaEquals(known.valueSchema, group.valueSchema))
