import { batchLayout } from '../../protocol/record-batch-layout.ts'
import { type BatchHeader, batchSizeAt, headerSize, readBatchHeader } from './batch-header.ts'
import { hasGoodCrc } from './check-batch.ts'
import { isAbortMarker } from './control-batch.ts'
import { newSegment, noteBatch, type Segment } from './segment.ts'
import type { SegmentStore } from './segment-store.ts'

export interface ScannedSegment {
  readonly segment: Segment
  readonly batches: readonly { readonly header: BatchHeader; readonly aborts: boolean }[]
  /** Bytes after the last good batch: the process was killed while it wrote them. */
  readonly tornBytes: number
}

const window = 4 * 1024 * 1024

/** Reads a segment whose index is not known. It ends before the first batch that is cut off or damaged. */
export const scanSegment = (baseOffset: number, store: SegmentStore, createdAt: number): ScannedSegment => {
  const segment = newSegment(baseOffset, store, createdAt)
  const batches: { header: BatchHeader; aborts: boolean }[] = []
  let position = 0
  let start = 0
  let bytes: Buffer = Buffer.alloc(0)
  const need = (length: number): boolean => {
    if (position + length <= start + bytes.length) return true
    if (position + length > store.size) return false
    bytes = store.read(position, Math.max(length, window))
    start = position
    return bytes.length >= length
  }
  while (need(headerSize)) {
    const size = batchSizeAt(bytes, position - start)
    if (size < headerSize || !need(size)) break
    const batch = bytes.subarray(position - start, position - start + size)
    if (batch.readInt8(batchLayout.magic) !== 2 || !hasGoodCrc(batch)) break
    const header = readBatchHeader(batch)
    if (header.baseOffset < segment.nextOffset || header.lastOffset < header.baseOffset) break
    noteBatch(segment, header, position)
    batches.push({ header, aborts: header.isControl && isAbortMarker(batch) })
    position += size
  }
  return { segment, batches, tornBytes: store.size - position }
}
