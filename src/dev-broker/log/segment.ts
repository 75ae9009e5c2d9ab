import { type BatchHeader, batchSizeAt, headerSize, lastOffsetAt, readBatchHeader } from './batch-header.ts'
import type { SegmentStore } from './segment-store.ts'

/** A row of the index for so many bytes of batches. */
const indexInterval = 4096

/** Where a batch begins, and the highest timestamp of the segment up to it, not included. */
export interface IndexRow {
  readonly offset: number
  readonly position: number
  readonly maxTimestampBefore: number
}

/** Part of a partition's log: batches one after the other as they came, and a sparse index of them. */
export interface Segment {
  readonly baseOffset: number
  readonly store: SegmentStore
  /** Above the last offset. */
  nextOffset: number
  /** -1 when empty. */
  maxTimestamp: number
  /** When its first batch came, in ms since 1970. */
  readonly createdAt: number
  readonly index: IndexRow[]
}

export const newSegment = (baseOffset: number, store: SegmentStore, createdAt: number): Segment => ({
  baseOffset,
  store,
  nextOffset: baseOffset,
  maxTimestamp: -1,
  createdAt,
  index: [],
})

export const appendToSegment = (segment: Segment, bytes: Buffer, header: BatchHeader): void => {
  const position = segment.store.size
  segment.store.append(bytes)
  noteBatch(segment, header, position)
}

/** Takes a batch that is in the store at `position` into the index. */
export const noteBatch = (segment: Segment, header: BatchHeader, position: number): void => {
  const last = segment.index.at(-1)
  if (last === undefined || position - last.position >= indexInterval) {
    segment.index.push({ offset: header.baseOffset, position, maxTimestampBefore: segment.maxTimestamp })
  }
  if (header.maxTimestamp > segment.maxTimestamp) segment.maxTimestamp = header.maxTimestamp
  segment.nextOffset = header.lastOffset + 1
}

/** The last row for which `isBefore` holds (it holds for all rows up to some row), or the beginning. */
const rowBefore = (index: readonly IndexRow[], isBefore: (row: IndexRow) => boolean): IndexRow | undefined => {
  let low = 0
  let high = index.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(index[middle]!)) low = middle + 1
    else high = middle
  }
  return index[low - 1]
}

const nothing = Buffer.alloc(0)

/**
 * Whole batches from the one with `offset` (or the next one there is) on, up to `maxBytes` and below `endOffset`. The first
 * is returned even if it is larger, unless `atLeastOne` is false.
 */
export const readSegment = (
  segment: Segment,
  offset: number,
  { maxBytes, endOffset, atLeastOne }: { maxBytes: number; endOffset: number; atLeastOne: boolean },
): Buffer => {
  const start = positionOf(segment, offset)
  if (start === undefined) return nothing
  const { store } = segment
  let bytes = store.read(start, Math.max(maxBytes, headerSize))
  if (bytes.length < headerSize) return nothing
  const first = batchSizeAt(bytes, 0)
  if (first > maxBytes) {
    if (!atLeastOne) return nothing
    bytes = store.read(start, first)
  }
  let end = 0
  while (bytes.length - end >= headerSize) {
    const size = batchSizeAt(bytes, end)
    if (size > bytes.length - end || lastOffsetAt(bytes, end) >= endOffset) break
    end += size
  }
  return end === bytes.length ? bytes : bytes.subarray(0, end)
}

/** Where the batch with `offset`, or the first one after it, begins; undefined when there is none. */
const positionOf = (segment: Segment, offset: number): number | undefined => {
  if (offset >= segment.nextOffset) return undefined
  const row = rowBefore(segment.index, (one) => one.offset <= offset)
  return findBatch(segment, row?.position ?? 0, (bytes, at) => lastOffsetAt(bytes, at) >= offset)
}

/** The batches with a record of `timestamp` or later, in order. */
export function* batchesSince(segment: Segment, timestamp: number): Generator<Buffer> {
  if (segment.maxTimestamp < timestamp) return
  const row = rowBefore(segment.index, (one) => one.maxTimestampBefore < timestamp)
  for (const { bytes, at, position } of headersFrom(segment, row?.position ?? 0)) {
    const { maxTimestamp, size } = readBatchHeader(bytes, at)
    if (maxTimestamp >= timestamp) yield segment.store.read(position, size)
  }
}

const findBatch = (
  segment: Segment,
  from: number,
  isIt: (bytes: Buffer, at: number) => boolean,
): number | undefined => {
  for (const { bytes, at, position } of headersFrom(segment, from)) if (isIt(bytes, at)) return position
  return undefined
}

/** The headers of the batches from `position` on: few bytes are read, the records are passed over. */
export function* headersFrom(segment: Segment, from: number) {
  const { store } = segment
  let position = from
  let windowStart = 0
  let window: Buffer = nothing
  while (store.size - position >= headerSize) {
    if (position - windowStart + headerSize > window.length || position < windowStart) {
      window = store.read(position, indexInterval * 2)
      windowStart = position
      if (window.length < headerSize) return
    }
    const at = position - windowStart
    yield { bytes: window, at, position }
    position += batchSizeAt(window, at)
  }
}
