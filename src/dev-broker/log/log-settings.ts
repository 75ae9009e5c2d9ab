import type { LazyCodecs } from '../lazy-codecs.ts'

/** What the log of a partition needs of its topic's settings. -1 is "no limit". */
export interface LogSettings {
  readonly deletes: boolean
  readonly compacts: boolean
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly maxMessageBytes: number
  /** A timestamp may be so far in the future. */
  readonly maxTimestampAheadMs: number
  readonly logAppendTime: boolean
  /** How long a compacted log keeps a record without a value. */
  readonly deleteRetentionMs: number
}

/** How a log is kept, the same for all logs of a broker. */
export interface LogKeeping {
  /** Most bytes of a segment, whatever the topic says: what is deleted, compacted or scanned at once stays small. */
  readonly maxSegmentBytes: number
  readonly fsync: boolean
  readonly now: () => number
  /** For what must be read record by record: who asks for that loads them first. */
  readonly codecs: LazyCodecs
  readonly log: (message: string) => void
  /** Bytes were added (or removed, when negative). */
  readonly onSize: (bytes: number) => void
}
