import type { Headers } from '../data/headers.ts'
import type { Schema } from '../data/schema.ts'

/**
 * What source and sink records have in common: the part that transforms and predicates see.
 *
 * A record is never changed after it was handed on: a transform returns a new one (`{ ...record, value }`) or the same.
 * `partition` null lets the producer choose. `timestamp` is milliseconds since the epoch, null for none.
 */
export interface ConnectRecord {
  readonly topic: string
  readonly partition: number | null
  readonly keySchema: Schema | null
  readonly key: unknown
  readonly valueSchema: Schema | null
  readonly value: unknown
  readonly timestamp: number | null
  readonly headers: Headers
}

/** A source partition or source offset: string keys, JSON-primitive values (string, number, bigint, boolean, null). */
export type OffsetFields = Readonly<Record<string, unknown>>

export interface SourceRecord extends ConnectRecord {
  /** Which part of the source this record came from, for example `{filename}`. */
  readonly sourcePartition: OffsetFields | null
  /** Where to go on after this record, for example `{position}`. */
  readonly sourceOffset: OffsetFields | null
}

export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime'

export interface SinkRecord extends ConnectRecord {
  readonly partition: number
  /** Kafka's offset. Exact to 2^53. */
  readonly offset: number
  readonly timestampType: TimestampType
  /** Where the record was consumed from, whatever transforms made of `topic` and `partition`. */
  readonly originalTopic: string
  readonly originalPartition: number
  readonly originalOffset: number
}
