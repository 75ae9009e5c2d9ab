import type { SinkRecord } from '../../../plugin/record.ts'
import type { BindZones, ConnectionSettings, Dialect, Quote } from '../dialect.ts'

export type InsertMode = 'insert' | 'upsert' | 'update'
export type PkMode = 'none' | 'kafka' | 'record_key' | 'record_value' | 'record_header'

/** Whose connector is stood in for. */
export type SinkVendor = 'confluent' | 'aiven' | 'debezium'

/** What the sink task works by, whichever vendor's config it was read from. */
export interface SinkSettings {
  readonly vendor: SinkVendor
  readonly dialect: Dialect
  readonly connection: ConnectionSettings
  /** Per connection, at least 1. */
  readonly connectionAttempts: number
  readonly connectionBackoffMs: number
  readonly insertMode: InsertMode
  readonly pkMode: PkMode
  readonly pkFields: readonly string[]
  /** Whether a value's field, other than those of the key, is written. */
  readonly keepsField: (topic: string, field: string) => boolean
  /** Most rows of one statement or batch. */
  readonly batchSize: number
  readonly deleteEnabled: boolean
  readonly truncateEnabled: boolean
  readonly autoCreate: boolean
  readonly autoEvolve: boolean
  readonly replaceNullWithDefault: boolean
  /** Column of values that are a plain String. Null: such values are refused. */
  readonly stringColumn: string | null
  /** int64 and String fields that are written as timestamps. */
  readonly timestampFields: ReadonlySet<string>
  readonly timestampUnit: 'microseconds' | 'nanoseconds'
  /** Name of the table, `[catalog.][schema.]table`, for a record. */
  readonly tableName: (record: SinkRecord) => string
  readonly quote: Quote
  readonly zones: BindZones
  readonly maxRetries: number
  readonly retryBackoffMs: number
  /** Keeps Kafka's offsets in the target database, in the transaction that writes the rows. Null: offsets are Kafka's. */
  readonly offsetTable: string | null
}
