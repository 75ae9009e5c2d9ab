import type { Codecs } from '../../protocol/codec.ts'
import { crc32c } from '../../protocol/crc32c.ts'
import { batchAttributes, batchLayout } from '../../protocol/record-batch-layout.ts'
import { readBatches } from '../../protocol/record-batch-reader.ts'
import { BrokerError } from '../broker-error.ts'
import { type BatchHeader, batchSizeAt, headerSize, readBatchHeader } from './batch-header.ts'

/**
 * The one batch of a produce request's partition, checked as Kafka does, without a look at its records.
 *
 * @throws BrokerError CORRUPT_MESSAGE, INVALID_RECORD, MESSAGE_TOO_LARGE, UNSUPPORTED_FOR_MESSAGE_FORMAT
 */
export const checkBatch = (bytes: Buffer, maxMessageBytes: number): BatchHeader => {
  if (bytes.length < headerSize) throw new BrokerError('CORRUPT_MESSAGE', 'The batch has no room for its header')
  const magic = bytes.readInt8(batchLayout.magic)
  if (magic !== 2) throw new BrokerError('UNSUPPORTED_FOR_MESSAGE_FORMAT', `Record format ${magic} is not supported`)
  const size = batchSizeAt(bytes, 0)
  if (size < headerSize || size > bytes.length) throw new BrokerError('CORRUPT_MESSAGE', 'The batch is cut off')
  if (size < bytes.length) throw new BrokerError('INVALID_RECORD', 'A partition takes one batch a request')
  if (size > maxMessageBytes) {
    throw new BrokerError('MESSAGE_TOO_LARGE', `The batch has ${size} bytes, max.message.bytes is ${maxMessageBytes}`)
  }
  if (!hasGoodCrc(bytes)) throw new BrokerError('CORRUPT_MESSAGE', 'The checksum does not match')
  const header = readBatchHeader(bytes)
  const offsets = bytes.readInt32BE(batchLayout.lastOffsetDelta) + 1
  if (offsets <= 0 || header.recordCount !== offsets) {
    throw new BrokerError(
      'INVALID_RECORD',
      `The batch says that it has ${header.recordCount} records in ${offsets} offsets`,
    )
  }
  if (header.isControl) throw new BrokerError('INVALID_RECORD', 'Clients do not write control batches')
  if (header.producerId >= 0 && (header.baseSequence < 0 || header.producerEpoch < 0)) {
    throw new BrokerError('INVALID_RECORD', 'The batch has a producer id without a sequence number')
  }
  return header
}

/** @param bytes one whole batch */
export const hasGoodCrc = (bytes: Buffer): boolean =>
  bytes.readUInt32BE(batchLayout.crc) === crc32c(bytes, batchLayout.attributes)

/** What a compacted topic asks for: here, and only here, records are looked at. @throws BrokerError INVALID_RECORD */
export const requireKeys = (bytes: Buffer, codecs: Codecs): void => {
  for (const batch of readBatches(bytes, { codecs, checkCrc: false })) {
    const records = batch.records()
    for (let index = 0; records.next(); index++) {
      if (records.key() !== null) continue
      throw new BrokerError('INVALID_RECORD', 'A compacted topic takes no record without a key', index)
    }
  }
}

/** The broker's time instead of the producer's: in the header, which its checksum covers. */
export const stampTime = (bytes: Buffer, time: number): void => {
  const attributes = bytes.readInt16BE(batchLayout.attributes)
  bytes.writeInt16BE(attributes | batchAttributes.logAppendTime, batchLayout.attributes)
  bytes.writeBigInt64BE(BigInt(time), batchLayout.maxTimestamp)
  bytes.writeUInt32BE(crc32c(bytes, batchLayout.attributes), batchLayout.crc)
}
