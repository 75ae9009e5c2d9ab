import { ProtocolError } from './protocol-error.ts'
import { writeUvarint, writeVarint, writeVarlong } from './varint.ts'

/** Byte fields of at least this length are worth a piece of their own. */
const PIECE_BYTES = 4096

/** Writes Kafka's primitive types one after the other into a buffer that grows as needed. */
export class Writer {
  /** The bytes so far are `buffer[0, position)`. Growing replaces the buffer: do not keep it over a write. */
  buffer: Buffer
  position = 0
  readonly #pieces: Uint8Array[] | null
  #pieceStart = 0

  /** @param inPieces long byte fields are not copied but become pieces of the result: see {@link Writer.pieces} */
  constructor(capacity = 512, inPieces = false) {
    this.buffer = Buffer.allocUnsafe(Math.max(capacity, 16))
    this.#pieces = inPieces ? [] : null
  }

  /** What has been written, for a socket, in order. Long byte fields are the caller's own buffers, as they are. */
  pieces(): Uint8Array[] {
    if (this.#pieces === null) return [this.written()]
    this.#endPiece()
    return this.#pieces
  }

  #endPiece(): void {
    if (this.position > this.#pieceStart) this.#pieces?.push(this.buffer.subarray(this.#pieceStart, this.position))
    this.#pieceStart = this.position
  }

  /** Makes room for `bytes` more. */
  ensure(bytes: number): void {
    const needed = this.position + bytes
    if (needed <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2))
    this.buffer.copy(larger, 0, 0, this.position)
    this.buffer = larger
  }

  /** What has been written. A view: it is overwritten when the writer is used again after `reset`. */
  written(): Buffer {
    return this.buffer.subarray(0, this.position)
  }

  reset(): void {
    this.position = 0
  }

  boolean(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  int8(value: number): void {
    this.ensure(1)
    this.position = this.buffer.writeInt8(value, this.position)
  }

  int16(value: number): void {
    this.ensure(2)
    this.position = this.buffer.writeInt16BE(value, this.position)
  }

  uint16(value: number): void {
    this.ensure(2)
    this.position = this.buffer.writeUInt16BE(value, this.position)
  }

  int32(value: number): void {
    this.ensure(4)
    this.position = this.buffer.writeInt32BE(value, this.position)
  }

  uint32(value: number): void {
    this.ensure(4)
    this.position = this.buffer.writeUInt32BE(value, this.position)
  }

  /** A whole number; exact up to 2^53. */
  int64(value: number): void {
    if (!Number.isInteger(value)) throw new ProtocolError(`Not a 64-bit integer: ${value}`)
    this.ensure(8)
    this.buffer.writeInt32BE(Math.floor(value / 0x100000000) | 0, this.position)
    this.buffer.writeInt32BE(value | 0, this.position + 4)
    this.position += 8
  }

  bigint64(value: bigint): void {
    this.ensure(8)
    this.position = this.buffer.writeBigInt64BE(value, this.position)
  }

  float64(value: number): void {
    this.ensure(8)
    this.position = this.buffer.writeDoubleBE(value, this.position)
  }

  uvarint(value: number): void {
    this.ensure(5)
    this.position = writeUvarint(this.buffer, value, this.position)
  }

  varint(value: number): void {
    this.ensure(5)
    this.position = writeVarint(this.buffer, value, this.position)
  }

  varlong(value: number | bigint): void {
    this.ensure(10)
    this.position = writeVarlong(this.buffer, value, this.position)
  }

  /** 16 bytes from the usual text form, `123e4567-e89b-12d3-a456-426614174000`. */
  uuid(value: string): void {
    const hex = value.replaceAll('-', '')
    if (!/^[0-9a-f]{32}$/i.test(hex)) throw new ProtocolError(`Not a UUID: ${value}`)
    this.ensure(16)
    this.position += this.buffer.write(hex, this.position, 'hex')
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    if (this.#pieces !== null && bytes.length >= PIECE_BYTES) {
      this.#endPiece()
      this.#pieces.push(bytes)
      return
    }
    this.ensure(bytes.length)
    this.buffer.set(bytes, this.position)
    this.position += bytes.length
  }

  /** Length as int16, then UTF-8; null is the length -1. */
  string(value: string | null): void {
    if (value === null) {
      this.int16(-1)
      return
    }
    const length = Buffer.byteLength(value)
    if (length > 0x7fff) throw new ProtocolError(`A string of ${length} bytes is too long for the protocol (32767)`)
    this.int16(length)
    this.#text(value, length)
  }

  /** Length + 1 as uvarint, then UTF-8; null is 0. */
  compactString(value: string | null): void {
    if (value === null) {
      this.uvarint(0)
      return
    }
    const length = Buffer.byteLength(value)
    if (length > 0x7fff) throw new ProtocolError(`A string of ${length} bytes is too long for the protocol (32767)`)
    this.uvarint(length + 1)
    this.#text(value, length)
  }

  /** Length as int32, then the bytes; null is the length -1. */
  bytes(value: Uint8Array | null): void {
    if (value === null) {
      this.int32(-1)
      return
    }
    this.int32(value.length)
    this.raw(value)
  }

  /** Length + 1 as uvarint, then the bytes; null is 0. */
  compactBytes(value: Uint8Array | null): void {
    if (value === null) {
      this.uvarint(0)
      return
    }
    this.uvarint(value.length + 1)
    this.raw(value)
  }

  /** How many elements follow, or null. */
  arrayLength(length: number | null, compact: boolean): void {
    if (compact) this.uvarint(length === null ? 0 : length + 1)
    else this.int32(length ?? -1)
  }

  #text(value: string, length: number): void {
    this.ensure(length)
    this.position += this.buffer.write(value, this.position, length, 'utf8')
  }
}
