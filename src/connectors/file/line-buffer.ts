import { constants, isAscii, isUtf8 } from 'node:buffer'
import { ConnectError } from '../../plugin/errors.ts'
import { cutSlices } from './cut-slices.ts'
import type { LineBlock } from './line-block.ts'

const LF = 0x0a
const CR = 0x0d

/** Large enough that reading costs nothing beside making records. */
const CHUNK_BYTES = 512 * 1024
/** Decoded at once where it is ASCII: a line that is a slice of that costs a third of one that is decoded by itself. */
const WINDOW_BYTES = 32 * 1024
/** An unfinished line up to this long moves out of its chunk while its file is quiet. */
const SMALL_BYTES = 64 * 1024
const NOTHING: Buffer = Buffer.alloc(0)

/** Keeps one chunk for whoever reads next, so that a thousand quiet files do not own a chunk each. */
export class ChunkPool {
  readonly size: number
  #free: Buffer | undefined

  constructor(size: number = CHUNK_BYTES) {
    this.size = size
  }

  lend(): Buffer {
    const chunk = this.#free ?? Buffer.allocUnsafeSlow(this.size)
    this.#free = undefined
    return chunk
  }

  takeBack(bytes: Buffer): void {
    if (bytes.length === this.size) this.#free = bytes
  }
}

/**
 * Bytes of a stream or file on their way to becoming lines: filled at the end, cut from the start.
 *
 *     bytes   | spent |  lines not taken yet ... unfinished line  | room |
 *             0     start                   scanned              end   length
 *
 * Lines end with `\n`, `\r\n` or a lone `\r`; a `\r` that is the last byte waits for the next one. A line longer than the
 * room doubles the bytes, so only the longest line bounds the memory. Bytes, not characters, are cut: a UTF-8 sequence
 * that is split between two reads is whole again before it is decoded.
 */
export class LineBuffer {
  readonly #chunks: ChunkPool
  #bytes = NOTHING
  #start = 0
  /** Up to here there is no `\n`, and no `\r` that ends a line. */
  #scanned = 0
  #end = 0
  /** Where `start` is in the file or stream, in bytes. */
  #position = 0
  /** The bytes from here on as text, if they are ASCII. Empty: not decoded. */
  #window = ''
  #windowStart = 0
  /** Up to here lines are decoded one by one, as there is something else than ASCII. */
  #foreignEnd = 0
  /** Leave out the terminator that comes next: its line was handed out unfinished. */
  #skip: 'nothing' | 'LF' | 'terminator' = 'nothing'

  constructor(chunks: ChunkPool) {
    this.#chunks = chunks
  }

  /** Where the next line starts, in bytes. */
  get position(): number {
    return this.#position
  }

  /** Where the next byte to fill in comes from. */
  get end(): number {
    return this.#position + this.held
  }

  /** How many bytes wait to be taken. */
  get held(): number {
    return this.#end - this.#start
  }

  /** Forgets everything held and goes on at `position`. */
  moveTo(position: number): void {
    this.#start = this.#scanned = this.#end = this.#foreignEnd = 0
    this.#position = position
    this.#skip = 'nothing'
    this.#window = ''
  }

  /** The line before `position` was handed out before its terminator came (`last` is the byte before `position`). */
  skipTerminatorAfter(last: number | undefined): void {
    if (last !== undefined && last !== LF) this.#skip = last === CR ? 'LF' : 'terminator'
  }

  /** Whether there may be whole lines that were not taken. */
  get unsearched(): boolean {
    return this.#scanned < this.#end
  }

  /** Room to read into, at least a quarter of a chunk; {@link filled} tells how much of it was used. */
  room(): Buffer {
    const chunk = this.#chunks.size
    const length = this.#bytes.length
    if (this.held <= chunk * 0.75) {
      if (length === chunk) this.#moveInto(this.#bytes)
      else this.#moveInto(this.#chunks.lend())
    } else this.#moveInto(this.held > length * 0.75 ? Buffer.allocUnsafeSlow(length * 2) : this.#bytes)
    return this.#bytes.subarray(this.#end)
  }

  /** Gives the chunk back while nothing is expected. What is held stays. */
  rest(): void {
    if (this.held > SMALL_BYTES || this.#bytes.length < this.#chunks.size) return
    this.#moveInto(this.held === 0 ? NOTHING : Buffer.allocUnsafeSlow(this.held))
  }

  filled(bytes: number): void {
    this.#end += bytes
  }

  append(bytes: Uint8Array): void {
    let from = 0
    while (from < bytes.length) {
      const room = this.room()
      const part = bytes.subarray(from, from + room.length)
      room.set(part)
      this.filled(part.length)
      from += part.length
    }
  }

  /** Appends whole lines as `make` makes them until `records` holds `most` or there is none left. */
  take<T>(records: T[], most: number, make: (line: string, position: number) => T): void {
    if (this.#skip !== 'nothing' && !this.#skipped()) return
    while (records.length < most) {
      if (this.#start >= this.#foreignEnd && this.#openWindow() && this.#takeSlices(records, most, make)) continue
      if (!this.#takeDecoded(records, most, make)) return
    }
  }

  /**
   * Puts whole lines into `block`, at most `most`, uncopied: they stand until the next {@link LineBuffer.room} or
   * {@link LineBuffer.append}.
   *
   * @returns false when no line feed came, or something that is not UTF-8: `take` is to be asked then
   */
  takeBlock(block: LineBlock, most: number): boolean {
    if (this.#skip !== 'nothing' && !this.#skipped()) return false
    const start = this.#start
    const held = this.#bytes.subarray(0, this.#end)
    const next = block.cut(held, start, Math.max(start, this.#scanned), most)
    if (next === start || !isUtf8(held.subarray(start, next))) {
      block.length = 0
      return false
    }
    this.#position += next - start
    this.#start = next
    const searched = block.usedUp && held.indexOf(CR, next) === -1 ? this.#end : next
    if (this.#scanned < searched) this.#scanned = searched
    return true
  }

  /** Makes sure that the next line, or its beginning, is in the window. @returns false where it is not ASCII */
  #openWindow(): boolean {
    const start = this.#start
    if (this.#window !== '' && start < this.#windowStart + this.#window.length) return true
    const end = Math.min(this.#end, start + WINDOW_BYTES)
    const bytes = this.#bytes.subarray(start, end)
    const foreign = !isAscii(bytes)
    if (foreign) this.#foreignEnd = end
    this.#window = foreign ? '' : bytes.toString('latin1')
    this.#windowStart = start
    return !foreign
  }

  /** Takes the lines that end in the window. @returns whether there was one */
  #takeSlices<T>(records: T[], most: number, make: (line: string, position: number) => T): boolean {
    const before = this.#start
    const base = this.#position - before + this.#windowStart
    const next = cutSlices(this.#window, before - this.#windowStart, base, records, most, make)
    this.#start = this.#windowStart + next
    this.#position = base + next
    if (this.#scanned < this.#start) this.#scanned = this.#start
    // What is left is the beginning of a line, and of the next window.
    if (records.length < most) this.#window = ''
    return this.#start > before
  }

  /** Takes lines of any bytes, as far as they are known to be foreign, or one. @returns whether there may be more */
  #takeDecoded<T>(records: T[], most: number, make: (line: string, position: number) => T): boolean {
    const bytes = this.#bytes
    const before = this.#start
    const base = this.#position - before
    // `indexOf` is not told where to end, so the spent bytes after `end` are kept out of its sight.
    const held = bytes.subarray(0, this.#end)
    let start = before
    let lf = -2
    let cr = -2
    let more = true
    do {
      const from = Math.max(start, this.#scanned)
      if (lf !== -1 && lf < from) lf = held.indexOf(LF, from)
      if (cr !== -1 && cr < from) cr = held.indexOf(CR, from)
      let stop: number
      let next: number
      if (cr !== -1 && (lf === -1 || cr < lf)) {
        if (cr + 1 === this.#end) {
          this.#scanned = cr
          more = false
          break
        }
        stop = cr
        next = bytes[cr + 1] === LF ? cr + 2 : cr + 1
      } else if (lf !== -1) {
        stop = lf
        next = lf + 1
      } else {
        this.#scanned = this.#end
        more = false
        break
      }
      records.push(make(this.#text(start, stop), base + next))
      start = next
    } while (records.length < most && start < this.#foreignEnd)
    this.#position += start - before
    this.#start = start
    if (this.#scanned < start) this.#scanned = start
    return more
  }

  /** Appends what is held although its terminator has not come. A terminator that comes next belongs to this line. */
  takeUnfinished<T>(records: T[], make: (line: string, position: number) => T): void {
    if (this.held === 0) return
    const last = this.#bytes[this.#end - 1]
    const stop = last === CR ? this.#end - 1 : this.#end
    const position = this.end
    records.push(make(this.#text(this.#start, stop), position))
    this.moveTo(position)
    this.skipTerminatorAfter(last)
  }

  /** Whether the next line can be looked for; drops the terminator that was waited for. */
  #skipped(): boolean {
    if (this.held === 0) return false
    const first = this.#bytes[this.#start]
    if (this.#skip === 'terminator' && first === CR) {
      this.#drop()
      this.#skip = 'LF'
      return this.#skipped()
    }
    if (first === LF) this.#drop()
    this.#skip = 'nothing'
    return true
  }

  #drop(): void {
    this.#start++
    this.#position++
    if (this.#scanned < this.#start) this.#scanned = this.#start
  }

  #text(start: number, stop: number): string {
    if (start === stop) return ''
    if (stop - start > constants.MAX_STRING_LENGTH) {
      throw new ConnectError(`A line of ${stop - start} bytes is longer than a text can be`)
    }
    return this.#bytes.toString('utf8', start, stop)
  }

  /** Moves what is held to the front of `bytes`, which may be the same ones. */
  #moveInto(bytes: Buffer): void {
    const old = this.#bytes
    if (bytes !== old || this.#start > 0) old.copy(bytes, 0, this.#start, this.#end)
    if (bytes !== old) this.#chunks.takeBack(old)
    this.#bytes = bytes
    this.#end -= this.#start
    this.#scanned -= this.#start
    this.#foreignEnd -= this.#start
    this.#window = ''
    this.#start = 0
  }
}
