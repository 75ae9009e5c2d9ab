import { decimalScale } from '../../../data/logical-types.ts'
import type { Schema } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Database, ResultColumn, TableColumn } from '../database.ts'
import type { BindZones, Dialect, FoundTable, NewColumn, TableFilter } from '../dialect.ts'
import { openMysql } from '../drivers/mysql2.ts'
import { nameParts, type TableId, tableText } from '../table-id.ts'
import { UTC, type Zone } from '../zone.ts'
import { binderFor } from './bind-values.ts'
import { mysqlReader } from './mysql-reader.ts'
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
import { deleteOne, insertInto, updateOne } from './statements.ts'
import { dateText, nanosText, parseTime, timestampText, timeText } from './temporal.ts'

const QUOTE = '`'
const placeholder = (): string => '?'

const columnType = ({ schema, asTimestamp }: NewColumn): string => {
  if (asTimestamp) return 'DATETIME(6)'
  // 30 digits behind the point are the most that MySQL knows.
  if (isDecimal(schema)) return `DECIMAL(65,${Math.min(30, Math.max(0, decimalScale(schema)))})`
  if (isDate(schema)) return 'DATE'
  if (isTime(schema)) return 'TIME(3)'
  if (isTimestamp(schema)) return 'DATETIME(3)'
  switch (schema.type) {
    case 'int8':
    case 'boolean':
      return 'TINYINT'
    case 'int16':
      return 'SMALLINT'
    case 'int32':
      return 'INT'
    case 'int64':
      return 'BIGINT'
    case 'float32':
      return 'FLOAT'
    case 'float64':
      return 'DOUBLE'
    case 'string':
      return 'TEXT'
    case 'bytes':
      return 'VARBINARY(1024)'
    default:
      throw noColumnType(schema, '')
  }
}

const ddl: DdlRules = {
  columnType,
  booleans: ['0', '1'],
  text: (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
  bytes: (value) => `X'${Buffer.from(value).toString('hex')}'`,
}

/** A column of type TIMESTAMP holds an instant, which this session says in UTC; DATETIME holds what was written. */
const zoneOf = (column: ResultColumn | undefined, zone: Zone): Zone => (column?.typeName === 'TIMESTAMP' ? UTC : zone)

const bind = (schema: Schema, zones: BindZones, column?: ResultColumn) => {
  const zone = zoneOf(column, zones.timestamp)
  return binderFor(schema, {
    date: (value) => dateText(value.getTime(), zones.date),
    time: (value) => timeText(value.getTime(), zones.timestamp),
    timestamp: (value) => timestampText(value.getTime(), zone),
    boolean: (value) => (value ? 1 : 0),
    integer: (value) => value,
    long: String,
    float: (value) => value,
  })
}

const TYPES: Readonly<Record<string, string>> = { TABLE: 'BASE TABLE', VIEW: 'VIEW', 'SYSTEM TABLE': 'SYSTEM VIEW' }

const listTables = async (db: Database, { catalog, types }: TableFilter): Promise<TableId[]> => {
  const kinds = types.flatMap((type) => TYPES[type.toUpperCase()] ?? [])
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
  const quoted = tableText(id, (name) => QUOTE + name.replaceAll(QUOTE, QUOTE + QUOTE) + QUOTE)
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
  insert: (table, columns, { quote, rows = 1 }) => insertInto('INSERT INTO', table, columns, quote, rows, placeholder),
  upsert: (table, columns, { quote, rows = 1 }) => {
    const set = (columns.others.length === 0 ? columns.keys : columns.others)
      .map((name) => `${quote(name)}=values(${quote(name)})`)
      .join(',')
    return `${insertInto('insert into', table, columns, quote, rows, placeholder)} on duplicate key update ${set}`
  },
  update: (table, columns, { quote }) => updateOne(table, columns, quote, placeholder),
  delete: (table, keys, { quote }) => deleteOne(table, keys, quote, placeholder),
  columnType,
  createTable: (table, columns, quote) => createTableText(table, columns, quote, ddl),
  addColumns: (table, columns, quote) => [
    `ALTER TABLE ${tableText(table, quote)} \n${columns.map((column) => `ADD ${columnText(column, quote, ddl)}`).join(',\n')}`,
  ],
  bind,
}
