import { type AbortedTransactions, trackAborted } from './aborted-transactions.ts'
import { codecOf, compressionName } from './codec.ts'
import { crc32c } from './crc32c.ts'
import { readMessageSetEntry } from './message-set-reader.ts'
import { ProtocolError } from './protocol-error.ts'
import { maxBatchBytesOf, type ReadOptions, type RecordBatch } from './record-batch.ts'
import { batchAttributes, batchLayout, batchOverhead } from './record-batch-layout.ts'
import { BatchRecordCursor, type RecordCursor } from './record-cursor.ts'

export type { ReadOptions, RecordBatch } from './record-batch.ts'

const noRecords: RecordCursor = Object.freeze({
  offset: -1,
  timestamp: -1,
  next: () => false,
  key: () => null,
  value: () => null,
  headers: () => [],
})

/**
 * The batches in the records field of a fetch response. The last one is often cut off by the response's size limit and is
 * left out then; a response whose first batch is cut off gives nothing: fetch again with more bytes.
 *
 * @throws ProtocolError when a batch's header makes no sense
 */
export function* readBatches(bytes: Buffer | null, options: ReadOptions = {}): Generator<RecordBatch, void, undefined> {
  if (bytes === null) return
  const aborted = options.aborted ? trackAborted(options.aborted) : undefined
  let at = 0
  while (bytes.length - at > batchLayout.magic) {
    const size = batchOverhead + bytes.readInt32BE(at + batchLayout.batchLength)
    if (size <= batchLayout.magic) throw new ProtocolError(`A record batch of ${size} bytes at index ${at}`)
    if (size > bytes.length - at) return
    const magic = bytes.readInt8(at + batchLayout.magic)
    const batch = bytes.subarray(at, at + size)
    if (magic === 2) yield readBatch(batch, options, aborted)
    else if (magic === 0 || magic === 1) yield readMessageSetEntry(batch, magic, options)
    else throw new ProtocolError(`Unknown record format ${magic} (known: 0, 1, 2) at index ${at}`)
    at += size
  }
}

const readBatch = (bytes: Buffer, options: ReadOptions, aborted: AbortedTransactions | undefined): RecordBatch => {
  const at = batchLayout
  if (bytes.length < at.records)
    throw new ProtocolError(`A record batch of ${bytes.length} bytes has no room for its header`)
  const attributes = bytes.readInt16BE(at.attributes)
  const baseOffset = Number(bytes.readBigInt64BE(at.baseOffset))
  const lastOffsetDelta = bytes.readInt32BE(at.lastOffsetDelta)
  const recordCount = bytes.readInt32BE(at.recordCount)
  // Empty batches exist: compaction keeps them for their sequence numbers.
  if (recordCount < 0 || lastOffsetDelta < 0 || recordCount > lastOffsetDelta + 1) {
    throw new ProtocolError(
      `The record batch at offset ${baseOffset} says it has ${recordCount} records in ${lastOffsetDelta + 1} offsets`,
    )
  }
  if (!Number.isSafeInteger(baseOffset + lastOffsetDelta)) {
    throw new ProtocolError(`A record batch at offset ${bytes.readBigInt64BE(at.baseOffset)}, which no topic gets to`)
  }
  const isControl = (attributes & batchAttributes.control) !== 0
  const header = {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    recordCount,
    compression: compressionName(attributes & batchAttributes.compression),
    timestampType: attributes & batchAttributes.logAppendTime ? ('LOG_APPEND' as const) : ('CREATE' as const),
    baseTimestamp: Number(bytes.readBigInt64BE(at.baseTimestamp)),
    maxTimestamp: Number(bytes.readBigInt64BE(at.maxTimestamp)),
    partitionLeaderEpoch: bytes.readInt32BE(at.partitionLeaderEpoch),
    producerId: Number(bytes.readBigInt64BE(at.producerId)),
    producerEpoch: bytes.readInt16BE(at.producerEpoch),
    baseSequence: bytes.readInt32BE(at.baseSequence),
    isTransactional: (attributes & batchAttributes.transactional) !== 0,
    isControl,
    sizeInBytes: bytes.length,
  }
  const inAborted = aborted?.covers(header) ?? false
  if (isControl && aborted !== undefined && isAbortMarker(bytes, options)) aborted.ended(header.producerId)
  const isAborted = inAborted && !isControl
  const records = () => {
    // Also of what is passed over: a damaged flag or producer id must not make records disappear
    checkCrc(bytes, baseOffset, options)
    return isControl || isAborted ? noRecords : openRecords(bytes, header, options)
  }
  return { ...header, isAborted, records }
}

const openRecords = (
  bytes: Buffer,
  header: Omit<RecordBatch, 'isAborted' | 'records'>,
  options: ReadOptions,
): RecordCursor => {
  const compressed = header.compression !== 'none'
  const buffer = compressed ? decompress(bytes, options) : bytes
  return new BatchRecordCursor({
    buffer,
    start: compressed ? 0 : batchLayout.records,
    end: buffer.length,
    count: header.recordCount,
    baseOffset: header.baseOffset,
    lastOffset: header.lastOffset,
    baseTimestamp: header.baseTimestamp,
    logAppendTime: header.timestampType === 'LOG_APPEND' ? header.maxTimestamp : undefined,
    fromOffset: options.fromOffset ?? Number.NEGATIVE_INFINITY,
  })
}

const decompress = (bytes: Buffer, options: ReadOptions): Buffer =>
  codecOf(options.codecs ?? [], bytes.readInt16BE(batchLayout.attributes) & batchAttributes.compression).decompress(
    bytes.subarray(batchLayout.records),
    maxBatchBytesOf(options),
  )

const checkCrc = (bytes: Buffer, baseOffset: number, { checkCrc: check = true }: ReadOptions): void => {
  if (check && crc32c(bytes, batchLayout.attributes) !== bytes.readUInt32BE(batchLayout.crc)) {
    throw new ProtocolError(`The record batch at offset ${baseOffset} is damaged: its CRC does not match`)
  }
}

/** A control batch has one record, whose key is its version (int16) and type (int16): 0 is abort, 1 commit. */
const isAbortMarker = (bytes: Buffer, options: ReadOptions): boolean => {
  const baseOffset = Number(bytes.readBigInt64BE(batchLayout.baseOffset))
  checkCrc(bytes, baseOffset, options)
  const records = new BatchRecordCursor({
    buffer: bytes,
    start: batchLayout.records,
    end: bytes.length,
    count: bytes.readInt32BE(batchLayout.recordCount),
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(batchLayout.lastOffsetDelta),
    baseTimestamp: 0,
    logAppendTime: undefined,
    fromOffset: 0,
  })
  if (!records.next()) return false // compacted away
  const key = records.key()
  if (key === null || key.length < 4) throw new ProtocolError(`The control batch at offset ${baseOffset} has no type`)
  return key.readInt16BE(2) === 0
}
