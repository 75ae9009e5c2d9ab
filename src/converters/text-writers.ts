/** How converters write texts that no string was made of. */
import type { TextWriter } from '../plugin/converter.ts'
import { escapedOf, escapeUtf8, MOST_BYTES } from './json-escapes.ts'

/** From here on the call into the engine is worth it. */
const LONG = 256

/** Memory kept for texts with something to escape. */
const MOST_SCRATCH = 64 * 1024

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
    encode: (source, start, end) => source.subarray(start, end),
  }
}

const HIGH_BITS = -0x7f7f7f80

/** Within a JSON string, between its quotes. */
export const jsonTexts = (): TextWriter => {
  const from = new Words()
  const to = new Words()
  let scratch: Buffer = Buffer.alloc(0)
  return {
    copy(target, position, source, start, end) {
      const words = from.of(source)
      const copies = to.of(target)
      let special = 0
      let at = position
      let i = start
      for (; i + 4 <= end; i += 4, at += 4) {
        const word = words.getInt32(i)
        // A byte whose four highest bits are set begins a character that JSON gets as two escaped surrogates.
        special |= escapedOf(word) | (word & (word << 1) & (word << 2) & (word << 3) & HIGH_BITS)
        copies.setInt32(at, word)
      }
      for (; i < end; i++) {
        const byte = source[i]!
        if (byte < 0x20 || byte === 0x22 || byte === 0x5c || byte >= 0xf0) special = 1
        target[at++] = byte
      }
      return special === 0
    },
    encode(source, start, end) {
      const most = (end - start) * MOST_BYTES
      if (most > scratch.length && most <= MOST_SCRATCH) scratch = Buffer.allocUnsafeSlow(MOST_SCRATCH)
      const target = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most)
      return target.subarray(0, escapeUtf8(target, source, start, end))
    },
  }
}
