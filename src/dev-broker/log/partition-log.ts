import { batchLayout } from '../../protocol/record-batch-layout.ts'
import { readBatches } from '../../protocol/record-batch-reader.ts'
import { BrokerError } from '../broker-error.ts'
import { type BatchHeader, readBatchHeader } from './batch-header.ts'
import { checkBatch, requireKeys, stampTime } from './check-batch.ts'
import { compactSegments } from './compact.ts'
import { markerBatch } from './control-batch.ts'
import type { LogKeeping, LogSettings } from './log-settings.ts'
import type { LogStorage, OpenLog } from './log-storage.ts'
import { type AbortedRange, newProducerStates, type ProducerStates } from './producer-states.ts'
import { appendToSegment, batchesSince, readSegment, type Segment } from './segment.ts'

export interface Appended {
  readonly baseOffset: number
  /** -1 unless the topic takes the broker's time, or the batch was stored before. */
  readonly logAppendTime: number
}

export interface ReadLog {
  readonly records: Buffer
  /** Set for committed reads. */
  readonly aborted: readonly AbortedRange[] | null
}

export interface TimedOffset {
  readonly offset: number
  readonly timestamp: number
}

/** The log of one partition: segments of batches as they came, offsets assigned. All but `flush` is synchronous. */
export class PartitionLog {
  readonly topic: string
  readonly partition: number
  settings: LogSettings
  /** Called after each append, and when the partition goes away. */
  readonly waiters = new Set<() => void>()
  isDeleted = false
  readonly #keeping: LogKeeping
  readonly #storage: LogStorage
  #segments: Segment[]
  #producers: ProducerStates
  #startOffset: number
  #bytesAtCompaction = 0

  constructor(topic: string, partition: number, settings: LogSettings, keeping: LogKeeping, storage: LogStorage) {
    this.topic = topic
    this.partition = partition
    this.settings = settings
    this.#keeping = keeping
    this.#storage = storage
    const opened: OpenLog = storage.open()
    this.#segments = opened.segments
    this.#producers = newProducerStates(opened.producers)
    for (const { header, aborts } of opened.replay) {
      if (header.producerId >= 0) this.#producers.note(header, aborts)
    }
    this.#startOffset = Math.max(opened.startOffset, this.#segments[0]!.baseOffset)
    keeping.onSize(this.sizeInBytes)
  }

  get startOffset(): number {
    return this.#startOffset
  }

  /** The offset that the next record gets; with a single broker the high watermark as well. */
  get endOffset(): number {
    return this.#segments.at(-1)!.nextOffset
  }

  /** All transactions that began below it have ended. */
  get stableOffset(): number {
    return this.#producers.firstUnstableOffset() ?? this.endOffset
  }

  get sizeInBytes(): number {
    return this.#segments.reduce((sum, { store }) => sum + store.size, 0)
  }

  /**
   * Checks a batch and appends it. Its base offset is written into `bytes`.
   *
   * @throws BrokerError when the batch is not accepted
   */
  append(bytes: Buffer): Appended {
    const header = checkBatch(bytes, this.settings.maxMessageBytes)
    const logAppendTime = this.settings.logAppendTime ? this.#keeping.now() : -1
    if (logAppendTime < 0 && header.maxTimestamp - this.#keeping.now() > this.settings.maxTimestampAheadMs) {
      throw new BrokerError(
        'INVALID_TIMESTAMP',
        'A timestamp is further in the future than message.timestamp.after.max.ms',
        0,
      )
    }
    if (header.producerId >= 0) {
      const before = this.#producers.check(header)
      if (before !== undefined) return { baseOffset: before.baseOffset, logAppendTime: before.timestamp }
      if (!header.isTransactional && this.#producers.isInTransaction(header.producerId)) {
        throw new BrokerError('INVALID_TXN_STATE')
      }
    }
    if (this.settings.compacts) requireKeys(bytes, this.#keeping.codecs.current)
    if (logAppendTime >= 0) stampTime(bytes, logAppendTime)
    const baseOffset = this.#write(
      bytes,
      logAppendTime >= 0 ? { ...header, maxTimestamp: logAppendTime } : header,
      false,
    )
    return { baseOffset, logAppendTime }
  }

  /** Ends a producer's transaction here; does nothing when it has none. */
  endTransaction(producerId: number, producerEpoch: number, committed: boolean): void {
    if (!this.#producers.isInTransaction(producerId)) return
    const { bytes, header } = markerBatch(producerId, producerEpoch, committed, this.#keeping.now())
    this.#write(bytes, header, !committed)
  }

  /**
   * Whole batches from `offset` on.
   *
   * @throws BrokerError OFFSET_OUT_OF_RANGE
   */
  read(offset: number, options: { maxBytes: number; atLeastOne: boolean; committed: boolean }): ReadLog {
    if (offset < this.#startOffset || offset > this.endOffset) throw new BrokerError('OFFSET_OUT_OF_RANGE')
    const { maxBytes, atLeastOne, committed } = options
    const endOffset = committed ? this.stableOffset : this.endOffset
    const segment = this.#segmentWith(offset)
    const records = readSegment(segment, offset, { maxBytes, atLeastOne, endOffset })
    return { records, aborted: committed ? this.#producers.abortedBetween(offset, endOffset) : null }
  }

  /** About how many bytes a fetch from `offset` on would find, without reading them. */
  availableFrom(offset: number, committed: boolean): number {
    const end = committed ? this.stableOffset : this.endOffset
    if (offset >= end) return 0
    const segment = this.#segmentWith(offset)
    const records = segment.nextOffset - segment.baseOffset
    return Math.max(1, Math.floor((segment.store.size * (Math.min(end, segment.nextOffset) - offset)) / records))
  }

  /** The first record with this timestamp or a later one. */
  offsetOfTime(timestamp: number): TimedOffset | undefined {
    for (const segment of this.#segments) {
      for (const batch of batchesSince(segment, timestamp)) {
        const found = this.#firstSince(batch, timestamp)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  /** The record with the highest timestamp. */
  offsetOfMaxTime(): TimedOffset | undefined {
    const highest = Math.max(...this.#segments.map(({ maxTimestamp }) => maxTimestamp))
    return highest < 0 ? undefined : this.offsetOfTime(highest)
  }

  /** Records before `offset` are no longer there. @throws BrokerError OFFSET_OUT_OF_RANGE */
  deleteBefore(offset: number): void {
    if (offset < 0 || offset > this.endOffset) throw new BrokerError('OFFSET_OUT_OF_RANGE')
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    while (this.#segments.length > 1 && this.#segments[0]!.nextOffset <= offset) this.#dropOldest()
    this.#producers.forgetBefore(offset)
    this.#saveState()
  }

  /** Deletes what retention allows and compacts what is worth it. */
  tidy(): void {
    const { deletes, compacts, retentionMs, retentionBytes } = this.settings
    if (deletes && retentionMs >= 0) {
      const limit = this.#keeping.now() - retentionMs
      const newest = ({ maxTimestamp, createdAt }: Segment): number => (maxTimestamp < 0 ? createdAt : maxTimestamp)
      while (this.#segments[0]!.store.size > 0 && newest(this.#segments[0]!) < limit) this.dropOldestSegment()
    }
    if (deletes && retentionBytes >= 0) {
      while (this.#segments.length > 1 && this.sizeInBytes - this.#segments[0]!.store.size >= retentionBytes) {
        this.dropOldestSegment()
      }
    }
    if (compacts) this.#compact()
  }

  /** The oldest segment goes, with whatever is in it; the last one is replaced by an empty one. */
  dropOldestSegment(): void {
    if (this.#segments.length === 1) this.#roll()
    this.#dropOldest()
    this.#startOffset = Math.max(this.#startOffset, this.#segments[0]!.baseOffset)
    this.#producers.forgetBefore(this.#startOffset)
    this.#saveState()
  }

  /** Resolves when all that was appended survives a power failure. Undefined: nothing to wait for. */
  flush(): Promise<void> | undefined {
    return this.#keeping.fsync ? this.#segments.at(-1)!.store.sync() : undefined
  }

  close(): void {
    this.#storage.close(this.#segments, this.#startOffset, this.#producers.snapshot())
    this.#wake()
  }

  delete(): void {
    this.isDeleted = true
    this.#keeping.onSize(-this.sizeInBytes)
    for (const { store } of this.#segments) store.delete()
    this.#storage.delete()
    this.#wake()
  }

  #write(bytes: Buffer, header: BatchHeader, aborts: boolean): number {
    const { settings } = this
    let active = this.#segments.at(-1)!
    const limit = Math.min(settings.segmentBytes, this.#keeping.maxSegmentBytes)
    const isFull = active.store.size + bytes.length > limit
    const isOld = settings.segmentMs >= 0 && this.#keeping.now() - active.createdAt > settings.segmentMs
    if (active.store.size > 0 && (isFull || isOld)) {
      active = this.#roll()
      this.tidy()
    }
    const baseOffset = active.nextOffset
    bytes.writeBigInt64BE(BigInt(baseOffset), batchLayout.baseOffset)
    bytes.writeInt32BE(0, batchLayout.partitionLeaderEpoch)
    const placed = { ...header, baseOffset, lastOffset: baseOffset + header.lastOffset - header.baseOffset }
    appendToSegment(active, bytes, placed)
    if (placed.producerId >= 0) this.#producers.note(placed, aborts)
    this.#keeping.onSize(bytes.length)
    this.#wake()
    return baseOffset
  }

  #firstSince(bytes: Buffer, timestamp: number): TimedOffset | undefined {
    const { isControl, baseOffset, maxTimestamp } = readBatchHeader(bytes)
    // The marker of a transaction counts as a record, as it does for Kafka
    if (isControl) return baseOffset < this.#startOffset ? undefined : { offset: baseOffset, timestamp: maxTimestamp }
    for (const batch of readBatches(bytes, { codecs: this.#keeping.codecs.current })) {
      const records = batch.records()
      while (records.next()) {
        if (records.timestamp >= timestamp && records.offset >= this.#startOffset) {
          return { offset: records.offset, timestamp: records.timestamp }
        }
      }
    }
    return undefined
  }

  #wake(): void {
    for (const wake of this.waiters) wake()
  }

  #segmentWith(offset: number): Segment {
    for (let i = this.#segments.length - 1; i > 0; i--) {
      // A fetch at the end of a segment goes on with the next one: compaction may have left a gap between them.
      if (this.#segments[i]!.baseOffset <= offset || this.#segments[i - 1]!.nextOffset <= offset) {
        return this.#segments[i]!
      }
    }
    return this.#segments[0]!
  }

  #roll(): Segment {
    const segment = this.#storage.roll(this.#segments.at(-1)!, this.#startOffset, this.#producers.snapshot())
    this.#segments.push(segment)
    return segment
  }

  #dropOldest(): void {
    const segment = this.#segments.shift()!
    this.#keeping.onSize(-segment.store.size)
    this.#storage.drop(segment)
  }

  #saveState(): void {
    this.#storage.saveState(this.#startOffset)
  }

  /** Compacts when what came since the last time is half of the log. */
  #compact(): void {
    const sealed = this.#segments.slice(0, -1).filter(({ nextOffset }) => nextOffset <= this.stableOffset)
    const size = sealed.reduce((sum, { store }) => sum + store.size, 0)
    if (sealed.length === 0 || size < 2 * this.#bytesAtCompaction) return
    if (!this.#keeping.codecs.isLoaded) {
      this.#keeping.codecs.load().catch((error: unknown) => this.#keeping.log(`No codecs: ${error}`))
      return // next time
    }
    const producers = this.#producers
    const survivors = compactSegments(sealed, {
      codecs: this.#keeping.codecs.current,
      aborted: producers.abortedBetween(0, this.endOffset),
      tombstonesBefore: this.#keeping.now() - this.settings.deleteRetentionMs,
      newSegment: (baseOffset) => this.#storage.compacted(baseOffset),
      maxSegmentBytes: this.#keeping.maxSegmentBytes,
    })
    const compacted = this.#storage.replace(sealed, survivors)
    this.#segments = [...compacted, ...this.#segments.slice(sealed.length)]
    this.#bytesAtCompaction = compacted.reduce((sum, { store }) => sum + store.size, 0)
    this.#keeping.onSize(this.#bytesAtCompaction - size)
  }
}
