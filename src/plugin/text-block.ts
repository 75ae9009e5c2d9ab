import type { OffsetFields, SourceRecord } from './record.ts'

/**
 * Records of one source partition that differ only in their text and their offset, and that nobody has made yet: the bytes
 * of a text can go into the record batch as they are. Stands until the next poll.
 */
export interface TextBlock {
  /** How many records. */
  readonly length: number
  /** Valid UTF-8 from each start to its end. */
  readonly bytes: Buffer
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly sourcePartition: OffsetFields | null
  /** Where to go on after a record. */
  offsetAfter(index: number): OffsetFields | null
  /** A record as anybody knows it; with `text`, if that is given, instead of its own. */
  record(index: number, text?: string): SourceRecord
}

export type Polled = readonly SourceRecord[] | TextBlock

export const isTextBlock = (polled: Polled): polled is TextBlock => 'starts' in polled
