import { codecOf, compressionName } from './codec.ts'
import { crc32 } from './crc32c.ts'
import { ProtocolError } from './protocol-error.ts'
import { maxBatchBytesOf, type ReadOptions, type RecordBatch } from './record-batch.ts'
import type { RecordCursor } from './record-cursor.ts'

/**
 * The record formats before Kafka 0.11, which old logs may still hold. There is no batch: each message stands alone, and a
 * compressed one holds the others in its value.
 *
 *   offset int64, size int32, crc int32 (CRC-32 of what follows), magic int8, attributes int8, [magic 1: timestamp int64],
 *   keyLength int32, key, valueLength int32, value
 *
 * In a compressed message of magic 1 the inner offsets are relative, and the outer offset is that of the last message.
 */
interface Message {
  offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

const overhead = 12
const logAppendTime = 0x08

export const readMessageSetEntry = (bytes: Buffer, magic: 0 | 1, options: ReadOptions): RecordBatch => {
  const smallest = overhead + 14 + (magic === 1 ? 8 : 0)
  if (bytes.length < smallest) throw new ProtocolError(`A message of ${bytes.length} bytes is too short (${smallest})`)
  const offset = Number(bytes.readBigInt64BE(0))
  const attributes = bytes.readInt8(17)
  const timestamp = magic === 1 ? Number(bytes.readBigInt64BE(18)) : -1
  const appended = magic === 1 && (attributes & logAppendTime) !== 0
  const compression = compressionName(attributes & 0x07)
  const read = (): Message[] => {
    const outer = readMessage(bytes, magic, options)
    if (compression === 'none') return [outer]
    if (outer.value === null) throw damaged(offset, 'it is compressed and has no value')
    const content = codecOf(options.codecs ?? [], attributes & 0x07).decompress(outer.value, maxBatchBytesOf(options))
    const inner = readMessages(content, magic, options)
    const last = inner.at(-1)
    if (last === undefined) throw damaged(offset, 'it is compressed and holds nothing')
    const base = magic === 1 ? offset - last.offset : 0
    return inner.map((one) => ({ ...one, offset: base + one.offset, timestamp: appended ? timestamp : one.timestamp }))
  }
  return {
    // The first offset is known only after decompression; nobody needs it before.
    baseOffset: offset,
    lastOffset: offset,
    recordCount: 1,
    compression,
    timestampType: appended ? 'LOG_APPEND' : 'CREATE',
    baseTimestamp: timestamp,
    maxTimestamp: timestamp,
    partitionLeaderEpoch: -1,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
    isControl: false,
    isAborted: false,
    sizeInBytes: bytes.length,
    records: () => cursorOver(read(), options.fromOffset ?? Number.NEGATIVE_INFINITY),
  }
}

const readMessages = (content: Buffer, magic: number, options: ReadOptions): Message[] => {
  const messages: Message[] = []
  let at = 0
  while (at < content.length) {
    const size = content.length - at >= overhead ? content.readInt32BE(at + 8) : -1
    if (size < 14 || size > content.length - at - overhead) throw damaged(at, 'an inner message is cut off')
    const message = content.subarray(at, at + overhead + size)
    if (message.readInt8(16) !== magic) throw damaged(at, 'an inner message has another format')
    messages.push(readMessage(message, magic, options))
    at += overhead + size
  }
  return messages
}

const readMessage = (bytes: Buffer, magic: number, { checkCrc = true }: ReadOptions): Message => {
  const offset = Number(bytes.readBigInt64BE(0))
  if (checkCrc && crc32(bytes, 16) !== bytes.readUInt32BE(12)) throw damaged(offset, 'its CRC does not match')
  let at = magic === 1 ? 26 : 18
  const field = (): Buffer | null => {
    const length = bytes.length - at >= 4 ? bytes.readInt32BE(at) : -2
    if (length < -1 || length > bytes.length - at - 4) throw damaged(offset, 'a field is cut off')
    const start = at + 4
    at = start + Math.max(length, 0)
    return length === -1 ? null : bytes.subarray(start, at)
  }
  return { offset, timestamp: magic === 1 ? Number(bytes.readBigInt64BE(18)) : -1, key: field(), value: field() }
}

const cursorOver = (messages: readonly Message[], fromOffset: number): RecordCursor => {
  let next = 0
  let current: Message | undefined
  return {
    next: () => {
      do current = messages[next++]
      while (current !== undefined && current.offset < fromOffset)
      return current !== undefined
    },
    get offset() {
      return current?.offset ?? -1
    },
    get timestamp() {
      return current?.timestamp ?? -1
    },
    key: () => current?.key ?? null,
    value: () => current?.value ?? null,
    headers: () => [],
  }
}

const damaged = (offset: number, what: string) =>
  new ProtocolError(`The message at offset ${offset} is damaged: ${what}`)
