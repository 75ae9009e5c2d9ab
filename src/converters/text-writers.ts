/** How converters write texts that no string was made of. */
import type { TextWriter } from '../plugin/converter.ts'
import { quoteJson } from './json-string.ts'

/** From here on the call into the engine is worth it. */
const LONG = 256

/** Four bytes at a time, wherever they begin: neither a view nor a call into the engine for a short text. */
class Words {
  #bytes: Buffer | undefined
  #view: DataView = new DataView(new ArrayBuffer(0))

  of(bytes: Buffer): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return this.#view
  }
}

/** As it is. */
export const plainTexts = (): TextWriter => {
  const from = new Words()
  const to = new Words()
  return {
    copy(target, position, source, start, end) {
      if (end - start >= LONG) {
        source.copy(target, position, start, end)
        return true
      }
      const words = from.of(source)
      const copies = to.of(target)
      let at = position
      let i = start
      for (; i + 4 <= end; i += 4, at += 4) copies.setInt32(at, words.getInt32(i))
      for (; i < end; i++) target[at++] = source[i]!
      return true
    },
    encode: (text) => Buffer.from(text),
  }
}

const QUOTES = 0x22222222
const BACKSLASHES = 0x5c5c5c5c
const SPACES = 0x20202020
const ONES = 0x01010101
const HIGH_BITS = -0x7f7f7f80

/** Within a JSON string, between its quotes. */
export const jsonTexts = (): TextWriter => {
  const from = new Words()
  const to = new Words()
  return {
    copy(target, position, source, start, end) {
      const words = from.of(source)
      const copies = to.of(target)
      let special = 0
      let at = position
      let i = start
      for (; i + 4 <= end; i += 4, at += 4) {
        const word = words.getInt32(i)
        const quotes = word ^ QUOTES
        const backslashes = word ^ BACKSLASHES
        // The high bit of a byte that is less than a space, of a quote or backslash (nothing but zeros after the XOR), and of
        // one whose four highest bits are set: it begins a character that JSON gets as two escaped surrogates.
        special |=
          ((word - SPACES) & ~word) |
          ((quotes - ONES) & ~quotes) |
          ((backslashes - ONES) & ~backslashes) |
          (word & (word << 1) & (word << 2) & (word << 3))
        copies.setInt32(at, word)
      }
      special &= HIGH_BITS
      for (; i < end; i++) {
        const byte = source[i]!
        if (byte < 0x20 || byte === 0x22 || byte === 0x5c || byte >= 0xf0) special = 1
        target[at++] = byte
      }
      return special === 0
    },
    encode: (text) => Buffer.from(quoteJson(text).slice(1, -1)),
  }
}
