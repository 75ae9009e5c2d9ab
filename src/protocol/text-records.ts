import type { TextFrame, Texts } from './texts.ts'
import { varintSize, writeVarint, writeVarlong } from './varint.ts'

/** -1 as varint. */
const NO_KEY = 1
/** Attributes, the key's length and the number of headers are a byte each. */
const SINGLE_BYTES = 3

/** Writes records without key and headers whose values are texts within one frame, all with the same timestamp. */
export class TextRecords {
  /** Behind what the last `write` wrote. */
  position = 0
  /** So many bytes more than there are the next record takes; 0 when it is the batch that has no room for it. */
  needed = 0
  readonly #frame: TextFrame
  readonly #texts: Texts
  readonly #delta: number | bigint
  readonly #deltaSize: number

  constructor(delta: number | bigint, frame: TextFrame, texts: Texts) {
    this.#frame = frame
    this.#texts = texts
    this.#delta = delta
    this.#deltaSize = writeVarlong(new Uint8Array(10), delta, 0)
  }

  /**
   * @param count records that are in the batch already
   * @param maxPosition where the batch has to end
   * @returns how many were written
   */
  write(buffer: Buffer, position: number, count: number, from: number, maxPosition: number): number {
    const { before, after, writer } = this.#frame
    const { bytes, starts, ends, length } = this.#texts
    const around = before.length + after.length
    const others = SINGLE_BYTES + this.#deltaSize + around
    let at = position
    let index = from
    let written: Uint8Array | undefined
    this.needed = 0
    while (index < length) {
      const start = starts[index]!
      const end = ends[index]!
      const size = written === undefined ? end - start : written.length
      const number = count + index - from
      const body = others + varintSize(number) + varintSize(around + size) + size
      const next = at + varintSize(body) + body
      if (next > maxPosition) break
      if (next > buffer.length) {
        this.needed = next - position
        break
      }
      const text = this.#writeHead(buffer, at, body, number, around + size) + before.length
      if (written !== undefined) buffer.set(written, text)
      else if (!writer.copy(buffer, text, bytes, start, end)) {
        written = writer.encode(bytes, start, end)
        continue
      }
      written = undefined
      if (before.length > 0) buffer.set(before, text - before.length)
      if (after.length > 0) buffer.set(after, text + size)
      buffer[next - 1] = 0 // headers
      at = next
      index++
    }
    this.position = at
    return index - from
  }

  /** @returns where the value goes */
  #writeHead(buffer: Buffer, position: number, body: number, number: number, length: number): number {
    let at = writeVarint(buffer, body, position)
    buffer[at++] = 0 // attributes
    if (this.#delta === 0) buffer[at++] = 0
    else at = writeVarlong(buffer, this.#delta, at)
    at = writeVarint(buffer, number, at)
    buffer[at] = NO_KEY
    return writeVarint(buffer, length, at + 1)
  }
}
