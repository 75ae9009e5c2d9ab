/**
 * How a database differs from others. One object per database (dialects/*.ts), chosen by `chooseDialect` from the JDBC URL
 * or from `dialect.name`.
 *
 * For whoever builds on this:
 *
 *     const dialect = chooseDialect(settings['connection.url'], settings['dialect.name'])     // choose-dialect.ts
 *     const db = await connect(dialect, connectionSettings, { attempts, backoffMs, signal, log })   // connect.ts: retries
 *     const table = dialect.parseTable('public.users')         // names are case-sensitive, parts may be quoted
 *     const found = await dialect.describeTable(db, table)     // undefined: no such table
 *     const write = dialect.upsert(table, { keys: ['id'], others: ['name'] }, { quote, rows: 500 })
 *     await db.begin(); await db.execute(write, parameters); await db.commit()
 *     dialect.bind(schema, zone)                               // compiled once per field: Connect value -> parameter
 *
 * Statements are text with placeholders (`$1` or `?`, made by `placeholder`), never with values in them. `quote` comes from
 * `quoting(dialect, 'ALWAYS' | 'NEVER')`. Rows of a multi-row statement bind row after row: keys first, then the others
 * (`update`: others first, then keys). Errors are {@link DatabaseError} whatever the driver: look at `kind`, and `mayPass`.
 * A connection is used by one at a time and is thrown away when `usable` is false; ask `connect` for another.
 */
import type { Password } from '../../config/define.ts'
import type { Schema } from '../../data/schema.ts'
import type { ColumnReader, ReaderOptions } from './column-reader.ts'
import type { Database, Parameter, ResultColumn, TableColumn } from './database.ts'
import { quoteWith, type TableId } from './table-id.ts'
import type { Zone } from './zone.ts'

/** How to get to a database. */
export interface ConnectionSettings {
  readonly url: string
  readonly user: string | null
  readonly password: Password | null
  /** Driver properties: what stands behind `connection.` in the config, besides the connector's own settings. */
  readonly properties: Readonly<Record<string, string>>
}

export type Quote = (name: string) => string

/** The columns of a statement, in the order of its parameters. */
export interface StatementColumns {
  readonly keys: readonly string[]
  readonly others: readonly string[]
}

export interface StatementOptions {
  readonly quote: Quote
  /** How many rows one statement writes. Default 1. */
  readonly rows?: number
  /** Columns that the table has: their types decide about casts (PostgreSQL's json, jsonb, uuid). */
  readonly columns?: readonly TableColumn[]
}

/** One statement for any number of rows: each parameter holds all values of a column. */
export interface ColumnStatement {
  readonly sql: string
  /** The parameter for a column's values, which are as {@link Dialect.bind} made them. */
  readonly array: (values: readonly Parameter[]) => Parameter
  /** The same in the database's own form, for the values of a column's schema; undefined: only as {@link array}. */
  readonly packed?: (index: number, zones: BindZones) => PackedColumn | undefined
}

/** Takes a column's values, Connect's own, one by one. */
export interface PackedColumn {
  /** @returns false for a value that has no such form: then all of the column have to go as an array */
  add(value: unknown): boolean
  /** Bytes so far. */
  readonly size: number
  /** The parameter for all that were added, to be sent before more are added; begins anew. */
  take(): Parameter
  /** Begins anew. */
  clear(): void
}

/** A column to be created. */
export interface NewColumn {
  readonly name: string
  readonly schema: Schema
  readonly primaryKey: boolean
  /** Written as a timestamp although its schema is int64 or string (`timestamp.fields.list`). */
  readonly asTimestamp?: boolean
}

export interface TableFilter {
  readonly catalog: string | null
  /** A LIKE pattern; '' only what has no schema, null all. */
  readonly schemaPattern: string | null
  /** Such as TABLE or VIEW. */
  readonly types: readonly string[]
}

export interface FoundTable {
  readonly id: TableId
  /** TABLE, VIEW, PARTITIONED TABLE ... */
  readonly type: string
  readonly columns: readonly TableColumn[]
  /** In the order of the key. Empty: none. */
  readonly primaryKey: readonly string[]
}

/** Gives a parameter for a value of a field; null stays null. */
export type Binder = (value: unknown) => Parameter

export interface Dialect {
  /** As in `dialect.name`, such as PostgreSqlDatabaseDialect. */
  readonly name: string
  /** How the product is called in texts for people. */
  readonly product: string
  /** Quote character of identifiers. */
  readonly quoteChar: string
  /** Most parameters that one statement may have. */
  readonly mostParameters: number
  /** Whether a definition (CREATE, ALTER) ends the transaction that it stands in. Default: it is a part of it. */
  readonly ddlCommits?: boolean
  /** Opens a connection, loading the driver. @throws DatabaseError, ConfigError when the URL or a property is unusable */
  open(connection: ConnectionSettings): Promise<Database>

  /** A name as the user wrote it, `[catalog.][schema.]table`. */
  parseTable(text: string): TableId
  /** What the database makes of a name in a definition: some fold what is not quoted, and cut what is too long. Default: as it is. */
  storedName?(name: string, quoted: boolean): string
  /** Where a table without a catalog or schema is looked for first; its `table` is empty. */
  home(db: Database): Promise<TableId>
  /** In the database's order of names. */
  listTables(db: Database, filter: TableFilter): Promise<readonly TableId[]>
  /** What the database knows of a table. Parts of the name that are null are looked up as the database does (search path). */
  describeTable(db: Database, table: TableId): Promise<FoundTable | undefined>
  /**
   * The current time of the database, as nanoseconds since the epoch: to compare with `column`, whose values without a zone
   * are read as of `zone`.
   */
  currentTime(db: Database, zone: Zone, column?: ResultColumn): Promise<bigint>

  /** Turns raw values of a result's column into Connect values; undefined: the column's type has no counterpart. */
  columnReader(column: ResultColumn, options: ReaderOptions): ColumnReader | undefined
  /** An instant (nanoseconds since the epoch) to compare with a column; undefined: not known, as a timestamp. */
  bindInstant(nanos: bigint, zone: Zone, column?: ResultColumn): Parameter

  /** An expression for a timestamp column that compares with what {@link bindInstant} gives. `column` is quoted. */
  comparableTimestamp(column: string): string
  /**
   * An instant to compare {@link comparableTimestamp} of `column` with, where one parameter does not do for all that the
   * column may hold. Default: `bind` of {@link bindInstant}.
   */
  boundTimestamp?(column: string, nanos: bigint, zone: Zone, bind: (value: Parameter) => string): string

  /** `$3` or `?`. `index` from 1. */
  placeholder(index: number): string
  insert(table: TableId, columns: StatementColumns, options: StatementOptions): string
  /** @throws ConnectError when the database has none */
  upsert(table: TableId, columns: StatementColumns, options: StatementOptions): string
  /**
   * The same by columns, keys first, then others. `schemas`: of their values. Undefined: this table's columns do not allow it.
   */
  insertByColumns?(
    table: TableId,
    columns: StatementColumns,
    schemas: readonly Schema[],
    options: StatementOptions,
  ): ColumnStatement | undefined
  upsertByColumns?(
    table: TableId,
    columns: StatementColumns,
    schemas: readonly Schema[],
    options: StatementOptions,
  ): ColumnStatement | undefined
  /** One row: binds the others first, then the keys. */
  update(table: TableId, columns: StatementColumns, options: StatementOptions): string
  /** One row by its keys. */
  delete(table: TableId, keys: readonly string[], options: StatementOptions): string
  /** The type of a new column. @throws ConnectError when there is none for this schema */
  columnType(column: NewColumn): string
  createTable(table: TableId, columns: readonly NewColumn[], quote: Quote): string
  /** One or more statements that add the columns. */
  addColumns(table: TableId, columns: readonly NewColumn[], quote: Quote): readonly string[]
  /** Compiles how values of a schema become parameters. `column`: the table's, where it is known. @throws ConnectError for types that cannot be bound */
  bind(schema: Schema, zones: BindZones, column?: ResultColumn): Binder
}

/** In which time zones logical values are written: dates by `date`, times and timestamps by `timestamp`. */
export interface BindZones {
  readonly date: Zone
  readonly timestamp: Zone
}

/** How names are written: in quotes, or as they are (`quote.sql.identifiers`). */
export const quoting = ({ quoteChar }: Dialect, method: string): Quote =>
  method.toUpperCase() === 'NEVER' ? (name) => name : quoteWith(quoteChar)
