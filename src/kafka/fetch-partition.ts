import type { ReadOptions, RecordBatch } from '../protocol/record-batch-reader.ts'
import { readBatches } from '../protocol/record-batch-reader.ts'
import type { RecordCursor } from '../protocol/record-cursor.ts'

export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime'

/** A record as fetched: key, value and header values are views on the fetch response. */
export interface FetchedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since the epoch; -1: none. */
  readonly timestamp: number
  readonly timestampType: TimestampType
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
}

/** What one fetch brought of a partition; its batches are decoded when their turn comes. */
interface Fetched {
  readonly batches: readonly RecordBatch[]
  readonly bytes: number
  next: number
}

/**
 * One assigned partition: where to fetch from, and what was fetched and not yet handed out. A seek throws both away and
 * makes fetches that are under way worthless (`epoch`).
 */
export class FetchPartition {
  readonly topic: string
  readonly partition: number
  /** Offset of the next fetch; null until it is known. */
  fetchOffset: number | null = null
  /** Asks for `max.partition.fetch.bytes` times this: a batch larger than that would else never come. */
  sizeFactor = 1
  /** Counts seeks. */
  epoch = 0
  paused = false
  /** No fetch before this time (`performance.now()`). */
  heldUntil = 0
  /** The end of the partition as the last fetch saw it; -1 before the first. */
  highWatermark = -1
  /** The next offset that `take` will hand out. */
  position = -1
  #fetched: Fetched[] = []
  #cursor: RecordCursor | null = null
  #batch: RecordBatch | null = null

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get bufferedBytes(): number {
    let bytes = 0
    for (const fetched of this.#fetched) bytes += fetched.bytes
    return bytes
  }

  get bufferedFetches(): number {
    return this.#fetched.length
  }

  seek(offset: number): void {
    this.fetchOffset = offset
    this.position = offset
    this.drop()
  }

  /** Forgets what was fetched. */
  drop(): void {
    this.epoch++
    this.#fetched = []
    this.#cursor = null
    this.#batch = null
  }

  /** Keeps a fetch response's records. @throws ProtocolError when they are damaged */
  add(records: Buffer | null, options: ReadOptions): void {
    if (records === null || records.length === 0) return
    const batches = [...readBatches(records, options)]
    const last = batches.at(-1)
    if (last === undefined) {
      this.sizeFactor *= 2
      return
    }
    this.sizeFactor = 1
    this.fetchOffset = last.lastOffset + 1
    this.#fetched.push({ batches, bytes: records.length, next: 0 })
  }

  /** Appends at most `max` records to `into`. @returns how many */
  take(max: number, into: FetchedRecord[]): number {
    let taken = 0
    while (taken < max) {
      const cursor = this.#cursor ?? this.#nextCursor()
      if (cursor === null) break
      if (!cursor.next()) {
        this.#endBatch()
        continue
      }
      const type = this.#batch!.timestampType === 'LOG_APPEND' ? 'LogAppendTime' : 'CreateTime'
      into.push({
        topic: this.topic,
        partition: this.partition,
        offset: cursor.offset,
        timestamp: cursor.timestamp,
        timestampType: cursor.timestamp === -1 ? 'NoTimestampType' : type,
        key: cursor.key(),
        value: cursor.value(),
        headers: cursor.headers(),
      })
      this.position = cursor.offset + 1
      taken++
    }
    return taken
  }

  #nextCursor(): RecordCursor | null {
    const fetched = this.#fetched[0]
    if (fetched === undefined) return null
    const batch = fetched.batches[fetched.next]
    if (batch === undefined) {
      this.#fetched.shift()
      return this.#nextCursor()
    }
    this.#batch = batch
    this.#cursor = batch.records()
    return this.#cursor
  }

  #endBatch(): void {
    this.position = Math.max(this.position, this.#batch!.lastOffset + 1)
    this.#fetched[0]!.next++
    this.#cursor = null
    if (this.#fetched[0]!.next >= this.#fetched[0]!.batches.length) this.#fetched.shift()
  }
}
