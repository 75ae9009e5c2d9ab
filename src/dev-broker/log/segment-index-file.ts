import { readFileSync } from 'node:fs'
import { replaceFile } from './replace-file.ts'
import type { IndexRow, Segment } from './segment.ts'

/**
 * Beside a segment that is complete: its index, so that a start need not read the segment. Doubles in the byte order of
 * the machine: format, size of the segment, next offset, max timestamp, then three for each row.
 */
const format = 1
const headLength = 4

export const writeIndexFile = (path: string, segment: Segment, fsync: boolean): void => {
  const { store, nextOffset, maxTimestamp, index } = segment
  const numbers = [format, store.size, nextOffset, maxTimestamp]
  for (const row of index) numbers.push(row.offset, row.position, row.maxTimestampBefore)
  replaceFile(path, Buffer.from(Float64Array.from(numbers).buffer), fsync)
}

export interface IndexFile {
  readonly nextOffset: number
  readonly maxTimestamp: number
  readonly index: IndexRow[]
}

/** Undefined when there is none for a segment of this size: scan the segment then. */
export const readIndexFile = (path: string, segmentSize: number): IndexFile | undefined => {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch {
    return undefined
  }
  if (bytes.length % 8 !== 0 || bytes.length < headLength * 8) return undefined
  const numbers = new Float64Array(Uint8Array.from(bytes).buffer)
  if (numbers[0] !== format || numbers[1] !== segmentSize || (numbers.length - headLength) % 3 !== 0) return undefined
  const index: IndexRow[] = []
  for (let i = headLength; i < numbers.length; i += 3) {
    index.push({ offset: numbers[i]!, position: numbers[i + 1]!, maxTimestampBefore: numbers[i + 2]! })
  }
  return { nextOffset: numbers[2]!, maxTimestamp: numbers[3]!, index }
}
