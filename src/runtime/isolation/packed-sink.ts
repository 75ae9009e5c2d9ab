/** Fetched records as they go to a task's thread: their bytes are put together once, in a buffer that is handed over. */
import type { ConsumedRecord } from '../deserialize.ts'

export interface PackedSink {
  readonly count: number
  readonly bytes: ArrayBuffer
  /** Two per record: length of key and of value, -1 for null. */
  readonly lengths: Int32Array
  readonly offsets: Float64Array
  readonly timestamps: Float64Array
  /** Runs of one partition: the index of their first record. */
  readonly runs: readonly (readonly [number, string, number, ConsumedRecord['timestampType']])[]
  readonly headers: readonly (readonly [number, readonly (readonly [string, number])[]])[]
}

export const packSink = (records: readonly ConsumedRecord[]): PackedSink => {
  let size = 0
  for (const record of records) {
    size += record.size ?? (record.key?.length ?? 0) + (record.value?.length ?? 0)
    for (const header of record.headers) size += header.value?.length ?? 0
  }
  const bytes = Buffer.from(new ArrayBuffer(size))
  let at = 0
  const add = (value: Uint8Array | null): number => {
    if (value === null) return -1
    bytes.set(value, at)
    at += value.length
    return value.length
  }
  const count = records.length
  const lengths = new Int32Array(2 * count)
  const offsets = new Float64Array(count)
  const timestamps = new Float64Array(count)
  const runs: [number, string, number, ConsumedRecord['timestampType']][] = []
  const headers: [number, [string, number][]][] = []
  for (let i = 0; i < count; i++) {
    const record = records[i]!
    lengths[2 * i] = add(record.key)
    lengths[2 * i + 1] = add(record.value)
    if (record.headers.length > 0) headers.push([i, record.headers.map(({ key, value }) => [key, add(value)])])
    offsets[i] = record.offset
    timestamps[i] = record.timestamp
    const last = runs.at(-1)
    const { topic, partition, timestampType } = record
    if (last === undefined || last[2] !== partition || last[1] !== topic || last[3] !== timestampType) {
      runs.push([i, topic, partition, timestampType])
    }
  }
  return { count, bytes: bytes.buffer as ArrayBuffer, lengths, offsets, timestamps, runs, headers }
}

export const unpackSink = ({ count, lengths, offsets, timestamps, runs, ...packed }: PackedSink): ConsumedRecord[] => {
  const buffer = Buffer.from(packed.bytes)
  const headersOf = new Map(packed.headers)
  let at = 0
  const take = (length: number): Buffer | null => {
    if (length < 0) return null
    at += length
    return buffer.subarray(at - length, at)
  }
  const records: ConsumedRecord[] = []
  let run = -1
  for (let i = 0; i < count; i++) {
    if (runs[run + 1]?.[0] === i) run++
    const [, topic, partition, timestampType] = runs[run]!
    const key = take(lengths[2 * i]!)
    const value = take(lengths[2 * i + 1]!)
    const headers = (headersOf.get(i) ?? []).map(([name, length]) => ({ key: name, value: take(length) }))
    records.push({
      ...{ topic, partition, offset: offsets[i]!, timestamp: timestamps[i]!, timestampType },
      ...{ key, value, headers },
    })
  }
  return records
}
