import type { Codec } from './codec.ts'
import { crc32c } from './crc32c.ts'
import { ProtocolError } from './protocol-error.ts'
import {
  batchAttributes,
  batchLayout,
  batchOverhead,
  type ValueWriter,
  type WireHeader,
} from './record-batch-layout.ts'
import { writeHeaders, writePart } from './record-parts.ts'
import { TextRecords } from './text-records.ts'
import type { TextFrame, Texts } from './texts.ts'
import { varintSize, writeVarint, writeVarlong } from './varint.ts'

export interface FinishOptions {
  /** -1 (the default): not idempotent. */
  readonly producerId?: number | bigint
  readonly producerEpoch?: number
  /** Sequence number of the first record. */
  readonly baseSequence?: number
  readonly transactional?: boolean
  /** Absent: not compressed. The compressed records are kept until the next `append`. */
  readonly codec?: Codec | undefined
}

/** More than any record takes beside its key, value and headers: length, attributes, deltas, lengths, header count. */
const recordOverhead = 5 + 1 + 10 + 5 + 5 + 5 + 5

/** A string's UTF-8 has at most three bytes a UTF-16 unit. Long strings are measured: three times their length is much. */
const room = (part: Uint8Array | string | null): number =>
  part === null ? 0 : typeof part === 'string' && part.length > 4096 ? Buffer.byteLength(part) : part.length * 3

/**
 * Builds a record batch (magic 2) in one buffer that is used again after `reset`. Strings are encoded straight into it.
 *
 * Base offset 0, offset deltas 0, 1, 2, ...; the base timestamp is the first record's, as the Java producer has it.
 */
export class RecordBatchBuilder {
  #buffer: Buffer
  #position: number = batchLayout.records
  #count = 0
  #baseTimestamp: number | bigint = -1
  #maxTimestamp: number | bigint = -1
  #compressed: Buffer | undefined
  #compressedBy: Codec | undefined
  /** Bytes that the last written value's length took: the next one's is expected to take as many. */
  #lengthBytes = 2

  /** @param capacity bytes to begin with; the buffer doubles when they are not enough */
  constructor(capacity = 16 * 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(capacity, 256))
  }

  /** Bytes of the batch as it is, not compressed, with its header. */
  get sizeInBytes(): number {
    return this.#position
  }

  get recordCount(): number {
    return this.#count
  }

  /** The highest timestamp so far in ms, -1 when empty. */
  get maxTimestamp(): number | bigint {
    return this.#maxTimestamp
  }

  /** Empties the batch. Buffers that `finish` returned must not be in use any more, unless they were compressed. */
  reset(): void {
    this.#position = batchLayout.records
    this.#count = 0
    this.#baseTimestamp = -1
    this.#maxTimestamp = -1
    this.#compressed = undefined
    this.#compressedBy = undefined
  }

  /**
   * Adds a record. Lone surrogates in strings become `?`, as in Java.
   *
   * @param timestamp ms since 1970; numbers must be whole
   * @param maxSize when the batch has records already and would be larger than this, it stays as it is and 0 is returned
   * @returns bytes added
   */
  append(
    timestamp: number | bigint,
    key: Uint8Array | string | null,
    value: Uint8Array | string | null,
    headers: readonly WireHeader[],
    maxSize = Number.POSITIVE_INFINITY,
  ): number {
    let needed = recordOverhead + room(key) + room(value)
    for (let i = 0; i < headers.length; i++) needed += 10 + room(headers[i]!.key) + room(headers[i]!.value)
    if (this.#position + needed > this.#buffer.length) this.#grow(needed)

    const start = this.#position
    const delta = this.#count === 0 ? 0 : timestampDelta(timestamp, this.#baseTimestamp)
    // The record's length stands before it: leave as many bytes as it needs when the text is ASCII, and move if it is not.
    const guess = 8 + (key === null ? 1 : key.length + 2) + (value === null ? 1 : value.length + 2)
    const body = start + varintSize(guess)
    const end = this.#writeBody(body, delta, key, value, headers)
    const length = end - body
    const shift = varintSize(length) - (body - start)
    if (shift !== 0) this.#buffer.copyWithin(body + shift, body, end)
    if (this.#count > 0 && end + shift > maxSize) return 0
    writeVarint(this.#buffer, length, start)
    this.#added(timestamp, end + shift)
    return end + shift - start
  }

  /**
   * Adds a record whose value writes itself. The batch stays as it is if that fails.
   *
   * @returns bytes added; 0 as `append` does; -1 when the value was not written
   */
  appendWritten(
    timestamp: number | bigint,
    key: Uint8Array | string | null,
    value: ValueWriter,
    headers: readonly WireHeader[],
    maxSize = Number.POSITIVE_INFINITY,
  ): number {
    let others = recordOverhead + room(key)
    for (let i = 0; i < headers.length; i++) others += 10 + room(headers[i]!.key) + room(headers[i]!.value)
    if (this.#position + others > this.#buffer.length) this.#grow(others)
    const buffer = this.#buffer

    const start = this.#position
    const delta = this.#count === 0 ? 0 : timestampDelta(timestamp, this.#baseTimestamp)
    const guess = this.#lengthBytes
    const body = start + guess
    const valueAt = this.#writeUpToValue(body, delta, key)
    let end = value.write(buffer, valueAt + guess)
    if (end < 0 || end + others > buffer.length) return -1
    end = this.#placeValue(valueAt, guess, end)
    end = writeHeaders(buffer, headers, end)
    const length = end - body
    const shift = varintSize(length) - guess
    if (shift !== 0) buffer.copyWithin(body + shift, body, end)
    if (this.#count > 0 && end + shift > maxSize) return 0
    writeVarint(buffer, length, start)
    this.#added(timestamp, end + shift)
    return end + shift - start
  }

  /**
   * Adds records without key and headers whose values are texts within the same frame.
   *
   * @param from the first text to add
   * @returns how many were added: fewer than there are when the next one does not fit into `maxSize`
   */
  appendTexts(timestamp: number, frame: TextFrame, texts: Texts, from: number, maxSize: number): number {
    const delta = this.#count === 0 ? 0 : timestampDelta(timestamp, this.#baseTimestamp)
    const writer = new TextRecords(delta, frame, texts)
    let next = from
    for (;;) {
      const written = writer.write(this.#buffer, this.#position, this.#count, next, maxSize)
      next += written
      if (written > 0) this.#added(timestamp, writer.position, written)
      if (writer.needed === 0 || next === texts.length) return next - from
      this.#grow(writer.needed)
    }
  }

  /** Writes the length of the value behind `position + guess`, and moves the value if that takes more bytes or less. */
  #placeValue(position: number, guess: number, end: number): number {
    const length = end - position - guess
    const size = varintSize(length)
    this.#lengthBytes = size
    if (size !== guess) this.#buffer.copyWithin(position + size, position + guess, end)
    writeVarint(this.#buffer, length, position)
    return position + size + length
  }

  /**
   * Completes the batch and returns it. May be called again, with another producer id, epoch or sequence for a retry:
   * records are neither encoded nor compressed again. The result is a view that the next `finish`, `append` or `reset` may
   * change (a compressed one: the next `finish` only).
   */
  finish(options: FinishOptions = {}): Buffer {
    if (this.#count === 0) throw new ProtocolError('A record batch without records cannot be sent')
    const { codec } = options
    const batch =
      codec === undefined || codec.id === 0 ? this.#buffer.subarray(0, this.#position) : this.#compress(codec)
    this.#writeHeader(batch, options)
    batch.writeUInt32BE(crc32c(batch, batchLayout.attributes, batch.length), batchLayout.crc)
    return batch
  }

  #added(timestamp: number | bigint, position: number, records = 1): void {
    if (this.#count === 0) this.#baseTimestamp = timestamp
    if (this.#count === 0 || timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    this.#count += records
    this.#position = position
    this.#compressed = undefined
  }

  #writeBody(
    position: number,
    delta: number | bigint,
    key: Uint8Array | string | null,
    value: Uint8Array | string | null,
    headers: readonly WireHeader[],
  ): number {
    const at = this.#writeUpToValue(position, delta, key)
    return writeHeaders(this.#buffer, headers, writePart(this.#buffer, value, at))
  }

  #writeUpToValue(position: number, delta: number | bigint, key: Uint8Array | string | null): number {
    const buffer = this.#buffer
    buffer[position] = 0
    const at = writeVarlong(buffer, delta, position + 1)
    return writePart(buffer, key, writeVarint(buffer, this.#count, at))
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#position + needed, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#position)
    this.#buffer = larger
  }

  #compress(codec: Codec): Buffer {
    if (this.#compressed === undefined || this.#compressedBy !== codec) {
      const records = codec.compress(this.#buffer.subarray(batchLayout.records, this.#position))
      const batch = Buffer.allocUnsafeSlow(batchLayout.records + records.length)
      batch.set(records, batchLayout.records)
      this.#compressed = batch
      this.#compressedBy = codec
    }
    return this.#compressed
  }

  #writeHeader(batch: Buffer, options: FinishOptions): void {
    const { producerId = -1, producerEpoch = -1, baseSequence = -1, transactional = false, codec } = options
    const at = batchLayout
    batch.fill(0, at.baseOffset, at.batchLength)
    batch.writeInt32BE(batch.length - batchOverhead, at.batchLength)
    batch.writeInt32BE(-1, at.partitionLeaderEpoch)
    batch.writeInt8(2, at.magic)
    batch.writeInt16BE((codec?.id ?? 0) | (transactional ? batchAttributes.transactional : 0), at.attributes)
    batch.writeInt32BE(this.#count - 1, at.lastOffsetDelta)
    batch.writeBigInt64BE(BigInt(this.#baseTimestamp), at.baseTimestamp)
    batch.writeBigInt64BE(BigInt(this.#maxTimestamp), at.maxTimestamp)
    batch.writeBigInt64BE(BigInt(producerId), at.producerId)
    batch.writeInt16BE(producerEpoch, at.producerEpoch)
    batch.writeInt32BE(baseSequence, at.baseSequence)
    batch.writeInt32BE(this.#count, at.recordCount)
  }
}

/** Most bytes that the record takes in a batch; exact sizes of text are not computed. */
export const recordSizeUpperBound = (
  key: Uint8Array | string | null,
  value: Uint8Array | string | null,
  headers: readonly WireHeader[],
): number =>
  headers.reduce(
    (sum, header) => sum + 10 + room(header.key) + room(header.value),
    recordOverhead + room(key) + room(value),
  )

const timestampDelta = (timestamp: number | bigint, base: number | bigint): number | bigint =>
  typeof timestamp === 'number' && typeof base === 'number' ? timestamp - base : BigInt(timestamp) - BigInt(base)
