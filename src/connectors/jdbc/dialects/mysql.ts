import { decimalScale } from '../../../data/logical-types.ts'
import { type Schema, schemaWith } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Database, ResultColumn, TableColumn } from '../database.ts'
import type { BindZones, Dialect, FoundTable, NewColumn, Quote, TableFilter } from '../dialect.ts'
import { openMysql } from '../drivers/mysql2.ts'
import { nameParts, quoteWith, type TableId, tableText } from '../table-id.ts'
import { UTC, type Zone } from '../zone.ts'
import { binderFor, shortest } from './bind-values.ts'
import { mysqlReader } from './mysql-reader.ts'
import { type ColumnTypes, columnText, type DdlRules, definitions, noColumnType, typeFrom } from './new-columns.ts'
import { insertInto, statements } from './statements.ts'
import { dateText, nanosText, parseTime, timestampText, timeText } from './temporal.ts'

const QUOTE = '`'
const placeholder = (): string => '?'

const TYPES: ColumnTypes = {
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  boolean: 'TINYINT',
  string: 'TEXT',
  bytes: 'VARBINARY(1024)',
  // 30 digits behind the point are the most that MySQL knows.
  decimal: (schema) => `DECIMAL(65,${Math.min(30, Math.max(0, decimalScale(schema)))})`,
  date: 'DATE',
  time: 'TIME(3)',
  timestamp: 'DATETIME(3)',
}

const columnType = ({ schema, asTimestamp }: NewColumn): string => {
  const type = asTimestamp ? 'DATETIME(6)' : typeFrom(TYPES, schema)
  if (type === undefined) throw noColumnType(schema, '')
  return type
}

const hex = (value: Uint8Array): string => `X'${Buffer.from(value).toString('hex')}'`

const utf8 = (value: string): string => `CONVERT(${hex(Buffer.from(value))} USING utf8mb4)`

const ddl: DdlRules = {
  columnType,
  booleans: ['0', '1'],
  // In brackets it is an expression: columns of type TEXT have no other defaults. Bytes, since backslashes depend on sql_mode
  text: (value) => (value.includes('\\') ? `(${utf8(value)})` : `('${value.replaceAll("'", "''")}')`),
  bytes: hex,
  // MySQL has none of them
  nonFinite: () => 'NULL',
}

/**
 * MySQL adds no column whose default is an expression where it replicates by GTID; MariaDB, which alone reads such a comment,
 * does. As bytes, so that no value ends the comment.
 */
const addedColumn = (column: NewColumn, quote: Quote): string => {
  const { default: value, type } = column.schema
  if (type !== 'string' || typeof value !== 'string') return columnText(column, quote, ddl)
  const schema = schemaWith(column.schema, { default: undefined, optional: true })
  return `${columnText({ ...column, schema }, quote, ddl)} /*M! DEFAULT (${utf8(value)}) */`
}

/** A column of type TIMESTAMP holds an instant, which this session says in UTC; DATETIME holds what was written. */
const zoneOf = (column: ResultColumn | undefined, zone: Zone): Zone => (column?.typeName === 'TIMESTAMP' ? UTC : zone)

const bits = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

const bind = (schema: Schema, zones: BindZones, column?: ResultColumn) => {
  const zone = zoneOf(column, zones.timestamp)
  return binderFor(schema, {
    date: (value) => dateText(value.getTime(), zones.date),
    time: (value) => timeText(value.getTime(), zones.timestamp),
    timestamp: (value) => timestampText(value.getTime(), zone),
    boolean: (value) => (value ? 1 : 0),
    integer: (value) => value,
    // As a number it would turn into 1e15 in a column of text; as text it would be bits by its characters
    long: column?.typeName === 'BIT' ? bits : String,
    // Columns of other types than its own take what the JVM's driver writes, which is text
    single: column === undefined || column.typeName.startsWith('FLOAT') ? (value) => value : shortest,
    double: (value) => value,
  })
}

const KINDS: Readonly<Record<string, string>> = { TABLE: 'BASE TABLE', VIEW: 'VIEW', 'SYSTEM TABLE': 'SYSTEM VIEW' }

const listTables = async (db: Database, { catalog, types }: TableFilter): Promise<TableId[]> => {
  const kinds = types.flatMap((type) => KINDS[type.toUpperCase()] ?? [])
  if (kinds.length === 0) return []
  const { rows } = await db.query(
    `SELECT table_schema, table_name FROM information_schema.tables WHERE table_type IN (${kinds.map(placeholder).join(',')}) ` +
      `AND table_schema = coalesce(?, database()) ORDER BY table_type, table_schema, table_name`,
    [...kinds, catalog === '' ? null : catalog],
  )
  return rows.map(([schema, table]) => ({ catalog: String(schema), schema: null, table: String(table) }))
}

const describeTable = async (db: Database, { catalog, schema, table }: TableId): Promise<FoundTable | undefined> => {
  const { rows } = await db.query(
    'SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema = coalesce(?, database()) AND table_name = ?',
    [catalog ?? schema, table],
  )
  const [found] = rows
  if (found === undefined) return undefined
  const id = { catalog: String(found[0]), schema: null, table: String(found[1]) }
  const quoted = tableText(id, quoteWith(QUOTE))
  const columns = await db.describe(`SELECT * FROM ${quoted}`)
  const { rows: keys } = await db.query(
    `SELECT column_name FROM information_schema.key_column_usage WHERE constraint_name = 'PRIMARY' AND table_schema = ? AND table_name = ? ORDER BY ordinal_position`,
    [id.catalog, id.table],
  )
  const primaryKey = keys.map(([name]) => String(name))
  return {
    id,
    type: found[2] === 'BASE TABLE' ? 'TABLE' : String(found[2]),
    columns: columns.map(
      (column): TableColumn => ({
        ...column,
        nullable: column.nullable ?? true,
        primaryKey: primaryKey.includes(column.name),
      }),
    ),
    primaryKey,
  }
}

export const mysql: Dialect = {
  name: 'MySqlDatabaseDialect',
  product: 'MySQL',
  quoteChar: QUOTE,
  ddlCommits: true,
  mostParameters: 65_535,
  open: openMysql,

  parseTable: (text) => {
    const parts = nameParts(text, QUOTE)
    return { catalog: parts.at(-2) ?? null, schema: null, table: parts.at(-1) ?? '' }
  },
  home: async (db) => {
    const { rows } = await db.query('SELECT database()')
    const [catalog = null] = rows[0] ?? []
    return { catalog: catalog === null ? null : String(catalog), schema: null, table: '' }
  },
  listTables,
  describeTable,
  currentTime: async (db, zone, column) => {
    // DATETIME columns usually hold the server's local time: the same clock has to be asked.
    const instant = column === undefined || column.typeName === 'TIMESTAMP'
    const { rows } = await db.query(
      instant
        ? 'SELECT UTC_TIMESTAMP(6)'
        : `SELECT coalesce(CONVERT_TZ(UTC_TIMESTAMP(6), '+00:00', @@global.time_zone), UTC_TIMESTAMP(6))`,
    )
    const parsed = parseTime(String(rows[0]?.[0]))
    if (parsed === undefined) throw new ConnectError(`MySQL tells no time: ${rows[0]?.[0]}`)
    const millis = instant ? parsed.local : zone.toInstant(parsed.local)
    return BigInt(millis) * 1_000_000n + BigInt(parsed.nanos)
  },

  columnReader: mysqlReader,
  bindInstant: (nanos, zone, column) => nanosText(nanos, zoneOf(column, zone), 6),
  comparableTimestamp: (column) => column,

  placeholder,
  ...statements(() => placeholder),
  upsert: (table, columns, { quote, rows = 1 }) => {
    const set = (columns.others.length === 0 ? columns.keys : columns.others)
      .map((name) => `${quote(name)}=values(${quote(name)})`)
      .join(',')
    return `${insertInto('insert into', table, columns, quote, rows, placeholder)} on duplicate key update ${set}`
  },
  ...definitions(ddl),
  addColumns: (table, columns, quote) => [
    `ALTER TABLE ${tableText(table, quote)} \n${columns.map((column) => `ADD ${addedColumn(column, quote)}`).join(',\n')}`,
  ],
  bind,
}
