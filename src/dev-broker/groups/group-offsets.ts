import type { Journal } from '../journal.ts'

/** What a group committed for a partition. */
export interface CommittedOffset {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string | null
}

/** The offsets of one group, kept in the journal. */
export interface GroupOffsets {
  get(topic: string, partition: number): CommittedOffset | undefined
  topics(): [topic: string, partitions: readonly number[]][]
  readonly isEmpty: boolean
  commit(topic: string, partition: number, offset: CommittedOffset): void
  delete(topic: string, partition: number): boolean
  deleteTopic(topic: string): void
  /** Becomes valid when the producer's transaction is committed. */
  addPending(producerId: number, topic: string, partition: number, offset: CommittedOffset): void
  endTransaction(producerId: number, committed: boolean): void
  isPending(topic: string, partition: number): boolean
  deleteAll(): void
}

type Stored = readonly [offset: number, leaderEpoch: number, metadata: string | null]

const stored = ({ offset, leaderEpoch, metadata }: CommittedOffset): Stored => [offset, leaderEpoch, metadata]
const restored = (value: unknown): CommittedOffset => {
  const [offset, leaderEpoch, metadata] = value as Stored
  return { offset, leaderEpoch, metadata }
}

export const openGroupOffsets = (group: string, journal: Journal): GroupOffsets => {
  const topics = new Map<string, Map<number, CommittedOffset>>()
  /** By producer, then by topic and partition. */
  const pending = new Map<number, { topic: string; partition: number; offset: CommittedOffset }[]>()

  const put = (topic: string, partition: number, offset: CommittedOffset): void => {
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, new Map([[partition, offset]]))
    else partitions.set(partition, offset)
  }
  const addPending = (producerId: number, topic: string, partition: number, offset: CommittedOffset): void => {
    const others = (pending.get(producerId) ?? []).filter((one) => one.topic !== topic || one.partition !== partition)
    pending.set(producerId, [...others, { topic, partition, offset }])
  }
  for (const [[, , topic, partition], value] of journal.entries('offset', group)) {
    put(String(topic), Number(partition), restored(value))
  }
  for (const [[, , producerId, topic, partition], value] of journal.entries('pending', group)) {
    addPending(Number(producerId), String(topic), Number(partition), restored(value))
  }

  const remove = (topic: string, partition: number): boolean => {
    const partitions = topics.get(topic)
    if (partitions?.delete(partition) !== true) return false
    if (partitions.size === 0) topics.delete(topic)
    journal.delete(['offset', group, topic, partition])
    return true
  }
  const commit = (topic: string, partition: number, offset: CommittedOffset): void => {
    put(topic, partition, offset)
    journal.set(['offset', group, topic, partition], stored(offset))
  }
  const endTransaction = (producerId: number, committed: boolean): void => {
    for (const { topic, partition, offset } of pending.get(producerId) ?? []) {
      if (committed) commit(topic, partition, offset)
      journal.delete(['pending', group, producerId, topic, partition])
    }
    pending.delete(producerId)
  }
  const deleteTopic = (topic: string): void => {
    for (const partition of [...(topics.get(topic)?.keys() ?? [])]) remove(topic, partition)
  }
  return {
    get: (topic, partition) => topics.get(topic)?.get(partition),
    topics: () => [...topics].map(([topic, partitions]) => [topic, [...partitions.keys()]]),
    get isEmpty() {
      return topics.size === 0 && pending.size === 0
    },
    commit,
    delete: remove,
    deleteTopic,
    addPending: (producerId, topic, partition, offset) => {
      addPending(producerId, topic, partition, offset)
      journal.set(['pending', group, producerId, topic, partition], stored(offset))
    },
    endTransaction,
    isPending: (topic, partition) =>
      [...pending.values()].some((all) => all.some((one) => one.topic === topic && one.partition === partition)),
    deleteAll: () => {
      for (const producerId of [...pending.keys()]) endTransaction(producerId, false)
      for (const topic of [...topics.keys()]) deleteTopic(topic)
    },
  }
}
