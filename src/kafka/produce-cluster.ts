import type { Codec } from '../protocol/compression.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { produce } from '../protocol/messages/produce.ts'
import { brokerError } from './broker-error.ts'
import { call, tell } from './call.ts'
import type { KafkaConnections } from './connections.ts'
import { KafkaError } from './errors.ts'
import type { BatchAnswer, ProduceCluster } from './produce-types.ts'
import type { WireBatch } from './wire-batch.ts'

export interface ProduceClusterParts {
  readonly connections: KafkaConnections
  /** Resolves when connected; connects at the first call. */
  readonly connected: () => Promise<void>
  readonly acks: -1 | 0 | 1
  /** How long the leader may wait for its followers. */
  readonly requestTimeoutMs: number
  readonly codec: Codec
}

/** Versions above address topics by id, which needs nothing that we have a use for. */
const PRODUCE_MAX_VERSION = 12

/** The producer's view of a real cluster, over kafkajs's connections. */
export const createProduceCluster = (parts: ProduceClusterParts): ProduceCluster => {
  const { connections, acks, codec } = parts
  const leaders = new Map<string, readonly number[]>()

  const request = (batches: readonly WireBatch[]) => ({
    transactionalId: null,
    acks,
    timeoutMs: parts.requestTimeoutMs,
    topicData: byTopic(batches),
  })

  return {
    leaders: (topic) => leaders.get(topic),
    async refresh(topics) {
      await parts.connected()
      await connections.refreshMetadata(topics)
      for (const topic of topics) {
        const partitions = connections.partitionsOf(topic)
        const info = connections.topicOf(topic)
        const refused = info === undefined ? undefined : brokerError(info.errorCode, `use topic ${topic}`)
        if (refused !== undefined && !refused.retriable && refused.code !== 'UNKNOWN_TOPIC_OR_PARTITION') throw refused
        if (partitions.length > 0)
          leaders.set(
            topic,
            partitions.map(({ leader }) => leader),
          )
      }
    },
    async send(node, batches) {
      const options = { maxVersion: PRODUCE_MAX_VERSION }
      if (acks === 0) {
        await tell(connections, node, produce, request(batches), options)
        return { throttleMs: 0, answers: batches.map(() => ({ baseOffset: -1 })) }
      }
      const response = await call(connections, node, produce, request(batches), options)
      const answers = new Map<string, BatchAnswer>()
      for (const { name, partitionResponses } of response.responses) {
        for (const answer of partitionResponses) {
          const error = brokerError(answer.errorCode, `write to ${name}-${answer.index}`, answer.errorMessage)
          const { baseOffset } = answer
          answers.set(`${name}-${answer.index}`, error === undefined ? { baseOffset } : { baseOffset, error })
        }
      }
      const missing = (batch: WireBatch): BatchAnswer => ({
        baseOffset: -1,
        error: new KafkaError('UNKNOWN', `Broker ${node} did not answer for ${batch.topic}-${batch.partition}`, {
          retriable: true,
        }),
      })
      return {
        throttleMs: response.throttleTimeMs,
        answers: batches.map((batch) => answers.get(`${batch.topic}-${batch.partition}`) ?? missing(batch)),
      }
    },
    async identity() {
      await parts.connected()
      const node = connections.anyBroker()
      if (node === undefined) throw new KafkaError('BROKER_NOT_FOUND', 'No broker is known', { retriable: true })
      const answer = await call(connections, node, initProducerId, {
        transactionalId: null,
        transactionTimeoutMs: 60_000,
      })
      const error = brokerError(answer.errorCode, 'get a producer id')
      if (error?.code === 'CLUSTER_AUTHORIZATION_FAILED') return null
      if (error !== undefined) throw error
      return { id: answer.producerId, epoch: answer.producerEpoch }
    },
    finish: ({ builder, identity, baseSequence }) =>
      builder.finish({
        codec,
        ...(identity === null ? {} : { producerId: identity.id, producerEpoch: identity.epoch, baseSequence }),
      }),
    unreachableSince: () => connections.unreachableSince(),
    close: () => connections.disconnect(),
  }
}

const byTopic = (batches: readonly WireBatch[]) => {
  const topics = new Map<string, { index: number; records: Buffer }[]>()
  for (const { topic, partition, bytes } of batches) {
    const partitions = topics.get(topic) ?? []
    partitions.push({ index: partition, records: bytes! })
    topics.set(topic, partitions)
  }
  return [...topics].map(([name, partitionData]) => ({ name, partitionData }))
}
