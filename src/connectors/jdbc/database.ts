/** A connection to a database, the same for every driver. Not for use by two at once: await each call before the next. */
import type { WireRows } from './wire-rows.ts'

/** The JDBC type (java.sql.Types) that the JVM's driver reports for a column. */
export type JdbcType =
  | 'bit'
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'real'
  | 'float'
  | 'double'
  | 'decimal'
  | 'numeric'
  | 'char'
  | 'varchar'
  | 'longvarchar'
  | 'nchar'
  | 'nvarchar'
  | 'longnvarchar'
  | 'clob'
  | 'nclob'
  | 'datalink'
  | 'sqlxml'
  | 'binary'
  | 'varbinary'
  | 'longvarbinary'
  | 'blob'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'time_with_timezone'
  | 'timestamp_with_timezone'
  | 'array'
  | 'struct'
  | 'distinct'
  | 'null'
  | 'other'

/** A column of a result, as the JVM's ResultSetMetaData tells it. */
export interface ResultColumn {
  /** The label: the alias where there is one. */
  readonly name: string
  readonly jdbcType: JdbcType
  /** The database's own name of the type, such as `timestamptz` or `BIGINT UNSIGNED`. */
  readonly typeName: string
  readonly precision: number
  readonly scale: number
  /** Null: not known, as for expressions. */
  readonly nullable: boolean | null
  readonly autoIncrement: boolean
  readonly signed: boolean
}

/** A column of a table. */
export interface TableColumn extends ResultColumn {
  readonly nullable: boolean
  readonly primaryKey: boolean
}

/**
 * A value as a driver gives it. pg: text as the server writes it. mysql2: number, text (64-bit integers, decimals, dates),
 * Buffer. SQLite: number (REAL), bigint (INTEGER), text, Uint8Array. Null everywhere.
 */
export type RawValue = string | number | bigint | Uint8Array | null
export type Row = readonly RawValue[]

/** What may be bound to a placeholder. Booleans only where the dialect's binder makes them. */
export type Parameter = string | number | bigint | boolean | Buffer | null

export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

/** A result that is read in steps, with constant memory. Nothing else may be asked of the connection until it is closed. */
export interface RowStream {
  readonly columns: readonly ResultColumn[]
  /** The next rows, at most about `most`; empty at the end. The rows are the caller's. */
  read(most: number): Promise<readonly Row[]>
  /** Instead of `read`, of drivers that can: the next rows as they came, some hundred; undefined at the end. */
  readWire?(): Promise<WireRows | undefined>
  /** Lets go of the rest. Safe to call at any time, more than once. */
  close(): Promise<void>
}

export interface ExecuteOptions {
  /** Nothing else is done between `begin` and `commit`: by itself a statement is a transaction, with fewer round trips. */
  readonly isAll?: boolean
}

export interface Database {
  /** Runs one statement and gives all of its rows. @throws DatabaseError, as all of these */
  query(sql: string, parameters?: readonly Parameter[]): Promise<QueryResult>
  /** Runs one statement. @returns how many rows it changed */
  execute(sql: string, parameters?: readonly Parameter[], options?: ExecuteOptions): Promise<number>
  /** Runs one statement once for each list of parameters, in order, in as few round trips as the driver can. @returns rows changed, all together */
  executeMany(sql: string, rows: readonly (readonly Parameter[])[]): Promise<number>
  /** Runs a query and opens its result. */
  stream(sql: string, parameters?: readonly Parameter[]): Promise<RowStream>
  /** The columns that a query would have, without running it. */
  describe(sql: string): Promise<readonly ResultColumn[]>
  begin(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Whether it can still be used: false after the connection broke or was closed. */
  readonly usable: boolean
  /** Closes it; a statement under way is cut off. Never throws. */
  close(): Promise<void>
}
