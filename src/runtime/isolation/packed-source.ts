/** Polled records as they go from a task's thread to the program: all bytes in one buffer that is handed over, not copied. */
import type { OffsetFields, SourceRecord } from '../../plugin/record.ts'
import type { WireHeader, WireValue } from '../deliver-parts.ts'
import type { SourceLetter } from '../source-letter.ts'
import type { Stage } from '../tolerance.ts'
import type { ErrorMessage } from './error-message.ts'

/** A record that the thread could not transform or convert. */
export interface FailedRecord {
  readonly stage: Stage
  readonly className: string
  readonly error: ErrorMessage
  readonly letter: SourceLetter
}

export interface PackedSource {
  readonly count: number
  readonly bytes: ArrayBuffer
  /** Two per record: length of key and of value, -1 for null. */
  readonly lengths: Int32Array
  /** By record; -1: none. */
  readonly partitions: Int32Array
  /** NaN: none. */
  readonly timestamps: Float64Array
  /** Runs: the index of the first record, and what it and those behind it have. */
  readonly topics: readonly (readonly [number, string])[]
  readonly sourcePartitions: readonly (readonly [number, OffsetFields | null])[]
  readonly sourceOffsets: PackedOffsets
  /** Of records that have some; lengths as above. Their bytes stand behind those of the value. */
  readonly headers: readonly (readonly [number, readonly (readonly [string, number])[]])[]
  /** Of records that are not to be written; null: dropped by a transform. */
  readonly outcomes: readonly (readonly [number, FailedRecord | null])[]
}

/** Offsets whose fields are the same numbers in each record go as columns, which are handed over; others are copied. */
export type PackedOffsets =
  | { readonly names: readonly string[]; readonly columns: readonly Float64Array[] }
  | { readonly offsets: readonly (OffsetFields | null)[] }

export interface ConvertedRecord {
  readonly polled: SourceRecord
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number | null
  readonly key: WireValue
  readonly value: WireValue
  readonly headers: readonly WireHeader[]
  readonly outcome: FailedRecord | null | undefined
}

/** Bytes of one poll, growing. */
const createBytes = (size: number) => {
  let buffer = Buffer.from(new ArrayBuffer(size))
  let at = 0
  const room = (more: number): void => {
    if (at + more <= buffer.length) return
    const grown = Buffer.from(new ArrayBuffer(Math.max(buffer.length * 2, at + more)))
    buffer.copy(grown, 0, 0, at)
    buffer = grown
  }
  return {
    add(value: WireValue): number {
      if (value === null) return -1
      if (typeof value !== 'string') {
        room(value.length)
        buffer.set(value, at)
        at += value.length
        return value.length
      }
      room(value.length * 3)
      const length = buffer.write(value, at)
      at += length
      return length
    },
    buffer: (): ArrayBuffer => buffer.buffer as ArrayBuffer,
    used: () => at,
  }
}

/** @param sizeHint bytes of the poll before */
export const packSource = (records: readonly ConvertedRecord[], sizeHint: number): PackedSource & { used: number } => {
  const count = records.length
  const bytes = createBytes(Math.max(1024, sizeHint + 256))
  const lengths = new Int32Array(2 * count)
  const partitions = new Int32Array(count)
  const timestamps = new Float64Array(count)
  const topics: [number, string][] = []
  const sourcePartitions: [number, OffsetFields | null][] = []
  const headers: [number, [string, number][]][] = []
  const outcomes: [number, FailedRecord | null][] = []
  for (let i = 0; i < count; i++) {
    const record = records[i]!
    lengths[2 * i] = bytes.add(record.key)
    lengths[2 * i + 1] = bytes.add(record.value)
    if (record.headers.length > 0) {
      headers.push([i, record.headers.map(({ key, value }) => [key, bytes.add(value)])])
    }
    partitions[i] = record.partition ?? -1
    timestamps[i] = record.timestamp ?? Number.NaN
    if (topics.at(-1)?.[1] !== record.topic) topics.push([i, record.topic])
    const { sourcePartition } = record.polled
    if (i === 0 || records[i - 1]!.polled.sourcePartition !== sourcePartition)
      sourcePartitions.push([i, sourcePartition])
    if (record.outcome !== undefined) outcomes.push([i, record.outcome])
  }
  const sourceOffsets = packOffsets(records)
  return {
    ...{ count, bytes: bytes.buffer(), lengths, partitions, timestamps, topics, sourcePartitions, sourceOffsets },
    ...{ headers, outcomes, used: bytes.used() },
  }
}

const packOffsets = (records: readonly ConvertedRecord[]): PackedOffsets => {
  const names = Object.keys(records[0]?.polled.sourceOffset ?? {})
  const columns = names.map(() => new Float64Array(records.length))
  const fits = (offset: OffsetFields | null): offset is OffsetFields =>
    offset !== null && Object.keys(offset).length === names.length && names.every((name) => isPlain(offset[name]))
  for (let i = 0; i < records.length; i++) {
    const offset = records[i]!.polled.sourceOffset
    if (!fits(offset)) return { offsets: records.map(({ polled }) => polled.sourceOffset) }
    for (let n = 0; n < names.length; n++) columns[n]![i] = offset[names[n]!] as number
  }
  return { names, columns }
}

const isPlain = (value: unknown): boolean => typeof value === 'number'

/** What is handed over with it. */
export const transferOf = ({ bytes, lengths, partitions, timestamps, sourceOffsets }: PackedSource): ArrayBuffer[] =>
  [bytes, lengths.buffer, partitions.buffer, timestamps.buffer].concat(
    'columns' in sourceOffsets ? sourceOffsets.columns.map(({ buffer }) => buffer) : [],
  ) as ArrayBuffer[]

/** A record whose key, value and header values are bytes already. */
export interface IsolatedRecord extends SourceRecord {
  /** Its number since the task began. */
  readonly number: number
  /** Undefined: it is to be written. */
  readonly outcome: FailedRecord | null | undefined
}

export const unpackSource = (packed: PackedSource, firstNumber: number): IsolatedRecord[] => {
  const { count, lengths, partitions, timestamps, topics, sourcePartitions, sourceOffsets } = packed
  const buffer = Buffer.from(packed.bytes)
  const records: IsolatedRecord[] = []
  const headersOf = new Map(packed.headers)
  const outcomeOf = new Map(packed.outcomes)
  let at = 0
  let topic = ''
  let sourcePartition: OffsetFields | null = null
  let topicRun = 0
  let partitionRun = 0
  const take = (length: number): Buffer | null => {
    if (length < 0) return null
    at += length
    return buffer.subarray(at - length, at)
  }
  for (let i = 0; i < count; i++) {
    if (topics[topicRun]?.[0] === i) topic = topics[topicRun++]![1]
    if (sourcePartitions[partitionRun]?.[0] === i) sourcePartition = sourcePartitions[partitionRun++]![1]
    const key = take(lengths[2 * i]!)
    const value = take(lengths[2 * i + 1]!)
    const headers = (headersOf.size > 0 ? headersOf.get(i) : undefined) ?? NO_HEADERS
    const timestamp = timestamps[i]!
    const partition = partitions[i]!
    records.push({
      topic,
      partition: partition < 0 ? null : partition,
      keySchema: null,
      key,
      valueSchema: null,
      value,
      timestamp: Number.isNaN(timestamp) ? null : timestamp,
      headers: headers.map(([name, length]) => ({ key: name, schema: null, value: take(length) })),
      sourcePartition,
      sourceOffset: offsetAt(sourceOffsets, i),
      number: firstNumber + i,
      outcome: outcomeOf.size > 0 ? outcomeOf.get(i) : undefined,
    })
  }
  return records
}

const NO_HEADERS: readonly (readonly [string, number])[] = []

const offsetAt = (packed: PackedOffsets, i: number): OffsetFields | null => {
  if ('offsets' in packed) return packed.offsets[i]!
  const offset: Record<string, number> = {}
  for (let n = 0; n < packed.names.length; n++) offset[packed.names[n]!] = packed.columns[n]![i]!
  return offset
}
