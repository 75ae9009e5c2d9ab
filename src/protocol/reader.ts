import { ProtocolError } from './protocol-error.ts'

/** Reads Kafka's primitive types from a buffer; each call moves `position`. Byte fields are views, not copies. */
export class Reader {
  readonly buffer: Buffer
  position: number
  /** Nothing is read at or beyond this index. */
  readonly end: number

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
  }

  get remaining(): number {
    return this.end - this.position
  }

  /** Moves on by `bytes` and returns the index before. */
  take(bytes: number): number {
    const at = this.position
    if (bytes < 0 || bytes > this.end - at) {
      throw new ProtocolError(`Truncated: ${bytes} bytes expected at index ${at}, ${this.end - at} left`)
    }
    this.position = at + bytes
    return at
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1))
  }

  int16(): number {
    return this.buffer.readInt16BE(this.take(2))
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.take(2))
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4))
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4))
  }

  /** Exact up to 2^53, the nearest number beyond. */
  int64(): number {
    const at = this.take(8)
    return this.buffer.readInt32BE(at) * 0x100000000 + this.buffer.readUInt32BE(at + 4)
  }

  bigint64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }

  /** Unsigned, 0 to 2^32-1. */
  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new ProtocolError(`A varint is longer than 5 bytes, at index ${this.position - 5}`)
  }

  varint(): number {
    const value = this.uvarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** Exact up to 2^53, the nearest number beyond. */
  varlong(): number {
    const start = this.position
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.buffer[this.take(1)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    this.position = start
    return Number(this.bigVarlong())
  }

  bigVarlong(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.buffer[this.take(1)]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    }
    throw new ProtocolError(`A varlong is longer than 10 bytes, at index ${this.position - 10}`)
  }

  uuid(): string {
    const at = this.take(16)
    const hex = this.buffer.toString('hex', at, at + 16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Buffer {
    const at = this.take(length)
    return this.buffer.subarray(at, at + length)
  }

  string(): string | null {
    return this.#text(this.int16())
  }

  compactString(): string | null {
    return this.#text(this.uvarint() - 1)
  }

  bytes(): Buffer | null {
    const length = this.int32()
    return length === -1 ? null : this.raw(length)
  }

  compactBytes(): Buffer | null {
    const length = this.uvarint() - 1
    return length === -1 ? null : this.raw(length)
  }

  /** How many elements follow, or null. An element takes a byte at least, so more than what is left is an error. */
  arrayLength(compact: boolean): number | null {
    const length = compact ? this.uvarint() - 1 : this.int32()
    if (length === -1) return null
    if (length < 0 || length > this.remaining) {
      throw new ProtocolError(`An array of ${length} elements cannot be in the ${this.remaining} bytes left`)
    }
    return length
  }

  #text(length: number): string | null {
    if (length === -1) return null
    const at = this.take(length)
    return this.buffer.toString('utf8', at, at + length)
  }
}
