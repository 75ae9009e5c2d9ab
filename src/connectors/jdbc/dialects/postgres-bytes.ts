/** Longer texts are written faster by Node.js itself. */
const SHORT_TEXT = 64
const FIRST_BYTES = 4096
/** More than this is not kept for the next values. */
const MOST_KEPT = 1_000_000

/** Bytes that grow as they are written, most significant byte first, as PostgreSQL reads them; used again and again. */
export class PgBytes {
  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #view = viewOf(this.#buffer)
  #at = 0

  get length(): number {
    return this.#at
  }

  clear(): void {
    this.#at = 0
  }

  /** What was written, until it is written anew. */
  taken(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#at)
    if (this.#buffer.length > MOST_KEPT) this.#use(Buffer.allocUnsafeSlow(FIRST_BYTES))
    return bytes
  }

  skip(count: number): void {
    this.#need(count)
    this.#at += count
  }

  /** Puts numbers of 32 bits at the beginning. */
  header(values: readonly number[]): void {
    for (let index = 0; index < values.length; index++) this.#view.setInt32(index * 4, values[index] as number)
  }

  byte(value: number): void {
    this.#need(1)
    this.#buffer[this.#at++] = value
  }

  int16(value: number): void {
    this.#need(2)
    this.#view.setInt16(this.#at, value)
    this.#at += 2
  }

  int32(value: number): void {
    this.#need(4)
    this.#view.setInt32(this.#at, value)
    this.#at += 4
  }

  int64(value: bigint): void {
    this.#need(8)
    this.#view.setBigInt64(this.#at, value)
    this.#at += 8
  }

  /** A whole number that is exact, as 64 bits. */
  whole64(value: number): void {
    this.#need(8)
    const high = Math.floor(value / 0x1_0000_0000)
    this.#view.setInt32(this.#at, high)
    this.#view.setUint32(this.#at + 4, value - high * 0x1_0000_0000)
    this.#at += 8
  }

  float32(value: number): void {
    this.#need(4)
    this.#view.setFloat32(this.#at, value)
    this.#at += 4
  }

  float64(value: number): void {
    this.#need(8)
    this.#view.setFloat64(this.#at, value)
    this.#at += 8
  }

  bytes(value: Uint8Array): void {
    this.#need(value.length)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  /** How many bytes it is in UTF-8 (32 bits), and these. */
  textWithLength(value: string): void {
    const { length } = value
    const isShort = length <= SHORT_TEXT
    this.#need(4 + (isShort ? 3 * length : Buffer.byteLength(value)))
    const from = this.#at + 4
    const written = isShort && this.#ascii(value, from) ? length : this.#buffer.write(value, from, 'utf8')
    this.#view.setInt32(this.#at, written)
    this.#at = from + written
  }

  #ascii(value: string, from: number): boolean {
    const buffer = this.#buffer
    const { length } = value
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code >= 0x80) return false
      buffer[from + index] = code
    }
    return true
  }

  #need(more: number): void {
    if (this.#at + more <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#at + more))
    larger.set(this.#buffer.subarray(0, this.#at))
    this.#use(larger)
  }

  #use(buffer: Buffer): void {
    this.#buffer = buffer
    this.#view = viewOf(buffer)
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length)
