import type { OffsetFields, SourceRecord } from '../../plugin/record.ts'
import type { TextBlock } from '../../plugin/text-block.ts'

/** Most lines of a block, whatever a poll may return: they are two numbers each. */
const MOST_LINES = 8192
const LF = 0x0a
const CR = 0x0d

/** Makes the record of a line; its offset is the position behind it. */
export type MakeRecord = (line: string, position: number) => SourceRecord

/** Lines where they stand in a chunk of a file: bytes that nobody made a string of. Used again for the next ones. */
export class LineBlock implements TextBlock {
  length = 0
  bytes: Buffer = Buffer.alloc(0)
  starts = new Int32Array(0)
  ends = new Int32Array(0)
  sourcePartition: OffsetFields | null = null
  #make: MakeRecord | undefined
  /** Position of the first byte of `bytes`. */
  #base = 0
  /** Behind the last line. */
  #next = 0
  /** Whether `cut` left no line feed behind its lines. */
  usedUp = false

  /**
   * Finds whole lines from `start` on, at most `most`, as far as there are line feeds. Looks no further than they need.
   *
   * @param bytes up to the last one that was read
   * @param searched up to here there is no line feed
   * @returns the index behind the last line end
   */
  cut(bytes: Buffer, start: number, searched: number, most: number): number {
    this.#makeRoom(Math.min(most, MOST_LINES))
    this.bytes = bytes
    const end = this.#cutAtLineFeeds(start, searched, most)
    const cr = end === start ? -1 : bytes.subarray(start, end).indexOf(CR)
    this.#next = cr === -1 ? end : this.#cutAtAll(start, start + cr, end, most)
    if (this.#next < end) this.usedUp = false
    return this.#next
  }

  #cutAtLineFeeds(start: number, searched: number, most: number): number {
    const { bytes, starts, ends } = this
    const last = Math.min(most, starts.length)
    let count = 0
    let from = start
    let lf = bytes.indexOf(LF, searched)
    while (lf !== -1 && count < last) {
      starts[count] = from
      ends[count++] = lf
      from = lf + 1
      lf = bytes.indexOf(LF, from)
    }
    this.usedUp = lf === -1
    this.length = count
    return from
  }

  /** Carriage returns end lines, too; `end` is behind a line feed. */
  #cutAtAll(start: number, firstCr: number, end: number, most: number): number {
    const { starts, ends } = this
    const bytes = this.bytes.subarray(0, end)
    const last = Math.min(most, starts.length)
    let count = 0
    let from = start
    let cr = firstCr
    let lf = bytes.indexOf(LF, from)
    while (from < end && count < last) {
      const atCr = cr !== -1 && cr < lf
      starts[count] = from
      ends[count++] = atCr ? cr : lf
      from = atCr && lf > cr + 1 ? cr + 1 : lf + 1
      if (cr !== -1 && cr < from) cr = bytes.indexOf(CR, from)
      if (lf < from && from < end) lf = bytes.indexOf(LF, from)
    }
    this.length = count
    return from
  }

  /** Says whose lines these are, and where in the file. */
  describe(sourcePartition: OffsetFields | null, position: number, make: MakeRecord): void {
    this.sourcePartition = sourcePartition
    this.#base = position - this.#next
    this.#make = make
  }

  offsetAfter(index: number): OffsetFields | null {
    return this.record(index, '').sourceOffset
  }

  record(index: number, text?: string): SourceRecord {
    const next = index + 1 < this.length ? this.starts[index + 1]! : this.#next
    const line = text ?? this.bytes.toString('utf8', this.starts[index], this.ends[index])
    return this.#make!(line, this.#base + next)
  }

  #makeRoom(lines: number): void {
    if (this.starts.length >= lines) return
    this.starts = new Int32Array(lines)
    this.ends = new Int32Array(lines)
  }
}
