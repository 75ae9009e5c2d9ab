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

  /**
   * Finds whole lines from `start` on, at most `most`. A `\r` that is the last byte may be half a line end, so its line is
   * left.
   *
   * @param bytes up to the last one that was read
   * @param searched up to here there is no line end
   * @returns the index behind the last line end
   */
  cut(bytes: Buffer, start: number, searched: number, most: number): number {
    this.#makeRoom(Math.min(most, MOST_LINES))
    const { starts, ends } = this
    const last = Math.min(most, starts.length)
    let count = 0
    let from = start
    let cr = bytes.indexOf(CR, searched)
    let lf = bytes.indexOf(LF, searched)
    while (count < last) {
      let end = lf
      let next = lf + 1
      if (cr !== -1 && (lf === -1 || cr < lf)) {
        if (cr + 1 === bytes.length) break
        end = cr
        next = lf === cr + 1 ? cr + 2 : cr + 1
        cr = bytes.indexOf(CR, next)
      } else if (lf === -1) break
      starts[count] = from
      ends[count] = end
      count++
      from = next
      if (lf !== -1 && lf < next) lf = bytes.indexOf(LF, next)
    }
    this.length = count
    this.bytes = bytes
    this.#next = from
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
