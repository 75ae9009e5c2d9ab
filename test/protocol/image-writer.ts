/** Bytes that grow. */
export class ImageWriter {
  #buffer = Buffer.allocUnsafe(4096)
  #length = 0

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  int8(value: number): void {
    this.#length = this.#room(1).writeInt8(value, this.#length)
  }

  int16(value: number): void {
    this.#length = this.#room(2).writeInt16BE(value, this.#length)
  }

  int32(value: number): void {
    this.#length = this.#room(4).writeInt32BE(value, this.#length)
  }

  /** A whole number; beyond 2^53 the nearest that a number can be. */
  int64(value: number): void {
    this.#length = this.#room(8).writeBigInt64BE(BigInt.asIntN(64, BigInt(value)), this.#length)
  }

  /** Its length as int32 before it; null is -1. */
  part(bytes: Uint8Array | null): void {
    this.int32(bytes?.length ?? -1)
    if (bytes === null) return
    this.#room(bytes.length).set(bytes, this.#length)
    this.#length += bytes.length
  }

  #room(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    return this.#buffer
  }
}
