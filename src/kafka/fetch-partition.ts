import type { ReadOptions, RecordBatch } from '../protocol/record-batch-reader.ts'
import { readBatches } from '../protocol/record-batch-reader.ts'
import { BatchRecordCursor, type RecordCursor } from '../protocol/record-cursor.ts'
import type { TextReader } from '../protocol/text-reader.ts'
import type { AnswerLease } from './answer-lease.ts'
import { BatchedRecord, type FetchedRecord, type TimestampType } from './fetched-record.ts'

/** What one fetch brought of a partition; its batches are decoded when their turn comes. */
interface Fetched {
  readonly batches: readonly RecordBatch[]
  readonly bytes: Buffer
  readonly lease: AnswerLease | undefined
  /** What records that were handed out are read with. */
  readonly texts: TextReader[]
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
  /** Of which all was handed out. */
  #used: Fetched[] = []
  #cursor: RecordCursor | null = null
  #batch: RecordBatch | null = null

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get bufferedBytes(): number {
    let bytes = 0
    for (const fetched of this.#fetched) bytes += fetched.bytes.length
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
    this.#used = []
    this.#cursor = null
    this.#batch = null
  }

  /** Keeps a fetch response's records. @throws ProtocolError when they are damaged */
  add(records: Buffer | null, options: ReadOptions, lease?: AnswerLease): void {
    if (records === null || records.length === 0) return
    const batches = [...readBatches(records, options)]
    const last = batches.at(-1)
    if (last === undefined) {
      this.sizeFactor *= 2
      return
    }
    this.sizeFactor = 1
    this.fetchOffset = last.lastOffset + 1
    lease?.use()
    this.#fetched.push({ batches, bytes: records, lease, texts: [], next: 0 })
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
      into.push(this.#recordAt(cursor))
      this.position = cursor.offset + 1
      taken++
    }
    return taken
  }

  #recordAt(cursor: RecordCursor): FetchedRecord {
    const { topic, partition } = this
    const type: TimestampType = this.#batch!.timestampType === 'LOG_APPEND' ? 'LogAppendTime' : 'CreateTime'
    if (cursor instanceof BatchRecordCursor) return new BatchedRecord(topic, partition, type, cursor)
    const { offset, timestamp } = cursor
    return {
      ...{ topic, partition, offset, timestamp, timestampType: timestamp === -1 ? 'NoTimestampType' : type },
      ...{ key: cursor.key(), value: cursor.value(), headers: cursor.headers() },
    }
  }

  /** Gives back the memory of records that nobody looks at any more: of all that were handed out. */
  release(): void {
    for (const { bytes, lease, texts } of this.#used) {
      if (lease === undefined) continue
      for (const text of texts) {
        if (!text.sharesMemory(bytes)) continue
        if (text.viewed) lease.keep()
        else text.close()
      }
      lease.done(bytes)
    }
    this.#used = []
  }

  #nextCursor(): RecordCursor | null {
    const fetched = this.#fetched[0]
    if (fetched === undefined) return null
    const batch = fetched.batches[fetched.next]
    if (batch === undefined) {
      this.#endFetched()
      return this.#nextCursor()
    }
    this.#batch = batch
    this.#cursor = batch.records()
    this.#noteReader(fetched)
    return this.#cursor
  }

  #noteReader({ texts, lease }: Fetched): void {
    if (!(this.#cursor instanceof BatchRecordCursor)) lease?.keep()
    else if (texts.at(-1) !== this.#cursor.texts) texts.push(this.#cursor.texts)
  }

  #endBatch(): void {
    const fetched = this.#fetched[0]!
    this.position = Math.max(this.position, this.#batch!.lastOffset + 1)
    fetched.next++
    this.#cursor = null
    this.#batch = null
    if (fetched.next >= fetched.batches.length) this.#endFetched()
  }

  #endFetched(): void {
    this.#used.push(this.#fetched.shift()!)
  }
}
