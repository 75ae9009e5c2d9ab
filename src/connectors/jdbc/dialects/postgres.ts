import type { Schema } from '../../../data/schema.ts'
import type { Database, Parameter, ResultColumn, TableColumn } from '../database.ts'
import type { Binder, BindZones, Dialect, FoundTable, NewColumn, TableFilter } from '../dialect.ts'
import { openPg } from '../drivers/pg.ts'
import { columnOf } from '../drivers/pg-types.ts'
import { nameParts, type TableId } from '../table-id.ts'
import type { Zone } from '../zone.ts'
import { binderFor, shortest } from './bind-values.ts'
import { type ColumnTypes, type DdlRules, definitions, noColumnType, typeFrom } from './new-columns.ts'
import { insertByColumns, onConflict } from './postgres-arrays.ts'
import { postgresReader } from './postgres-reader.ts'
import { insertInto, type Placeholder, statements } from './statements.ts'
import { dateText, nanosText, offsetText, parseTime, timestampText, timeText } from './temporal.ts'

const QUOTE = '"'

/** Types whose parameters need a cast, since text alone would not become them. */
const CAST = new Set(['json', 'jsonb', 'uuid'])

const castingTo = (columns: readonly TableColumn[] = []): Placeholder => {
  const casts = new Map(
    columns.flatMap(({ name, typeName }) => (CAST.has(typeName) ? [[name, typeName] as const] : [])),
  )
  return (index, column) => (casts.has(column) ? `$${index}::${casts.get(column)}` : `$${index}`)
}

const TYPES: ColumnTypes = {
  int8: 'SMALLINT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
  float32: 'REAL',
  float64: 'DOUBLE PRECISION',
  boolean: 'BOOLEAN',
  string: 'TEXT',
  bytes: 'BYTEA',
  decimal: 'DECIMAL',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
}

const columnType = ({ schema, asTimestamp }: NewColumn): string => {
  if (asTimestamp) return 'TIMESTAMP'
  const element = schema.type === 'array' ? schema.valueSchema : null
  const type = typeFrom(TYPES, element ?? schema)
  if (type === undefined) throw noColumnType(schema, '')
  return element === null ? type : `${type}[]`
}

const ddl: DdlRules = {
  columnType,
  booleans: ['FALSE', 'TRUE'],
  text: (value) => `'${value.replaceAll("'", "''")}'`,
  bytes: (value) => `'\\x${Buffer.from(value).toString('hex')}'`,
  nonFinite: (value) => `'${value}'`,
}

const arrayBinder =
  (element: Binder): Binder =>
  (value) =>
    Array.isArray(value) ? `{${value.map((each) => elementText(element(each))).join(',')}}` : null

const elementText = (value: Parameter): string => {
  if (value === null) return 'NULL'
  const text = Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value)
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? text
    : `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** JavaScript's text of -0 has no sign. */
const signed = (value: number): Parameter => (Object.is(value, -0) ? '-0' : value)

const FLOATS = /^_?float[48]$/

const bind = (schema: Schema, zones: BindZones, column?: ResultColumn): Binder =>
  binderFor(schema, {
    date: (value) => dateText(value.getTime(), zones.date),
    time: (value) => timeText(value.getTime(), zones.timestamp) + offsetText(value.getTime(), zones.timestamp),
    timestamp: (value) => withOffset(timestampText(value.getTime(), zones.timestamp), value.getTime(), zones.timestamp),
    boolean: (value) => value,
    integer: (value) => value,
    long: (value) => value,
    // The server makes numeric and text of a float4 by its shortest digits
    single: column === undefined || FLOATS.test(column.typeName) ? signed : (value) => signed(shortest(value)),
    double: signed,
    array: (array) => arrayBinder(bind(array.valueSchema as Schema, zones, column)),
  })

/** Columns without a zone ignore the offset, others heed it: the same parameter serves for both. */
const withOffset = (text: string, instant: number, zone: Zone): string =>
  text.endsWith(' BC') ? `${text.slice(0, -3)}${offsetText(instant, zone)} BC` : text + offsetText(instant, zone)

const KINDS: Readonly<Record<string, string>> = {
  TABLE: `c.relkind = 'r' AND NOT c.relispartition`,
  VIEW: `c.relkind = 'v'`,
  'MATERIALIZED VIEW': `c.relkind = 'm'`,
  'PARTITIONED TABLE': `c.relkind = 'p'`,
  'FOREIGN TABLE': `c.relkind = 'f'`,
}

/** Names have 63 bytes at most; what is longer is cut between two characters. */
const MOST_NAME_BYTES = 63

const cutName = (name: string): string => {
  if (Buffer.byteLength(name) <= MOST_NAME_BYTES) return name
  let cut = ''
  let bytes = 0
  for (const char of name) {
    bytes += Buffer.byteLength(char)
    if (bytes > MOST_NAME_BYTES) break
    cut += char
  }
  return cut
}

const SYSTEM_SCHEMAS = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`

const listTables = async (db: Database, { catalog, schemaPattern, types }: TableFilter): Promise<TableId[]> => {
  const conditions = types.flatMap((type) => {
    const upper = type.toUpperCase()
    if (upper === 'SYSTEM TABLE') return [`(c.relkind = 'r' AND n.nspname IN ('pg_catalog', 'information_schema'))`]
    // pgjdbc counts partitions among the tables.
    if (upper === 'TABLE') return [`(c.relkind = 'r' AND ${SYSTEM_SCHEMAS})`]
    const kind = KINDS[upper]
    return kind === undefined ? [] : [`(${kind} AND ${SYSTEM_SCHEMAS})`]
  })
  if (conditions.length === 0) return []
  const { rows } = await db.query(
    `SELECT current_database(), n.nspname, c.relname FROM pg_catalog.pg_class c ` +
      `JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ` +
      `WHERE (${conditions.join(' OR ')}) AND ($1::text IS NULL OR n.nspname LIKE $1) ` +
      `AND ($2::text IS NULL OR current_database() = $2) ORDER BY c.relkind = 'v', n.nspname, c.relname`,
    [schemaPattern, catalog === '' ? null : catalog],
  )
  return rows.map(([database, schema, table]) => ({
    catalog: String(database),
    schema: String(schema),
    table: String(table),
  }))
}

const describeTable = async (db: Database, table: TableId): Promise<FoundTable | undefined> => {
  const { rows: found } = await db.query(
    `SELECT c.oid, current_database(), n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class c ` +
      `JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1 AND c.relkind IN ('r','p','v','m','f') ` +
      `AND CASE WHEN $2::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = $2 END ` +
      `AND ($3::text IS NULL OR current_database() = $3)`,
    [table.table, table.schema, table.catalog],
  )
  const first = found[0]
  if (first === undefined) return undefined
  const [oid = null, catalog, schema, name, kind] = first
  const { rows } = await db.query(
    `SELECT a.attname, t.typname, t.typtype, t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A', a.atttypmod, ` +
      `a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), ` +
      `a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%', false), ` +
      `coalesce(array_position(i.indkey::int2[], a.attnum), -1) ` +
      `FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid ` +
      `LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum ` +
      `LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary ` +
      `WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [String(oid)],
  )
  const keys: [number, string][] = []
  const columns = rows.map(([column, type, typeKind, array, modifier, notNull, generated, key]): TableColumn => {
    const primaryKey = Number(key) >= 0
    if (primaryKey) keys.push([Number(key), String(column)])
    const described = columnOf(
      String(column),
      { name: String(type), kind: String(typeKind), array: array === 't' },
      Number(modifier),
      { notNull: notNull === 't', generated: generated === 't' },
    )
    return { ...described, nullable: notNull !== 't', primaryKey }
  })
  return {
    id: { catalog: String(catalog), schema: String(schema), table: String(name) },
    type:
      kind === 'v'
        ? 'VIEW'
        : kind === 'm'
          ? 'MATERIALIZED VIEW'
          : kind === 'p'
            ? 'PARTITIONED TABLE'
            : kind === 'f'
              ? 'FOREIGN TABLE'
              : 'TABLE',
    columns,
    primaryKey: keys.sort(([a], [b]) => a - b).map(([, column]) => column),
  }
}

export const postgres: Dialect = {
  name: 'PostgreSqlDatabaseDialect',
  product: 'PostgreSQL',
  quoteChar: QUOTE,
  mostParameters: 65_535,
  open: openPg,

  parseTable: (text) => {
    const parts = nameParts(text, QUOTE)
    return { catalog: parts.at(-3) ?? null, schema: parts.at(-2) ?? null, table: parts.at(-1) ?? '' }
  },
  storedName: (name, quoted) => cutName(quoted ? name : name.toLowerCase()),
  home: async (db) => {
    const { rows } = await db.query('SELECT current_database(), current_schema()')
    const [catalog = null, schema = null] = rows[0] ?? []
    return {
      catalog: catalog === null ? null : String(catalog),
      schema: schema === null ? null : String(schema),
      table: '',
    }
  },
  listTables,
  describeTable,
  currentTime: async (db) => {
    const { rows } = await db.query('SELECT CURRENT_TIMESTAMP')
    const parsed = parseTime(String(rows[0]?.[0]))
    if (parsed === undefined) throw new Error(`PostgreSQL tells no time: ${rows[0]?.[0]}`)
    return BigInt(parsed.local - (parsed.offset ?? 0)) * 1_000_000n + BigInt(parsed.nanos)
  },

  columnReader: postgresReader,
  bindInstant: (nanos, zone) => withOffset(nanosText(nanos, zone, 9), Number(nanos / 1_000_000n), zone),
  comparableTimestamp: (column) => column,

  placeholder: (index) => `$${index}`,
  ...statements(castingTo),
  upsert: (table, columns, { quote, rows = 1, columns: known }) =>
    `${insertInto('INSERT INTO', table, columns, quote, rows, castingTo(known))} ${onConflict(columns, quote)}`,
  insertByColumns: (table, columns, schemas, options) => insertByColumns(table, columns, schemas, options, ''),
  upsertByColumns: (table, columns, schemas, options) =>
    insertByColumns(table, columns, schemas, options, onConflict(columns, options.quote)),
  ...definitions(ddl),
  bind,
}
