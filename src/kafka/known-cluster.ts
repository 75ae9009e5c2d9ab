import type { Metadata } from './kafkajs-types.ts'

export interface BrokerNode {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export interface PartitionInfo {
  readonly partition: number
  /** Node id, -1 while there is none. */
  readonly leader: number
  /** -1: the broker does not tell. */
  readonly leaderEpoch: number
  /** Kafka's error code for this partition, 0: none. 5 (LEADER_NOT_AVAILABLE) during an election. */
  readonly errorCode: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

export interface TopicInfo {
  readonly topic: string
  /** Kafka's error code, 0: none. 3: unknown topic, 5: just created, 17: invalid name, 29: not authorised. */
  readonly errorCode: number
  readonly isInternal: boolean
  /** In order of their numbers. */
  readonly partitions: readonly PartitionInfo[]
}

/** What a client knows of its cluster, from the answers to its metadata requests. */
export class KnownCluster {
  readonly #topics = new Map<string, TopicInfo>()
  #metadata: Metadata | null = null

  /** @param isAll whether it tells of every topic there is, so that others are gone */
  update(metadata: Metadata, isAll: boolean): void {
    this.#metadata = metadata
    if (isAll) this.#topics.clear()
    for (const topic of metadata.topics) {
      const info = topicInfo(topic)
      this.#topics.set(info.topic, info)
    }
  }

  topicOf(topic: string): TopicInfo | undefined {
    return this.#topics.get(topic)
  }

  topics(): string[] {
    return [...this.#topics.values()].filter(({ errorCode }) => errorCode === 0).map(({ topic }) => topic)
  }

  partitionsOf(topic: string): readonly PartitionInfo[] {
    return this.#topics.get(topic)?.partitions ?? []
  }

  leaderOf(topic: string, partition: number): number {
    const partitions = this.partitionsOf(topic)
    const atIndex = partitions[partition] // numbers start at 0 and have no gaps, errors aside
    const found = atIndex?.partition === partition ? atIndex : partitions.find((one) => one.partition === partition)
    return found?.leader ?? -1
  }

  brokers(): readonly BrokerNode[] {
    return this.#metadata?.brokers ?? []
  }

  clusterId(): string | null {
    return this.#metadata?.clusterId ?? null
  }

  controllerId(): number {
    return this.#metadata?.controllerId ?? -1
  }
}

const topicInfo = ({ name, errorCode, isInternal, partitions }: Metadata['topics'][number]): TopicInfo => ({
  topic: name ?? '',
  errorCode,
  isInternal,
  partitions: partitions
    .map(({ partitionIndex, leaderId, leaderEpoch, errorCode, replicaNodes, isrNodes }) => ({
      partition: partitionIndex,
      leader: leaderId,
      leaderEpoch,
      errorCode,
      replicas: replicaNodes,
      isr: isrNodes,
    }))
    .sort((left, right) => left.partition - right.partition),
})
