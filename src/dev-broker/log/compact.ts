import { type Codecs, codecOf } from '../../protocol/codec.ts'
import { crc32c } from '../../protocol/crc32c.ts'
import { Reader } from '../../protocol/reader.ts'
import { batchAttributes, batchLayout, batchOverhead } from '../../protocol/record-batch-layout.ts'
import { readBatches } from '../../protocol/record-batch-reader.ts'
import { batchSizeAt, headerSize, readBatchHeader } from './batch-header.ts'
import type { AbortedRange } from './producer-states.ts'
import { appendToSegment, type Segment } from './segment.ts'

export interface Compaction {
  readonly codecs: Codecs
  readonly aborted: readonly AbortedRange[]
  /** A record without a value is dropped when its timestamp is lower. */
  readonly tombstonesBefore: number
  readonly newSegment: (baseOffset: number) => Segment
  readonly maxSegmentBytes: number
}

/** As much is decompressed of one batch at most. */
const maxBatchBytes = 256 * 1024 * 1024

/**
 * Keeps the last record of each key. Records keep their bytes and offsets: a batch of which some are dropped is put
 * together anew from the bytes of the others. Markers of transactions are kept; records of aborted ones are dropped.
 */
export const compactSegments = (segments: readonly Segment[], compaction: Compaction): Segment[] => {
  const lastOffsets = lastOffsetByKey(segments, compaction)
  const isKept = (key: string | undefined, offset: number, isTombstone: boolean, timestamp: number): boolean =>
    key === undefined || (lastOffsets.get(key) === offset && !(isTombstone && timestamp < compaction.tombstonesBefore))
  const compacted: Segment[] = []
  let target: Segment | undefined
  for (const segment of segments) {
    for (const bytes of batchesOf(segment)) {
      const kept = filterBatch(bytes, isKept, compaction)
      if (kept === undefined) continue
      const header = readBatchHeader(kept)
      if (target === undefined || target.store.size + kept.length > compaction.maxSegmentBytes) {
        target = compaction.newSegment(target === undefined ? segments[0]!.baseOffset : header.baseOffset)
        compacted.push(target)
      }
      appendToSegment(target, kept, header)
    }
  }
  if (compacted.length === 0) compacted.push(compaction.newSegment(segments[0]!.baseOffset))
  compacted.at(-1)!.nextOffset = segments.at(-1)!.nextOffset
  return compacted
}

function* batchesOf({ store }: Segment): Generator<Buffer> {
  for (let position = 0; position < store.size; ) {
    const size = batchSizeAt(store.read(position, headerSize), 0)
    yield store.read(position, size)
    position += size
  }
}

const lastOffsetByKey = (segments: readonly Segment[], { codecs, aborted }: Compaction): Map<string, number> => {
  const offsets = new Map<string, number>()
  for (const segment of segments) {
    for (const bytes of batchesOf(segment)) {
      if (isAborted(bytes, aborted)) continue
      for (const batch of readBatches(bytes, { codecs, checkCrc: false })) {
        const records = batch.records()
        while (records.next()) {
          const key = records.key()
          if (key !== null) offsets.set(key.toString('latin1'), records.offset)
        }
      }
    }
  }
  return offsets
}

const isAborted = (bytes: Buffer, aborted: readonly AbortedRange[]): boolean => {
  const { isTransactional, isControl, producerId, baseOffset } = readBatchHeader(bytes)
  return (
    isTransactional &&
    !isControl &&
    aborted.some(
      (one) => one.producerId === producerId && one.firstOffset <= baseOffset && baseOffset <= one.lastOffset,
    )
  )
}

type IsKept = (key: string | undefined, offset: number, isTombstone: boolean, timestamp: number) => boolean

/** The batch with what is kept of it: itself when that is all, undefined when it is nothing. */
const filterBatch = (bytes: Buffer, isKept: IsKept, { codecs, aborted }: Compaction): Buffer | undefined => {
  const header = readBatchHeader(bytes)
  if (header.isControl) return bytes
  if (isAborted(bytes, aborted)) return undefined
  const codec = codecOf(codecs, bytes.readInt16BE(batchLayout.attributes) & batchAttributes.compression)
  const records = codec.decompress(bytes.subarray(headerSize), maxBatchBytes)
  const kept: Buffer[] = []
  const reader = new Reader(records)
  const baseTimestamp = Number(bytes.readBigInt64BE(batchLayout.baseTimestamp))
  for (let i = 0; i < header.recordCount; i++) {
    const start = reader.position
    const length = reader.varint()
    const end = reader.position + length
    reader.int8()
    const timestamp = baseTimestamp + reader.varlong()
    const offset = header.baseOffset + reader.varint()
    const keyLength = reader.varint()
    const key = keyLength < 0 ? undefined : reader.raw(keyLength).toString('latin1')
    const isTombstone = reader.varint() < 0
    if (isKept(key, offset, isTombstone, timestamp)) kept.push(records.subarray(start, end))
    reader.position = end
  }
  if (kept.length === header.recordCount) return bytes
  if (kept.length === 0) return undefined
  const body = codec.compress(Buffer.concat(kept))
  const batch = Buffer.concat([bytes.subarray(0, headerSize), body])
  batch.writeInt32BE(batch.length - batchOverhead, batchLayout.batchLength)
  batch.writeInt32BE(kept.length, batchLayout.recordCount)
  batch.writeUInt32BE(crc32c(batch, batchLayout.attributes), batchLayout.crc)
  return batch
}
