import type { BatchRecordCursor, ReadHeader } from '../protocol/record-cursor.ts'
import type { TextReader } from '../protocol/text-reader.ts'

export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime'

/** A record as fetched: key, value and header values are views on the fetch response. */
export interface FetchedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since the epoch; -1: none. */
  readonly timestamp: number
  readonly timestampType: TimestampType
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
  /** Bytes of key and value, without a look at them. */
  readonly size?: number
  /** The key as a view that is not kept. */
  briefKey?(): Buffer | null
  /** The value as a view that is not kept. */
  briefValue?(): Buffer | null
  /** What `key?.toString()` gives, but faster: no view is made. */
  keyText?(): string | null
  /** What `value?.toString()` gives, but faster: no view is made. */
  valueText?(): string | null
}

/** A record that stands in a batch: it knows where its bytes are, and makes views of them or text when asked. */
export class BatchedRecord implements FetchedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: TimestampType
  readonly headers: readonly ReadHeader[]
  readonly #texts: TextReader
  readonly #keyStart: number
  readonly #keyLength: number
  readonly #valueStart: number
  readonly #valueLength: number

  /** What the cursor stands on. `timestampType` holds if there is a timestamp. */
  constructor(topic: string, partition: number, timestampType: TimestampType, cursor: BatchRecordCursor) {
    const { timestamp } = cursor
    this.topic = topic
    this.partition = partition
    this.offset = cursor.offset
    this.timestamp = timestamp
    this.timestampType = timestamp === -1 ? 'NoTimestampType' : timestampType
    this.headers = cursor.headers()
    this.#texts = cursor.texts
    this.#keyStart = cursor.keyStart
    this.#keyLength = cursor.keyLength
    this.#valueStart = cursor.valueStart
    this.#valueLength = cursor.valueLength
  }

  get key(): Buffer | null {
    return this.#keyLength < 0 ? null : this.#texts.view(this.#keyStart, this.#keyLength)
  }

  get value(): Buffer | null {
    return this.#valueLength < 0 ? null : this.#texts.view(this.#valueStart, this.#valueLength)
  }

  get size(): number {
    return Math.max(0, this.#keyLength) + Math.max(0, this.#valueLength)
  }

  briefKey(): Buffer | null {
    return this.#keyLength < 0 ? null : this.#texts.briefView(this.#keyStart, this.#keyLength)
  }

  briefValue(): Buffer | null {
    return this.#valueLength < 0 ? null : this.#texts.briefView(this.#valueStart, this.#valueLength)
  }

  keyText(): string | null {
    return this.#keyLength < 0 ? null : this.#texts.read(this.#keyStart, this.#keyLength)
  }

  valueText(): string | null {
    return this.#valueLength < 0 ? null : this.#texts.read(this.#valueStart, this.#valueLength)
  }
}
