import { BACKSLASH, ESCAPE, escapedOf, HEX, MOST_BYTES, UNICODE } from './json-escapes.ts'
import { quoteJson } from './json-string.ts'

const QUOTE = 0x22
/** A call into C++ costs more than this many bytes one by one. */
const SHORT = 20
/** The same, where each byte is looked at anyway. */
const SHORT_COPY = 64
/** Of each byte of UTF-8: 0 when it is written as it is, whatever stands beside it. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && ESCAPE[byte] === 0 ? 0 : 1))
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const NO_WORDS: Int32Array = new Int32Array(0)

/**
 * Writes JSON text as UTF-8 into memory that others own, the same as `quoteJson` and its like make as strings. What has no
 * room is not written, and {@link JsonBytesWriter.full} tells.
 */
export class JsonBytesWriter {
  /** There was too little room: what was written since `begin` is of no use. */
  full = false
  /** Where the next byte goes. */
  position = 0
  #bytes: Buffer = Buffer.alloc(0)
  /** The same memory, four bytes at a time; empty where it does not begin at a multiple of four. */
  #words: Int32Array = NO_WORDS

  begin(target: Buffer, position: number): void {
    if (target !== this.#bytes) {
      this.#bytes = target
      const { buffer, byteOffset, length } = target
      this.#words = byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : NO_WORDS
    }
    this.position = position
    this.full = false
  }

  /** Text that is encoded already. */
  encoded(piece: Uint8Array): void {
    const bytes = this.#bytes
    const { length } = piece
    const at = this.position
    if (at + length > bytes.length) {
      this.full = true
      return
    }
    if (length < SHORT) for (let i = 0; i < length; i++) bytes[at + i] = piece[i]!
    else bytes.set(piece, at)
    this.position = at + length
  }

  boolean(value: boolean): void {
    this.encoded(value ? TRUE : FALSE)
  }

  /** The memory, where so many bytes have room at `position`. */
  room(length: number): Buffer | undefined {
    if (this.position + length <= this.#bytes.length) return this.#bytes
    this.full = true
    return undefined
  }

  /** Text that is encoded already, out of other bytes. */
  copied(source: Buffer, from: number, length: number): void {
    const bytes = this.#bytes
    const at = this.position
    if (at + length > bytes.length) {
      this.full = true
      return
    }
    if (length < SHORT) for (let i = 0; i < length; i++) bytes[at + i] = source[from + i]!
    else source.copy(bytes, at, from, from + length)
    this.position = at + length
  }

  /** A JSON string of UTF-8. */
  quotedBytes(source: Buffer, from: number, length: number): void {
    const bytes = this.#bytes
    const start = this.position + 1
    if (start + length + 1 > bytes.length) {
      this.full = true
      return
    }
    let special = 0
    if (length < SHORT_COPY) {
      for (let i = 0; i < length; i++) {
        const byte = source[from + i]!
        special |= SPECIAL[byte]!
        bytes[start + i] = byte
      }
    } else {
      source.copy(bytes, start, from, from + length)
      special = this.#isPlain(start, start + length) && this.#isAscii(start, start + length) ? 0 : 1
    }
    if (special !== 0) {
      this.quoted(source.toString('utf8', from, from + length))
      return
    }
    bytes[start - 1] = QUOTE
    bytes[start + length] = QUOTE
    this.position = start + length + 1
  }

  #isAscii(start: number, end: number): boolean {
    const bytes = this.#bytes
    let high = 0
    for (let i = start; i < end; i++) high |= bytes[i]!
    return high < 0x80
  }

  /** JSON as it is, without halves of surrogate pairs. */
  text(json: string): void {
    const bytes = this.#bytes
    const { length } = json
    const at = this.position
    if (at + length * 3 > bytes.length) {
      this.full = true
      return
    }
    if (length < SHORT) {
      let i = 0
      for (; i < length; i++) {
        const code = json.charCodeAt(i)
        if (code > 0x7f) break
        bytes[at + i] = code
      }
      if (i === length) {
        this.position = at + length
        return
      }
    }
    this.position = at + bytes.write(json, at)
  }

  /** A JSON string. */
  quoted(text: string): void {
    const bytes = this.#bytes
    const { length } = text
    const start = this.position + 1
    if (start + length * MOST_BYTES + 1 > bytes.length) {
      this.full = true
      return
    }
    bytes[start - 1] = QUOTE
    if (length < SHORT) {
      let i = 0
      for (; i < length; i++) {
        const code = text.charCodeAt(i)
        if (code > 0x7f || ESCAPE[code] !== 0) break
        bytes[start + i] = code
      }
      if (i < length) {
        this.text(quoteJson(text))
        return
      }
      bytes[start + length] = QUOTE
      this.position = start + length + 1
      return
    }
    let end = start + bytes.write(text, start)
    if (end - start !== length) {
      // What is beyond ASCII stays as it is, but for surrogates.
      this.text(quoteJson(text))
      return
    }
    if (!this.#isPlain(start, end)) end = this.#escape(start, end)
    bytes[end] = QUOTE
    this.position = end + 1
  }

  /** Whether ASCII text is written as it is. Looks at four characters at a time: three times as fast as a RegExp. */
  #isPlain(start: number, end: number): boolean {
    const bytes = this.#bytes
    const words = this.#words
    const from = Math.min(end, (start + 3) & ~3)
    const to = words.length === 0 ? from : Math.max(from, end & ~3)
    let special = 0
    for (let i = start; i < from; i++) special |= ESCAPE[bytes[i]!]!
    for (let i = from >> 2; i < to >> 2; i++) special |= escapedOf(words[i]!)
    for (let i = to; i < end; i++) special |= ESCAPE[bytes[i]!]!
    return special === 0
  }

  /** Puts escapes into ASCII text, from its end on, where it stands. @returns where it ends now */
  #escape(start: number, end: number): number {
    const bytes = this.#bytes
    let more = 0
    for (let i = start; i < end; i++) {
      const letter = ESCAPE[bytes[i]!]!
      if (letter !== 0) more += letter === UNICODE ? MOST_BYTES - 1 : 1
    }
    let to = end + more
    for (let from = end - 1; to - 1 > from; from--) {
      const code = bytes[from]!
      const letter = ESCAPE[code]!
      if (letter === UNICODE) {
        bytes[--to] = HEX[code & 15]!
        bytes[--to] = HEX[code >> 4]!
        bytes[--to] = 0x30
        bytes[--to] = 0x30
        bytes[--to] = UNICODE
        bytes[--to] = BACKSLASH
      } else if (letter !== 0) {
        bytes[--to] = letter
        bytes[--to] = BACKSLASH
      } else bytes[--to] = code
    }
    return end + more
  }
}
