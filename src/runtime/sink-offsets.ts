import { partitionKey, type SinkOffsets, type TopicPartition } from '../plugin/connector.ts'
import type { Logger } from '../plugin/logger.ts'
import type { ConsumedRecord } from './deserialize.ts'

type Position = TopicPartition & { readonly offset: number }

/**
 * Which offsets a sink task has taken care of, per assigned partition: the next one to read. Moved on only after `put`
 * returned, also past records that were dropped or skipped.
 */
export interface SinkPositions {
  assign(partition: TopicPartition, offset: number): void
  forget(partition: TopicPartition): void
  has(partition: TopicPartition): boolean
  /** Everything fetched in this batch was put. */
  delivered(consumed: readonly ConsumedRecord[]): void
  current(): SinkOffsets
  lastCommitted(): SinkOffsets
  /** What of the task's answer to `preCommit` is to be committed: of assigned partitions, not ahead, and new. */
  toCommit(answer: SinkOffsets, log: Logger): Position[]
  committed(offsets: readonly Position[]): void
  /** How many offsets are put and not committed, over all partitions. */
  uncommitted(): number
  /** How many partitions are assigned. */
  count(): number
  /** A seek: both what is current and what counts as committed. */
  seek(partition: TopicPartition, offset: number): void
}

export const createSinkPositions = (): SinkPositions => {
  const current = new Map<string, Position>()
  const committed = new Map<string, Position>()
  const keyOf = ({ topic, partition }: TopicPartition): string => partitionKey(topic, partition)

  const assign = (partition: TopicPartition, offset: number): void => {
    const position = { topic: partition.topic, partition: partition.partition, offset }
    current.set(keyOf(partition), position)
    committed.set(keyOf(partition), position)
  }

  return {
    assign,
    seek: assign,
    forget(partition) {
      current.delete(keyOf(partition))
      committed.delete(keyOf(partition))
    },
    has: (partition) => current.has(keyOf(partition)),
    delivered(consumed) {
      // Records of a partition stand together and in order: the last of each run tells all.
      for (let i = 0; i < consumed.length; i++) {
        const record = consumed[i]!
        const next = consumed[i + 1]
        if (next !== undefined && next.partition === record.partition && next.topic === record.topic) continue
        const key = partitionKey(record.topic, record.partition)
        if (!current.has(key)) continue
        current.set(key, { topic: record.topic, partition: record.partition, offset: record.offset + 1 })
      }
    },
    uncommitted() {
      let records = 0
      for (const [key, { offset }] of current) records += Math.max(0, offset - (committed.get(key)?.offset ?? offset))
      return records
    },
    count: () => current.size,
    current: () => new Map(current),
    lastCommitted: () => new Map(committed),
    toCommit(answer, log) {
      const offsets: Position[] = []
      for (const [key, position] of answer) {
        const consumed = current.get(key)
        if (consumed === undefined) {
          log.warn(`Ignoring offset of partition ${key}, which is not assigned to this task`)
        } else if (position.offset > consumed.offset) {
          log.warn(`Ignoring offset ${position.offset} of partition ${key}: only ${consumed.offset} was consumed`)
        } else if (committed.get(key)?.offset !== position.offset) offsets.push(position)
      }
      return offsets
    },
    committed(offsets) {
      for (const position of offsets) if (current.has(keyOf(position))) committed.set(keyOf(position), position)
    },
  }
}
