/** Writes a group of records of one table, in as few statements as its settings allow. */

import { ConnectError } from '../../../plugin/errors.ts'
import type { SinkRecord } from '../../../plugin/record.ts'
import type { Database, Parameter } from '../database.ts'
import type { Binder, FoundTable, StatementColumns } from '../dialect.ts'
import { type TableId, tableText } from '../table-id.ts'
import type { RowGroup } from './group-rows.ts'
import type { ColumnPlan, SinkColumn } from './plan-columns.ts'
import type { SinkSettings } from './sink-settings.ts'
import { type BoundColumn, type ColumnsWriter, columnsWriter } from './write-columns.ts'

/** Statements and binders of a plan for a table as it was found. */
export interface GroupWriter {
  /** @param isAll nothing else is written in the transaction */
  write(db: Database, group: RowGroup, isAll: boolean): Promise<void>
}

/** Most rows of one statement with a value for each placeholder: longer texts cost more to parse than they save round trips. */
const MOST_ROWS = 500
/** Characters of the values of such a statement: MySQL takes no more than `max_allowed_packet` bytes, by default 4 to 64 million. */
const MOST_STATEMENT_CHARACTERS = 1_000_000

/** @throws ConnectError when the settings do not allow such rows, or a type cannot be bound */
export const groupWriter = (
  settings: SinkSettings,
  table: TableId,
  found: FoundTable,
  plan: ColumnPlan,
): GroupWriter => {
  const { dialect, insertMode, quote } = settings
  const types = new Map(found.columns.map((column) => [column.name, column]))
  const byLowerCase = new Map(found.columns.map((column) => [column.name.toLowerCase(), column]))
  const bound = (column: SinkColumn): BoundColumn => ({
    read: column.read,
    bind: binder(settings, column, types.get(column.name) ?? byLowerCase.get(column.name.toLowerCase())),
  })
  const keys = plan.keys.map(bound)
  const others = plan.others.map(bound)
  const columns: StatementColumns = {
    keys: plan.keys.map(({ name }) => name),
    others: plan.others.map(({ name }) => name),
  }
  refuseWithoutKey(settings, table, columns)
  const inOrder = insertMode === 'update' ? [...others, ...keys] : [...keys, ...others]
  const mostRows = Math.max(1, Math.min(MOST_ROWS, Math.floor(dialect.mostParameters / Math.max(1, inOrder.length))))
  const statements = new Map<number, string>()
  const statementFor = (rows: number): string => {
    let sql = statements.get(rows)
    if (sql === undefined) {
      const options = { quote, rows, columns: found.columns }
      sql = insertMode === 'upsert' ? dialect.upsert(table, columns, options) : dialect.insert(table, columns, options)
      statements.set(rows, sql)
    }
    return sql
  }

  const writeColumns = byColumns(settings, table, found, plan, columns, inOrder)
  const writeRows = async (db: Database, records: readonly SinkRecord[], isAll: boolean): Promise<void> => {
    if (insertMode === 'update') {
      const sql = dialect.update(table, columns, { quote, columns: found.columns })
      await db.executeMany(
        sql,
        records.map((record) => parametersOf(inOrder, record)),
      )
      return
    }
    // Only the last row of a key counts, and PostgreSQL refuses a statement that would write a row twice
    const rows = insertMode === 'upsert' ? lastOfEachKey(keys, records) : records
    if (writeColumns !== undefined && rows.length > 1) return writeColumns(db, rows, isAll)
    for (let at = 0; at < rows.length; ) {
      const parameters: Parameter[] = []
      let count = 0
      for (let size = 0; at < rows.length && count < mostRows && size < MOST_STATEMENT_CHARACTERS; at++, count++) {
        const record = rows[at] as SinkRecord
        for (const { read, bind } of inOrder) {
          const value = bind(read(record))
          parameters.push(value)
          if (typeof value === 'string' || Buffer.isBuffer(value)) size += value.length
        }
      }
      await db.execute(statementFor(count), parameters)
    }
  }

  return {
    write: async (db, group, isAll) => {
      if (group.rows.length > 0) await writeRows(db, group.rows, isAll && group.deletes.length === 0)
      if (group.deletes.length === 0) return
      const sql = dialect.delete(table, columns.keys, { quote, columns: found.columns })
      await db.executeMany(
        sql,
        group.deletes.map((record) => parametersOf(keys, record)),
      )
    },
  }
}

/** Undefined where the database has no such statement for this table. */
const byColumns = (
  { dialect, insertMode, quote, zones }: SinkSettings,
  table: TableId,
  found: FoundTable,
  plan: ColumnPlan,
  names: StatementColumns,
  bound: readonly BoundColumn[],
): ColumnsWriter | undefined => {
  const make =
    insertMode === 'upsert' ? dialect.upsertByColumns : insertMode === 'insert' ? dialect.insertByColumns : undefined
  const columns = [...plan.keys, ...plan.others]
  const schemas = columns.map(({ schema }) => schema)
  const statement = make?.(table, names, schemas, { quote, columns: found.columns })
  if (statement === undefined) return undefined
  const packed = columns.map(({ asTimestamp }, index) => (asTimestamp ? undefined : statement.packed?.(index, zones)))
  return columnsWriter(statement, bound, packed)
}

const parametersOf = (columns: readonly BoundColumn[], record: SinkRecord): Parameter[] =>
  columns.map(({ read, bind }) => bind(read(record)))

const lastOfEachKey = (keys: readonly BoundColumn[], records: readonly SinkRecord[]): readonly SinkRecord[] => {
  const last = new Map<unknown, SinkRecord>()
  const [only] = keys
  for (const record of records) {
    const values =
      keys.length === 1 && only !== undefined ? only.bind(only.read(record)) : textOf(parametersOf(keys, record))
    const key = Buffer.isBuffer(values) ? values.toString('hex') : values
    // Set anew, so that the order is that of the rows that count
    last.delete(key)
    last.set(key, record)
  }
  return last.size === records.length ? records : [...last.values()]
}

const textOf = (parameters: readonly Parameter[]): string =>
  parameters
    .map((value) => {
      const text = Buffer.isBuffer(value) ? value.toString('hex') : String(value)
      return `${typeof value}:${text.length}:${text}`
    })
    .join('')

const binder = (
  settings: SinkSettings,
  column: SinkColumn,
  found: FoundTable['columns'][number] | undefined,
): Binder => {
  const { dialect, zones } = settings
  if (column.asTimestamp) {
    const nanosPerUnit = settings.timestampUnit === 'nanoseconds' ? 1n : 1000n
    return (value) =>
      value === null
        ? null
        : dialect.bindInstant(BigInt(value as string | bigint) * nanosPerUnit, zones.timestamp, found)
  }
  return dialect.bind(column.schema, zones, found)
}

const refuseWithoutKey = (settings: SinkSettings, table: TableId, { keys }: StatementColumns): void => {
  if (keys.length > 0) return
  if (settings.deleteEnabled) throw new ConnectError('Require primary keys to support delete')
  if (settings.insertMode !== 'upsert') return
  if (settings.vendor === 'debezium') {
    throw new ConnectError(`Failed to flush records for table '${table.table}'`, {
      cause: new ConnectError(`Cannot write to table ${table.table} with no key fields defined.`),
    })
  }
  throw new ConnectError(
    `Write to table '${tableText(table, (name) => `"${name}"`)}' in UPSERT mode requires key field names to be known, check the primary key configuration`,
  )
}
