/** A source task's producer: keeps what it was sent; acknowledges when a test says so. */
import type { ValueWriter } from '../../src/plugin/converter.ts'
import type { OffsetRun } from '../../src/runtime/committable-offsets.ts'
import type { AppendingProducer, WireHeader, WireValue } from '../../src/runtime/deliver-parts.ts'

export interface Sent {
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number
  readonly key: WireValue
  readonly value: WireValue
  readonly headers: readonly WireHeader[]
  readonly run: OffsetRun
}

export interface FakeProducer extends AppendingProducer {
  readonly sent: Sent[]
  readonly topics: Set<string>
  /** What `dispatch` answers. */
  room: Promise<void> | undefined
  refuse: ((value: WireValue) => Error | undefined) | undefined
  /** Acknowledges these records (indexes in `sent`), or all that were sent. */
  acknowledge(...indexes: readonly number[]): void
}

export const createFakeProducer = (...topics: readonly string[]): FakeProducer => {
  const acknowledged = new Set<number>()
  const producer: FakeProducer = {
    sent: [],
    topics: new Set(topics),
    room: undefined,
    refuse: undefined,
    knows: (topic) => producer.topics.has(topic),
    append(topic, partition, timestamp, key, written, headers, run) {
      const value = bytesOf(written)
      if (value === undefined) return false
      const error = producer.refuse?.(value)
      if (error !== undefined) throw error
      producer.sent.push({ topic, partition, timestamp, key, value, headers, run: run as OffsetRun })
      return true
    },
    appendTexts(topic, partition, timestamp, { before, after, writer }, texts, from, run) {
      for (let index = from; index < texts.length; index++) {
        const text = writer.encode(texts.bytes, texts.starts[index]!, texts.ends[index]!)
        const value = `${Buffer.from(before)}${Buffer.from(text)}${Buffer.from(after)}`
        if (producer.refuse?.(value) !== undefined) return index - from
        producer.sent.push({ topic, partition, timestamp, key: null, value, headers: [], run: run as OffsetRun })
      }
      return texts.length - from
    },
    dispatch: () => producer.room,
    acknowledge(...indexes) {
      for (const index of indexes.length === 0 ? producer.sent.keys() : indexes) {
        if (acknowledged.has(index)) continue
        acknowledged.add(index)
        producer.sent[index]!.run.done(1)
      }
    },
  }
  return producer
}

/** Undefined when the value did not write itself. */
const bytesOf = (value: WireValue | ValueWriter): WireValue | undefined => {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value
  const target = Buffer.alloc(64 * 1024)
  const end = value.write(target, 0)
  return end < 0 ? undefined : target.toString('utf8', 0, end)
}
