import type { Schema } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Database, TableColumn } from '../database.ts'
import type { Binder, Dialect, FoundTable, NewColumn } from '../dialect.ts'
import { openSqlite } from '../drivers/sqlite.ts'
import { sqliteColumn } from '../drivers/sqlite-columns.ts'
import { nameParts, type TableId, tableText } from '../table-id.ts'
import { binderFor } from './bind-values.ts'
import {
  columnText,
  createTableText,
  type DdlRules,
  isDate,
  isDecimal,
  isTime,
  isTimestamp,
  noColumnType,
} from './new-columns.ts'
import { sqliteReader } from './sqlite-reader.ts'
import { deleteOne, insertInto, updateOne } from './statements.ts'
import { parseTime } from './temporal.ts'

const QUOTE = '`'
const placeholder = (): string => '?'

const columnType = ({ schema, asTimestamp }: NewColumn): string => {
  if (asTimestamp || isDecimal(schema) || isDate(schema) || isTime(schema) || isTimestamp(schema)) return 'NUMERIC'
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'boolean':
      return 'INTEGER'
    case 'float32':
    case 'float64':
      return 'REAL'
    case 'string':
      return 'TEXT'
    case 'bytes':
      return 'BLOB'
    default:
      throw noColumnType(schema, '')
  }
}

const ddl: DdlRules = {
  columnType,
  booleans: ['0', '1'],
  text: (value) => `'${value.replaceAll("'", "''")}'`,
  bytes: (value) => `X'${Buffer.from(value).toString('hex')}'`,
}

/** Dates and times are milliseconds since the epoch, as org.sqlite.JDBC stores them. */
const millis = (value: Date): bigint => BigInt(value.getTime())

const bind = (schema: Schema): Binder =>
  binderFor(schema, {
    date: millis,
    time: millis,
    timestamp: millis,
    boolean: (value) => (value ? 1n : 0n),
    integer: (value) => BigInt(value),
    long: (value) => value,
    float: (value) => value,
  })

const listTables = async (db: Database, types: readonly string[]): Promise<TableId[]> => {
  const kinds = types.flatMap((type) => ({ TABLE: 'table', VIEW: 'view' })[type.toUpperCase()] ?? [])
  if (kinds.length === 0) return []
  const { rows } = await db.query(
    `SELECT name FROM sqlite_master WHERE type IN (${kinds.map(placeholder).join(',')}) AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`,
    kinds,
  )
  return rows.map(([table]) => ({ catalog: null, schema: null, table: String(table) }))
}

const describeTable = async (db: Database, { table }: TableId): Promise<FoundTable | undefined> => {
  const { rows: found } = await db.query(
    `SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE`,
    [table],
  )
  const [first] = found
  if (first === undefined) return undefined
  const name = String(first[0])
  const { rows } = await db.query('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', [name])
  const keys = rows
    .filter((row) => Number(row[3]) > 0)
    .sort((a, b) => Number(a[3]) - Number(b[3]))
    .map((row) => String(row[0]))
  const columns = rows.map(([column, type, notNull, pk]): TableColumn => {
    const rowid = keys.length === 1 && Number(pk) === 1 && /^integer$/i.test(String(type))
    const nullable = Number(notNull) !== 1 && !rowid
    return { ...sqliteColumn(String(column), String(type), nullable, rowid), nullable, primaryKey: Number(pk) > 0 }
  })
  return {
    id: { catalog: null, schema: null, table: name },
    type: first[1] === 'view' ? 'VIEW' : 'TABLE',
    columns,
    primaryKey: keys,
  }
}

/**
 * Milliseconds since the epoch, whatever a value is stored as: text (cut behind the third digit, as records are), a Julian
 * day (REAL) or milliseconds.
 */
const comparableTimestamp = (c: string): string =>
  `CASE typeof(${c}) WHEN 'text' THEN CAST(strftime('%s', substr(${c}, 1, 19)) AS INTEGER) * 1000 + ` +
  `CAST(substr(substr(${c}, 21, 3) || '000', 1, 3) AS INTEGER) ` +
  `WHEN 'real' THEN CAST(round((${c} - 2440587.5) * 86400000.0) AS INTEGER) ELSE ${c} END`

export const sqlite: Dialect = {
  name: 'SqliteDatabaseDialect',
  product: 'SQLite',
  quoteChar: QUOTE,
  mostParameters: 32_766,
  open: openSqlite,

  // An attached database is written before the table, as a schema is elsewhere
  parseTable: (text) => {
    const parts = nameParts(text, QUOTE)
    return { catalog: null, schema: parts.at(-2) ?? null, table: parts.at(-1) ?? '' }
  },
  home: async () => ({ catalog: null, schema: null, table: '' }),
  listTables: (db, { types }) => listTables(db, types),
  describeTable,
  currentTime: async (db) => {
    const { rows } = await db.query(`SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')`)
    const parsed = parseTime(String(rows[0]?.[0]))
    if (parsed === undefined) throw new ConnectError(`SQLite tells no time: ${rows[0]?.[0]}`)
    return BigInt(parsed.local) * 1_000_000n + BigInt(parsed.nanos)
  },

  columnReader: sqliteReader,
  bindInstant: (nanos) => nanos / 1_000_000n,
  comparableTimestamp,

  placeholder,
  insert: (table, columns, { quote, rows = 1 }) => insertInto('INSERT INTO', table, columns, quote, rows, placeholder),
  upsert: (table, columns, { quote, rows = 1 }) =>
    insertInto('INSERT OR REPLACE INTO', table, columns, quote, rows, placeholder),
  update: (table, columns, { quote }) => updateOne(table, columns, quote, placeholder),
  delete: (table, keys, { quote }) => deleteOne(table, keys, quote, placeholder),
  columnType,
  createTable: (table, columns, quote) => createTableText(table, columns, quote, ddl),
  addColumns: (table, columns, quote) =>
    columns.map((column) => `ALTER TABLE ${tableText(table, quote)} ADD ${columnText(column, quote, ddl)}`),
  bind,
}
