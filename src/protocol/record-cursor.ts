import { ProtocolError } from './protocol-error.ts'
import type { WireHeader } from './record-batch-layout.ts'
import type { TextReader } from './text-reader.ts'

/** A header as it is read: its value is bytes, a view. */
export interface ReadHeader extends WireHeader {
  readonly value: Buffer | null
}

/**
 * Steps through the records of one batch. The members describe the record that the last `next()` stood on; views of key
 * and value are made only when asked for and live as long as the fetch response (or the decompressed records) does.
 */
export interface RecordCursor {
  /** Goes to the next record; false after the last. @throws ProtocolError for records that are not well formed */
  next(): boolean
  readonly offset: number
  /** ms since 1970; -1 for none. The nearest number when it is beyond 2^53. */
  readonly timestamp: number
  key(): Buffer | null
  value(): Buffer | null
  /** One shared empty array when the record has none. */
  headers(): readonly ReadHeader[]
}

const noHeaders: readonly ReadHeader[] = Object.freeze([])

export interface RecordsOfBatch {
  /** Reads the buffer that the records stand in. */
  readonly texts: TextReader
  readonly start: number
  readonly end: number
  readonly count: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly baseTimestamp: number
  /** Set when the broker's time holds for all records. */
  readonly logAppendTime: number | undefined
  /** Records before this offset are passed over: a batch is sent whole even when it is fetched from its middle. */
  readonly fromOffset: number
}

/** The records of a batch of magic 2. Bounds are checked against the record, so no view reaches into its neighbour. */
export class BatchRecordCursor implements RecordCursor {
  offset = -1
  timestamp = -1
  /** Where key and value stand in the buffer; a length of -1 stands for null. */
  keyStart = 0
  keyLength = -1
  valueStart = 0
  valueLength = -1
  /** Reads the buffer. */
  readonly texts: TextReader
  readonly #batch: RecordsOfBatch
  readonly #buffer: Buffer
  #position: number
  #end: number
  #index = 0
  #headers = 0
  #headersStart = 0
  #recordEnd = 0

  constructor(batch: RecordsOfBatch) {
    this.#batch = batch
    this.#buffer = batch.texts.buffer
    this.texts = batch.texts
    this.#position = batch.start
    this.#end = batch.end
  }

  next(): boolean {
    const batch = this.#batch
    while (this.#index < batch.count) {
      this.#readRecord()
      if (this.offset >= batch.fromOffset) return true
    }
    if (this.#position !== batch.end) {
      throw new ProtocolError(
        `${batch.end - this.#position} bytes follow the last record of the batch at ${batch.baseOffset}`,
      )
    }
    return false
  }

  key(): Buffer | null {
    return this.keyLength < 0 ? null : this.texts.view(this.keyStart, this.keyLength)
  }

  value(): Buffer | null {
    return this.valueLength < 0 ? null : this.texts.view(this.valueStart, this.valueLength)
  }

  headers(): readonly ReadHeader[] {
    if (this.#headers === 0) return noHeaders
    this.texts.viewed = true
    const next = this.#position
    this.#position = this.#headersStart
    this.#end = this.#recordEnd
    const headers: ReadHeader[] = []
    for (let i = 0; i < this.#headers; i++) {
      const keyLength = this.#varint()
      if (keyLength < 0) throw this.#malformed('a header without a key')
      const keyStart = this.#skip(keyLength)
      const valueLength = this.#varint()
      const valueStart = this.#skip(valueLength)
      headers.push({
        key: this.#buffer.toString('utf8', keyStart, keyStart + keyLength),
        value: valueLength < 0 ? null : this.#buffer.subarray(valueStart, valueStart + valueLength),
      })
    }
    this.#position = next
    this.#end = this.#batch.end
    return headers
  }

  #readRecord(): void {
    const batch = this.#batch
    const length = this.#varint()
    if (length < 0 || length > batch.end - this.#position) throw this.#malformed(`a record of ${length} bytes`)
    this.#recordEnd = this.#end = this.#position + length
    this.#skip(1)
    const delta = this.#varlong()
    this.timestamp = batch.logAppendTime ?? batch.baseTimestamp + delta
    this.offset = batch.baseOffset + this.#varint()
    if (this.offset > batch.lastOffset || this.offset < batch.baseOffset) throw this.#malformed('an offset outside it')
    this.keyLength = this.#varint()
    this.keyStart = this.#skip(this.keyLength)
    this.valueLength = this.#varint()
    this.valueStart = this.#skip(this.valueLength)
    this.#headers = this.#varint()
    this.#headersStart = this.#position
    if (this.#headers < 0 || this.#headers > length) throw this.#malformed(`${this.#headers} headers in a record`)
    this.#skipHeaders()
    if (this.#position !== this.#recordEnd) throw this.#malformed('a record that is longer than its fields')
    this.#end = batch.end
    this.#index++
  }

  /** Headers are decoded only when asked for, but a damaged record is to be found before it is handed on. */
  #skipHeaders(): void {
    for (let i = 0; i < this.#headers; i++) {
      const keyLength = this.#varint()
      if (keyLength < 0) throw this.#malformed('a header without a key')
      this.#skip(keyLength)
      this.#skip(this.#varint())
    }
  }

  #skip(bytes: number): number {
    const at = this.#position
    if (bytes > this.#end - at) throw this.#malformed(`a field of ${bytes} bytes that goes beyond its record`)
    if (bytes > 0) this.#position = at + bytes
    return at
  }

  #varint(): number {
    const buffer = this.#buffer
    if (this.#position >= this.#end) throw this.#malformed('a record that ends too early')
    let byte = buffer[this.#position++]!
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let value = byte & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      if (this.#position >= this.#end) throw this.#malformed('a record that ends too early')
      byte = buffer[this.#position++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw this.#malformed('a varint longer than 5 bytes')
  }

  /** Sums parts as numbers: exact up to 2^53, the nearest number beyond. */
  #varlong(): number {
    const start = this.#position
    let zigzag = 0
    let factor = 1
    for (let i = 0; i < 10; i++) {
      if (this.#position >= this.#end) throw this.#malformed('a record that ends too early')
      const byte = this.#buffer[this.#position++]!
      zigzag += (byte & 0x7f) * factor
      if (byte < 0x80) {
        const odd = (this.#buffer[start]! & 1) === 1
        return odd ? -(zigzag + 1) / 2 : zigzag / 2
      }
      factor *= 128
    }
    throw this.#malformed('a varlong longer than 10 bytes')
  }

  #malformed(what: string): ProtocolError {
    return new ProtocolError(`The record batch at offset ${this.#batch.baseOffset} is damaged: it has ${what}`)
  }
}
