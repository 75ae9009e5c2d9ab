import { type FinishOptions, RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'
import { type ReadOptions, readBatches } from '../../src/protocol/record-batch-reader.ts'

export interface SimpleRecord {
  readonly key?: string | null
  readonly value?: string | null
  readonly timestamp?: number
}

/** A point in time that no retention of the tests reaches. */
export const noon = 1_790_000_000_000

/** One record batch. Records without a timestamp are a millisecond apart, from `noon` on. */
export const batchOf = (records: readonly (SimpleRecord | string)[], options: FinishOptions = {}): Buffer => {
  const builder = new RecordBatchBuilder()
  records.forEach((record, i) => {
    const { key = null, value = null, timestamp = noon + i } = typeof record === 'string' ? { value: record } : record
    builder.append(timestamp, key, value, [])
  })
  return Buffer.from(builder.finish(options))
}

export interface ReadRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
}

export const recordsOf = (bytes: Buffer | null, options: ReadOptions = {}): ReadRecord[] => {
  const found: ReadRecord[] = []
  for (const batch of readBatches(bytes, options)) {
    const records = batch.records()
    while (records.next()) {
      const [key, value] = [records.key(), records.value()]
      const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null
      found.push({ offset: records.offset, timestamp: records.timestamp, key: text(key), value: text(value) })
    }
  }
  return found
}
