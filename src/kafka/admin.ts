import { createTopics } from '../protocol/messages/create-topics.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import { attempting } from './admin-attempt.ts'
import { createGroupOffsets, type GroupOffsets } from './admin-group-offsets.ts'
import type { AdminSettings } from './admin-settings.ts'
import { brokerError } from './broker-error.ts'
import { call } from './call.ts'
import { createConnections, type KafkaConnections } from './connections.ts'
import { KafkaError } from './errors.ts'
import type { KafkaLogger } from './kafka-log.ts'
import type { TopicInfo } from './known-cluster.ts'

export interface NewTopic {
  readonly topic: string
  /** -1: the cluster's default. */
  readonly partitions: number
  /** -1: the cluster's default. */
  readonly replicationFactor: number
  /** Topic settings, such as `cleanup.policy`. */
  readonly configs?: Readonly<Record<string, string | null>>
}

/**
 * Looks at a cluster and changes it. Connects when first used. Each call tries again what may work later, until
 * `default.api.timeout.ms` is over, and then rejects with a {@link KafkaError}.
 */
export interface KafkaAdmin extends GroupOffsets {
  clusterId(): Promise<string | null>
  /** Those of the topics that exist. Rejects with TOPIC_AUTHORIZATION_FAILED, INVALID_TOPIC_EXCEPTION... */
  describeTopics(names: readonly string[]): Promise<TopicInfo[]>
  topicExists(name: string): Promise<boolean>
  /** All topics that we may see, internal ones too. */
  listTopics(): Promise<string[]>
  /** True: created. False: it exists already, however it is configured. */
  createTopic(topic: NewTopic): Promise<boolean>
  /** By partition: the offset that the next record will have. */
  endOffsets(topic: string): Promise<Map<number, number>>
  /** By partition: the offset of the oldest record. */
  beginningOffsets(topic: string): Promise<Map<number, number>>
  close(): Promise<void>
}

const END = -1
const BEGINNING = -2

export const createAdmin = (settings: AdminSettings, logger: KafkaLogger): KafkaAdmin => {
  const connections = createConnections(settings.connection, logger)
  const attempt = attempting(connections, settings)
  return {
    clusterId: () => attempt('ask for the id of the cluster', async () => connections.clusterId()),
    describeTopics: (names) =>
      attempt('describe topics', async () => {
        await connections.refreshMetadata(names)
        return names.map((name) => connections.topicOf(name)).filter(isExisting)
      }),
    topicExists: (name) =>
      attempt(`look for topic ${name}`, async () => {
        await connections.refreshMetadata([name])
        return isExisting(connections.topicOf(name))
      }),
    listTopics: () =>
      attempt('list topics', async () => {
        await connections.refreshMetadata('all')
        return connections.topics()
      }),
    createTopic: (topic) => attempt(`create topic ${topic.topic}`, () => createOne(connections, topic, settings)),
    endOffsets: (topic) => attempt(`find the end of ${topic}`, () => offsetsAt(connections, topic, END)),
    beginningOffsets: (topic) =>
      attempt(`find the beginning of ${topic}`, () => offsetsAt(connections, topic, BEGINNING)),
    ...createGroupOffsets(attempt),
    close: () => connections.disconnect(),
  }
}

const UNKNOWN_TOPIC = 3
const LEADER_NOT_AVAILABLE = 5

const isExisting = (topic: TopicInfo | undefined): topic is TopicInfo => {
  if (topic === undefined || topic.errorCode === UNKNOWN_TOPIC) return false
  if (topic.errorCode === 0 || topic.errorCode === LEADER_NOT_AVAILABLE) return true
  throw brokerError(topic.errorCode, `describe topic ${topic.topic}`)
}

const TOPIC_ALREADY_EXISTS = 36

const createOne = async (
  connections: KafkaConnections,
  { topic, partitions, replicationFactor, configs = {} }: NewTopic,
  { connection }: AdminSettings,
): Promise<boolean> => {
  const answer = await call(connections, controllerOf(connections), createTopics, {
    topics: [
      {
        name: topic,
        numPartitions: partitions,
        replicationFactor,
        assignments: [],
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      },
    ],
    timeoutMs: connection.requestTimeoutMs,
    validateOnly: false,
  })
  for (const { errorCode, errorMessage } of answer.topics) {
    if (errorCode === TOPIC_ALREADY_EXISTS) return false
    const error = brokerError(errorCode, `create topic ${topic}`, errorMessage)
    if (error !== undefined) throw error
  }
  return true
}

/** With KRaft any broker passes the request on, and the controller that metadata names is one of them. */
const controllerOf = (connections: KafkaConnections): number => {
  const controller = connections.controllerId()
  const isKnown = connections.brokers().some(({ nodeId }) => nodeId === controller)
  const node = isKnown ? controller : connections.anyBroker()
  if (node !== undefined) return node
  throw new KafkaError('BROKER_NOT_FOUND', 'The cluster lists no broker now', { retriable: true })
}

const offsetsAt = async (
  connections: KafkaConnections,
  topic: string,
  timestamp: number,
): Promise<Map<number, number>> => {
  await connections.refreshMetadata([topic])
  const info = connections.topicOf(topic)
  const error = brokerError(info?.errorCode ?? UNKNOWN_TOPIC, `describe topic ${topic}`)
  if (error !== undefined) throw error
  const byLeader = new Map<number, number[]>()
  for (const { partition, leader } of connections.partitionsOf(topic)) {
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
  }
  const found = new Map<number, number>()
  for (const [leader, partitions] of byLeader) {
    if (leader < 0) {
      const message = `Topic ${topic} has no leader for partition ${partitions.join(', ')} now`
      throw new KafkaError('LEADER_NOT_AVAILABLE', message, { retriable: true })
    }
    const answer = await call(connections, leader, listOffsets, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: topic, partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp })) }],
    })
    for (const { partitionIndex, errorCode, offset } of answer.topics[0]?.partitions ?? []) {
      const failed = brokerError(errorCode, `find offsets of ${topic}-${partitionIndex}`)
      if (failed !== undefined) throw failed
      found.set(partitionIndex, offset)
    }
  }
  return new Map([...found].sort(([left], [right]) => left - right))
}
