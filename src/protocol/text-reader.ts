/** So many bytes are decoded at once: a string that is kept keeps as much text in memory. */
const WINDOW_BYTES = 4 * 1024
/** Longer strings are decoded by themselves. */
const LONGEST_IN_WINDOW = 1024
/** A string that begins so soon after the one before is one of many that stand together. */
const NEAR_BYTES = 128
const NOT_ASCII = 0x80808080 | 0

/**
 * Reads strings of UTF-8 out of one buffer. Short ones of ASCII that follow each other closely are cut out of a text that is
 * decoded for all of them: a call into the engine for each costs three times as much.
 */
export class TextReader {
  /** Whether there are views on the buffer that somebody may keep. */
  viewed = false
  readonly buffer: Buffer
  #closed = false
  /** The buffer's memory in fours, from a multiple of four on; made when it is needed. */
  #words: Int32Array | undefined
  #text = ''
  #from = 0
  #to = 0
  #lastEnd = Number.NEGATIVE_INFINITY

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  /** Whether `part` is a view on the same memory. */
  sharesMemory(part: Buffer): boolean {
    return this.buffer.buffer === part.buffer
  }

  /** Its memory is used for something else from now on: reading is an error. */
  close(): void {
    this.#closed = true
    this.#text = ''
  }

  view(start: number, length: number): Buffer {
    this.viewed = true
    return this.briefView(start, length)
  }

  /** A view that nobody keeps. */
  briefView(start: number, length: number): Buffer {
    if (this.#closed) throw closedError()
    return this.buffer.subarray(start, start + length)
  }

  /** The text of so many bytes; what is not UTF-8 becomes U+FFFD, as with `Buffer.toString`. */
  read(start: number, length: number): string {
    if (this.#closed) throw closedError()
    const end = start + length
    const isNear = start - this.#lastEnd < NEAR_BYTES && start >= this.#lastEnd
    this.#lastEnd = end
    if (!isNear || length > LONGEST_IN_WINDOW || !this.#isAscii(start, end)) {
      return this.buffer.toString('utf8', start, end)
    }
    if (start < this.#from || end > this.#to) this.#decodeFrom(start)
    return this.#text.slice(start - this.#from, end - this.#from)
  }

  #decodeFrom(start: number): void {
    this.#from = start
    this.#to = Math.min(start + WINDOW_BYTES, this.buffer.length)
    // A character for each byte: what is not ASCII is never taken out of it.
    this.#text = this.buffer.toString('latin1', start, this.#to)
  }

  #isAscii(start: number, end: number): boolean {
    const buffer = this.buffer
    const shift = buffer.byteOffset & 3
    this.#words ??= wordsOf(buffer, shift)
    const words = this.#words
    const firstWord = (start + shift + 3) >> 2
    const endWord = (end + shift) >> 2
    let all = 0
    if (firstWord >= endWord) {
      for (let at = start; at < end; at++) all |= buffer[at]!
      return all < 0x80
    }
    for (let at = firstWord; at < endWord; at++) all |= words[at]!
    if ((all & NOT_ASCII) !== 0) return false
    let edges = 0
    for (let at = start; at < firstWord * 4 - shift; at++) edges |= buffer[at]!
    for (let at = endWord * 4 - shift; at < end; at++) edges |= buffer[at]!
    return edges < 0x80
  }
}

const closedError = (): Error => new Error('The record is read after its memory was given back')

/** From up to three bytes before the buffer on, as words begin at multiples of four. */
const wordsOf = (buffer: Buffer, shift: number): Int32Array =>
  new Int32Array(buffer.buffer, buffer.byteOffset - shift, (buffer.length + shift) >> 2)
