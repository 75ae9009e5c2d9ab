import type { FieldForm } from '../../data/row-struct.ts'
import type { Schema } from '../../data/schema.ts'
import type { RawValue } from './database.ts'
import type { WireRows } from './wire-rows.ts'
import type { Zone } from './zone.ts'

export type NumericMapping = 'none' | 'precision_only' | 'best_fit' | 'best_fit_eager_double'

export type TimestampGranularity =
  | 'connect_logical'
  | 'micros_long'
  | 'micros_string'
  | 'micros_iso_datetime_string'
  | 'nanos_long'
  | 'nanos_string'
  | 'nanos_iso_datetime_string'

/** Whose connector is stood in for: they differ in details. */
export type Flavour = 'confluent' | 'aiven'

export interface ReaderOptions {
  readonly flavour: Flavour
  readonly numericMapping: NumericMapping
  readonly granularity: TimestampGranularity
  /** In which dates and times without a zone are meant. */
  readonly zone: Zone
}

/** A moment, exact to the nanosecond, without big integers: they would cost more than all the rest. */
export interface Instant {
  /** Milliseconds since the epoch, whole. */
  readonly millis: number
  /** Of the second, 0..999,999,999. */
  readonly nanos: number
}

/** A value out of the bytes that the server sent; never called with null. */
export type WireReader = (rows: WireRows, at: number, length: number) => unknown

/** How values of a column stand in rows that are written without being made into values. */
export interface RowForm {
  readonly form: FieldForm
  /** Whether a value stands so. What belongs to it beside its text is put into `numbers[slot]`. */
  readonly fits: (bytes: Buffer, at: number, length: number, numbers: Float64Array, slot: number) => boolean
}

/** A column's schema and how its values are made. */
export interface ColumnReader {
  readonly schema: Schema
  /** Never called with null. */
  readonly read: (raw: NonNullable<RawValue>) => unknown
  /** The same value; only of databases whose driver gives rows as they came. */
  readonly readWire?: WireReader
  /** Only beside `readWire`, and not of every type. */
  readonly rowForm?: RowForm
  /** Only of timestamps and dates. */
  readonly instant?: (raw: NonNullable<RawValue>) => Instant
}
