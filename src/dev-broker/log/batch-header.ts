import { batchAttributes, batchLayout, batchOverhead } from '../../protocol/record-batch-layout.ts'

/** What the broker looks at in a record batch: the header alone, never a record. */
export interface BatchHeader {
  readonly baseOffset: number
  readonly lastOffset: number
  /** Bytes with the header. */
  readonly size: number
  readonly maxTimestamp: number
  readonly recordCount: number
  /** -1 for none. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly isControl: boolean
}

const at = batchLayout

export const headerSize = at.records

/** int64 as a number, exact up to 2^53. */
const int64 = (bytes: Buffer, index: number): number =>
  bytes.readInt32BE(index) * 0x100000000 + bytes.readUInt32BE(index + 4)

/** Bytes of the batch at `start`, whose first 12 bytes must be there. */
export const batchSizeAt = (bytes: Buffer, start: number): number =>
  batchOverhead + bytes.readInt32BE(start + at.batchLength)

export const lastOffsetAt = (bytes: Buffer, start: number): number =>
  int64(bytes, start) + bytes.readInt32BE(start + at.lastOffsetDelta)

/** Reads the header of the batch at `start`; its 61 bytes must be there. Nothing is checked. */
export const readBatchHeader = (bytes: Buffer, start = 0): BatchHeader => {
  const attributes = bytes.readInt16BE(start + at.attributes)
  const baseOffset = int64(bytes, start)
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + at.lastOffsetDelta),
    size: batchSizeAt(bytes, start),
    maxTimestamp: int64(bytes, start + at.maxTimestamp),
    recordCount: bytes.readInt32BE(start + at.recordCount),
    producerId: int64(bytes, start + at.producerId),
    producerEpoch: bytes.readInt16BE(start + at.producerEpoch),
    baseSequence: bytes.readInt32BE(start + at.baseSequence),
    isTransactional: (attributes & batchAttributes.transactional) !== 0,
    isControl: (attributes & batchAttributes.control) !== 0,
  }
}
