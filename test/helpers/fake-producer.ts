/** A source task's producer: keeps what it was sent; acknowledges when a test says so. */
import type { OffsetRun } from '../../src/runtime/committable-offsets.ts'
import type { AppendingProducer, WireHeader, WireValue } from '../../src/runtime/deliver.ts'

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
    append(topic, partition, timestamp, key, value, headers, run) {
      const error = producer.refuse?.(value)
      if (error !== undefined) throw error
      producer.sent.push({ topic, partition, timestamp, key, value, headers, run })
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
