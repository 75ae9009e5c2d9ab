import { murmur2 } from '../protocol/murmur2.ts'

/**
 * Where a record goes, as Kafka's default partitioner decides: its own partition if it has one, else the hash of its key,
 * else, without a key, the topic's sticky partition, which changes when it got a batch's worth of bytes.
 */
export interface PartitionChooser {
  choose(topic: string, partitionCount: number, key: Uint8Array | string | null): number
  /** So many bytes went where `choose` said last. */
  appended(bytes: number): void
}

interface Sticky {
  readonly topic: string
  readonly partition: number
  bytes: number
}

export const createPartitionChooser = (
  ignoreKeys: boolean,
  batchSize: number,
  random: () => number = Math.random,
): PartitionChooser => {
  const sticky = new Map<string, Sticky>()
  /** Of the record under way; null when its partition is not a sticky one. */
  let current: Sticky | null = null
  let scratch = Buffer.allocUnsafe(256)

  const hash = (key: Uint8Array | string): number => {
    if (typeof key !== 'string') return murmur2(key)
    if (key.length * 3 > scratch.length) scratch = Buffer.allocUnsafe(key.length * 3)
    return murmur2(scratch.subarray(0, scratch.write(key)))
  }

  return {
    choose(topic, partitionCount, key) {
      current = null
      if (partitionCount === 1) return 0
      if (key !== null && !ignoreKeys) return (hash(key) & 0x7fffffff) % partitionCount
      current = sticky.get(topic) ?? null
      if (current === null || current.partition >= partitionCount) {
        current = { topic, partition: Math.floor(random() * partitionCount), bytes: 0 }
        sticky.set(topic, current)
      }
      return current.partition
    },
    appended(bytes) {
      if (current === null) return
      current.bytes += bytes
      if (current.bytes >= batchSize) sticky.delete(current.topic)
    },
  }
}
