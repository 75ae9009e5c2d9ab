import { type AbortedTransactions, trackAborted } from './aborted-transactions.ts'
import { codecOf, compressionName } from './codec.ts'
import { crc32c } from './crc32c.ts'
import { readMessageSetEntry } from './message-set-reader.ts'
import { ProtocolError } from './protocol-error.ts'
import { maxBatchBytesOf, type ReadOptions, type RecordBatch } from './record-batch.ts'
import { batchAttributes, batchLayout, batchOverhead } from './record-batch-layout.ts'
import { BatchRecordCursor, type RecordCursor } from './record-cursor.ts'
import { TextReader } from './text-reader.ts'

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
  const texts = new TextReader(bytes)
  let at = 0
  while (bytes.length - at > batchLayout.magic) {
    const size = batchOverhead + bytes.readInt32BE(at + batchLayout.batchLength)
    if (size <= batchLayout.magic) throw new ProtocolError(`A record batch of ${size} bytes at index ${at}`)
    if (size > bytes.length - at) return
    const magic = bytes.readInt8(at + batchLayout.magic)
    if (magic === 2) yield readBatch({ bytes, at, end: at + size, texts }, options, aborted)
    else if (magic === 0 || magic === 1) yield readMessageSetEntry(bytes.subarray(at, at + size), magic, options)
    else throw new ProtocolError(`Unknown record format ${magic} (known: 0, 1, 2) at index ${at}`)
    at += size
  }
}

/** A batch in a response. */
interface Part {
  readonly bytes: Buffer
  readonly at: number
  readonly end: number
  /** Of all batches of the response. */
  readonly texts: TextReader
}

const readBatch = (part: Part, options: ReadOptions, aborted: AbortedTransactions | undefined): RecordBatch => {
  const { bytes, at, end } = part
  if (end - at < batchLayout.records)
    throw new ProtocolError(`A record batch of ${end - at} bytes has no room for its header`)
  const attributes = bytes.readInt16BE(at + batchLayout.attributes)
  const baseOffset = int64(bytes, at + batchLayout.baseOffset)
  const lastOffsetDelta = bytes.readInt32BE(at + batchLayout.lastOffsetDelta)
  const recordCount = bytes.readInt32BE(at + batchLayout.recordCount)
  // Empty batches exist: compaction keeps them for their sequence numbers.
  if (recordCount < 0 || lastOffsetDelta < 0 || recordCount > lastOffsetDelta + 1) {
    throw new ProtocolError(
      `The record batch at offset ${baseOffset} says it has ${recordCount} records in ${lastOffsetDelta + 1} offsets`,
    )
  }
  if (!Number.isSafeInteger(baseOffset + lastOffsetDelta)) {
    const offset = bytes.readBigInt64BE(at + batchLayout.baseOffset)
    throw new ProtocolError(`A record batch at offset ${offset}, which no topic gets to`)
  }
  const isControl = (attributes & batchAttributes.control) !== 0
  const header = {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    recordCount,
    compression: compressionName(attributes & batchAttributes.compression),
    timestampType: attributes & batchAttributes.logAppendTime ? ('LOG_APPEND' as const) : ('CREATE' as const),
    baseTimestamp: int64(bytes, at + batchLayout.baseTimestamp),
    maxTimestamp: int64(bytes, at + batchLayout.maxTimestamp),
    partitionLeaderEpoch: bytes.readInt32BE(at + batchLayout.partitionLeaderEpoch),
    producerId: int64(bytes, at + batchLayout.producerId),
    producerEpoch: bytes.readInt16BE(at + batchLayout.producerEpoch),
    baseSequence: bytes.readInt32BE(at + batchLayout.baseSequence),
    isTransactional: (attributes & batchAttributes.transactional) !== 0,
    isControl,
    sizeInBytes: end - at,
  }
  const inAborted = aborted?.covers(header) ?? false
  if (isControl && aborted !== undefined && isAbortMarker(part, header, options)) aborted.ended(header.producerId)
  const isAborted = inAborted && !isControl
  const records = () => {
    // Also of what is passed over: a damaged flag or producer id must not make records disappear
    checkCrc(part, baseOffset, options)
    return isControl || isAborted ? noRecords : openRecords(part, header, options)
  }
  return { ...header, isAborted, records }
}

type Header = Omit<RecordBatch, 'isAborted' | 'records'>

const openRecords = (part: Part, header: Header, options: ReadOptions): RecordCursor =>
  header.compression === 'none'
    ? cursorOver(part.texts, part.at + batchLayout.records, part.end, header, options)
    : unpacked(decompress(part, options), header, options)

const unpacked = (records: Buffer, header: Header, options: ReadOptions): RecordCursor =>
  cursorOver(new TextReader(records), 0, records.length, header, options)

const cursorOver = (
  texts: TextReader,
  start: number,
  end: number,
  header: Header,
  { fromOffset = Number.NEGATIVE_INFINITY }: ReadOptions,
): BatchRecordCursor =>
  new BatchRecordCursor({
    texts,
    start,
    end,
    count: header.recordCount,
    baseOffset: header.baseOffset,
    lastOffset: header.lastOffset,
    baseTimestamp: header.baseTimestamp,
    logAppendTime: header.timestampType === 'LOG_APPEND' ? header.maxTimestamp : undefined,
    fromOffset,
  })

const decompress = ({ bytes, at, end }: Part, options: ReadOptions): Buffer =>
  codecOf(
    options.codecs ?? [],
    bytes.readInt16BE(at + batchLayout.attributes) & batchAttributes.compression,
  ).decompress(bytes.subarray(at + batchLayout.records, end), maxBatchBytesOf(options))

const checkCrc = ({ bytes, at, end }: Part, baseOffset: number, { checkCrc: check = true }: ReadOptions): void => {
  if (check && crc32c(bytes, at + batchLayout.attributes, end) !== bytes.readUInt32BE(at + batchLayout.crc)) {
    throw new ProtocolError(`The record batch at offset ${baseOffset} is damaged: its CRC does not match`)
  }
}

/** A control batch has one record, whose key is its version (int16) and type (int16): 0 is abort, 1 commit. */
const isAbortMarker = (part: Part, header: Header, options: ReadOptions): boolean => {
  checkCrc(part, header.baseOffset, options)
  const records = cursorOver(part.texts, part.at + batchLayout.records, part.end, header, { fromOffset: 0 })
  if (!records.next()) return false // compacted away
  const key = records.key()
  if (key === null || key.length < 4) {
    throw new ProtocolError(`The control batch at offset ${header.baseOffset} has no type`)
  }
  return key.readInt16BE(2) === 0
}

/** Exact up to 2^53, the nearest number beyond. */
const int64 = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) * 0x100000000 + bytes.readUInt32BE(at + 4)
