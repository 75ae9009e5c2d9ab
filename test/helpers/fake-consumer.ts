/** A sink task's consumer that hands out what a test gives it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicPartition } from '../../src/plugin/connector.ts'
import type { ConsumedRecord } from '../../src/runtime/deserialize.ts'
import type { RebalanceListener, SinkConsumer } from '../../src/runtime/sink-consumer.ts'

type Position = TopicPartition & { readonly offset: number }

export interface FakeConsumer extends SinkConsumer {
  listener: RebalanceListener | undefined
  /** The log of each partition, by `topic-partition`; offsets are indexes. */
  readonly logs: Map<string, string[]>
  readonly positions: Map<string, number>
  readonly paused: Set<string>
  readonly commits: (readonly Position[])[]
  readonly pollTimeouts: number[]
  onCommit: (offsets: readonly Position[]) => Promise<void>
  /** Done at the next poll: a rebalance, for example. */
  next(step: () => Promise<void>): void
  assign(...partitions: readonly TopicPartition[]): void
  revoke(...partitions: readonly TopicPartition[]): void
  lose(...partitions: readonly TopicPartition[]): void
  closed: boolean
  /** Most records of one poll. */
  batch: number
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`

export const recordOf = (topic: string, partition: number, offset: number, value: string): ConsumedRecord => ({
  topic,
  partition,
  offset,
  timestamp: 1000 + offset,
  timestampType: 'CreateTime',
  key: null,
  value: Buffer.from(value),
  headers: [],
})

export const createFakeConsumer = (): FakeConsumer => {
  let assigned: TopicPartition[] = []
  let steps: (() => Promise<void>)[] = []
  let wake = new AbortController()

  const without = (partitions: readonly TopicPartition[]): void => {
    const gone = partitions.map(keyOf)
    assigned = assigned.filter((partition) => !gone.includes(keyOf(partition)))
  }

  const take = (): ConsumedRecord[] => {
    const taken: ConsumedRecord[] = []
    for (const { topic, partition } of assigned) {
      const key = keyOf({ topic, partition })
      const log = consumer.logs.get(key) ?? []
      while (!consumer.paused.has(key) && consumer.positions.get(key)! < log.length && taken.length < consumer.batch) {
        const offset = consumer.positions.get(key)!
        taken.push(recordOf(topic, partition, offset, log[offset]!))
        consumer.positions.set(key, offset + 1)
      }
    }
    return taken
  }

  const consumer: FakeConsumer = {
    listener: undefined,
    logs: new Map(),
    positions: new Map(),
    paused: new Set(),
    commits: [],
    pollTimeouts: [],
    onCommit: async () => undefined,
    closed: false,
    batch: 500,
    next: (step) => {
      steps.push(step)
      consumer.wakeup()
    },
    assign: (...partitions) =>
      consumer.next(async () => {
        assigned = [...assigned, ...partitions]
        for (const partition of partitions)
          consumer.positions.set(keyOf(partition), consumer.positions.get(keyOf(partition)) ?? 0)
        await consumer.listener?.assigned(
          partitions.map((p) => ({ ...p, position: consumer.positions.get(keyOf(p))! })),
        )
      }),
    revoke: (...partitions) =>
      consumer.next(async () => {
        without(partitions)
        await consumer.listener?.revoked(partitions)
      }),
    lose: (...partitions) =>
      consumer.next(async () => {
        without(partitions)
        await consumer.listener?.lost(partitions)
      }),
    async poll(timeoutMs) {
      consumer.pollTimeouts.push(timeoutMs)
      const due = steps
      steps = []
      for (const step of due) await step()
      const taken = take()
      if (taken.length === 0 && steps.length === 0) {
        await sleep(Math.min(timeoutMs, 10_000), undefined, { signal: wake.signal }).catch(() => undefined)
      }
      wake = new AbortController()
      return taken.length > 0 ? taken : take()
    },
    wakeup: () => wake.abort(),
    assignment: () => assigned,
    pause: (partitions) => {
      for (const partition of partitions) consumer.paused.add(keyOf(partition))
    },
    resume: (partitions) => {
      for (const partition of partitions) consumer.paused.delete(keyOf(partition))
      consumer.wakeup()
    },
    seek: (partition, offset) => void consumer.positions.set(keyOf(partition), offset),
    async commit(offsets) {
      consumer.commits.push(offsets)
      await consumer.onCommit(offsets)
    },
    async close() {
      if (assigned.length > 0) {
        const all = assigned
        assigned = []
        await consumer.listener?.revoked(all)
      }
      consumer.closed = true
    },
  }
  return consumer
}
