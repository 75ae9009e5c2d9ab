import { type Codecs, compressionNames } from '../../src/protocol/compression.ts'
import { type ReadOptions, readBatches } from '../../src/protocol/record-batch-reader.ts'
import { ImageWriter } from './image-writer.ts'
import type { RandomBatch, RandomRecord } from './random-batch.ts'

/** What a batch says, without what only its making needs. */
export type BatchContent = Omit<RandomBatch, 'ends'>

/**
 * What a batch says, in bytes that two readers of it can be compared by:
 *
 *   compression int8, flags int8 (1 log append time, 2 transactional, 4 control), baseOffset int64, lastOffset int64,
 *   maxTimestamp int64, leaderEpoch int32, producerId int64, producerEpoch int16, baseSequence int32, records int32:
 *   offset int64, timestamp int64, key, value, headers int32: key, value      (each: length int32, -1 for null, and bytes)
 */
export const imageOf = (batch: BatchContent): Buffer => {
  const image = new ImageWriter()
  image.int8(batch.compression)
  image.int8((batch.logAppendTime ? 1 : 0) | (batch.transactional ? 2 : 0) | (batch.control ? 4 : 0))
  image.int64(batch.baseOffset)
  image.int64(batch.lastOffset)
  image.int64(batch.maxTimestamp)
  image.int32(batch.leaderEpoch)
  image.int64(batch.producerId)
  image.int16(batch.producerEpoch)
  image.int32(batch.baseSequence)
  image.int32(batch.records.length)
  for (const { offset, timestamp, key, value, headers } of batch.records) {
    image.int64(offset)
    image.int64(timestamp)
    image.part(key)
    image.part(value)
    image.int32(headers.length)
    for (const header of headers) {
      image.part(Buffer.from(header.key))
      image.part(header.value)
    }
  }
  return image.bytes()
}

/** Reads an image again. */
export const contentOf = (image: Buffer): BatchContent => {
  let next = 0
  const after = (bytes: number): number => {
    next += bytes
    return next - bytes
  }
  const int8 = (): number => image.readInt8(after(1))
  const int16 = (): number => image.readInt16BE(after(2))
  const int32 = (): number => image.readInt32BE(after(4))
  const int64 = (): number => Number(image.readBigInt64BE(after(8)))
  const part = (): Buffer | null => {
    const length = int32()
    return length < 0 ? null : image.subarray(after(length), next)
  }
  const compression = int8()
  const flags = int8()
  return {
    compression,
    logAppendTime: (flags & 1) !== 0,
    transactional: (flags & 2) !== 0,
    control: (flags & 4) !== 0,
    baseOffset: int64(),
    lastOffset: int64(),
    maxTimestamp: int64(),
    leaderEpoch: int32(),
    producerId: int64(),
    producerEpoch: int16(),
    baseSequence: int32(),
    records: Array.from({ length: int32() }, () => ({
      offset: int64(),
      timestamp: int64(),
      key: part(),
      value: part(),
      headers: Array.from({ length: int32() }, () => ({ key: String(part()), value: part() })),
    })),
  }
}

/** What our reader makes of the bytes, batch by batch. @throws ProtocolError as the reader does */
export const readContents = (bytes: Buffer, codecs: Codecs, options: ReadOptions = {}): BatchContent[] => {
  const contents: BatchContent[] = []
  for (const batch of readBatches(bytes, { codecs, ...options })) {
    const records: RandomRecord[] = []
    for (const cursor = batch.records(); cursor.next(); ) {
      const { offset, timestamp } = cursor
      records.push({ offset, timestamp, key: cursor.key(), value: cursor.value(), headers: cursor.headers() })
    }
    contents.push({
      compression: compressionNames.indexOf(batch.compression),
      logAppendTime: batch.timestampType === 'LOG_APPEND',
      transactional: batch.isTransactional,
      control: batch.isControl,
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      maxTimestamp: batch.maxTimestamp,
      leaderEpoch: batch.partitionLeaderEpoch,
      producerId: batch.producerId,
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      records,
    })
  }
  return contents
}

/** The same for bytes that must be one batch. */
export const readContent = (bytes: Buffer, codecs: Codecs, options: ReadOptions = {}): BatchContent => {
  const [content, ...others] = readContents(bytes, codecs, options)
  if (content === undefined || others.length > 0)
    throw new Error(`${1 + others.length} batches, or none, instead of one`)
  return content
}

/** A batch for the message of a test that failed. */
export const shownBatch = (batch: BatchContent): string =>
  JSON.stringify(batch, (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data as number[]).toString('hex') : value,
  ).slice(0, 3000)
