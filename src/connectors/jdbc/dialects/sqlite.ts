import type { Schema } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Database, TableColumn } from '../database.ts'
import type { Binder, Dialect, FoundTable, NewColumn } from '../dialect.ts'
import { openSqlite } from '../drivers/sqlite.ts'
import { sqliteColumn } from '../drivers/sqlite-columns.ts'
import { nameParts, type TableId, tableText } from '../table-id.ts'
import { binderFor } from './bind-values.ts'
import { type ColumnTypes, columnText, type DdlRules, definitions, noColumnType, typeFrom } from './new-columns.ts'
import { sqliteReader } from './sqlite-reader.ts'
import { insertInto, statements } from './statements.ts'
import { parseTime } from './temporal.ts'

const QUOTE = '`'
const placeholder = (): string => '?'

const TYPES: ColumnTypes = {
  int8: 'INTEGER',
  int16: 'INTEGER',
  int32: 'INTEGER',
  int64: 'INTEGER',
  float32: 'REAL',
  float64: 'REAL',
  boolean: 'INTEGER',
  string: 'TEXT',
  bytes: 'BLOB',
  decimal: 'NUMERIC',
  date: 'NUMERIC',
  time: 'NUMERIC',
  timestamp: 'NUMERIC',
}

const columnType = ({ schema, asTimestamp }: NewColumn): string => {
  const type = asTimestamp ? 'NUMERIC' : typeFrom(TYPES, schema)
  if (type === undefined) throw noColumnType(schema, '')
  return type
}

const ddl: DdlRules = {
  columnType,
  booleans: ['0', '1'],
  text: (value) => `'${value.replaceAll("'", "''")}'`,
  bytes: (value) => `X'${Buffer.from(value).toString('hex')}'`,
  nonFinite: (value) => (Number.isNaN(value) ? 'NULL' : value > 0 ? '9e999' : '-9e999'),
  // As the values of such columns are stored
  moment: (value) => String(value.getTime()),
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
    single: (value) => value,
    double: (value) => value,
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

/** Text that names its offset from UTC. */
const isZonedText = (c: string): string =>
  `(${c} GLOB '*Z' OR ${c} GLOB '*:*[+-][0-9][0-9]:[0-9][0-9]' OR ${c} GLOB '*:*[+-][0-9][0-9][0-9][0-9]' OR ${c} GLOB '*:*[+-][0-9][0-9]')`

/** Milliseconds by which the offset that a text names is ahead of UTC. */
const offsetMillis = (c: string): string => {
  const digits = `replace(${c}, ':', '')`
  const sign = (length: number) => `substr(${digits}, -${length}, 1)`
  const number = (from: number) => `CAST(substr(${digits}, -${from}, 2) AS INTEGER)`
  const signed = (length: number, minutes: string) =>
    `WHEN ${sign(length)} IN ('+', '-') THEN (CASE ${sign(length)} WHEN '-' THEN -60000 ELSE 60000 END) * (${minutes})`
  return `CASE ${signed(5, `${number(4)} * 60 + ${number(2)}`)} ${signed(3, `${number(2)} * 60`)} ELSE 0 END`
}

/**
 * Milliseconds since the epoch, whatever a value is stored as: text (cut behind the third digit, as records are; as if it
 * were UTC unless it names its offset), a Julian day (REAL) or milliseconds.
 */
const comparableTimestamp = (c: string): string =>
  `CASE typeof(${c}) WHEN 'text' THEN CAST(strftime('%s', substr(${c}, 1, 19)) AS INTEGER) * 1000 + ` +
  `CASE substr(${c}, 20, 1) WHEN '.' THEN CAST(substr(substr(${c}, 21, 3) || '000', 1, 3) AS INTEGER) ELSE 0 END - ` +
  `CASE WHEN ${isZonedText(c)} THEN ${offsetMillis(c)} ELSE 0 END ` +
  `WHEN 'real' THEN CAST(round((${c} - 2440587.5) * 86400000.0) AS INTEGER) ELSE ${c} END`

/** Text without an offset holds local time: it is compared with local time. */
const boundTimestamp: Dialect['boundTimestamp'] = (c, nanos, zone, bind) => {
  const instant = nanos / 1_000_000n
  if (zone.utc) return bind(instant)
  const local = instant + BigInt(zone.offsetAt(Number(instant)))
  return `CASE WHEN typeof(${c}) = 'text' AND NOT ${isZonedText(c)} THEN ${bind(local)} ELSE ${bind(instant)} END`
}

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
  boundTimestamp,

  placeholder,
  ...statements(() => placeholder),
  upsert: (table, columns, { quote, rows = 1 }) =>
    insertInto('INSERT OR REPLACE INTO', table, columns, quote, rows, placeholder),
  ...definitions(ddl),
  // One column for each statement
  addColumns: (table, columns, quote) =>
    columns.map((column) => `ALTER TABLE ${tableText(table, quote)} ADD ${columnText(column, quote, ddl)}`),
  bind,
}
