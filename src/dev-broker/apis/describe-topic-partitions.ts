import { errorCode } from '../../protocol/error-codes.ts'
import { zeroUuid } from '../../protocol/message-fields.ts'
import { describeTopicPartitions } from '../../protocol/messages/describe-topic-partitions.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { isTopicName, type Topic } from '../topics.ts'
import { allowedOperations } from './allowed-operations.ts'
import { describePartition } from './describe-partition.ts'

/** max.request.partition.size.limit of Kafka. */
const mostPartitions = 2000

export const describeTopicPartitionsHandler = handler(describeTopicPartitions, (request, { broker }) => {
  const { cursor } = request
  const all = request.topics.length === 0
  const asked = all ? broker.topics.all().map(({ name }) => name) : request.topics.map(({ name }) => name)
  const names = [...new Set(asked)].sort().filter((name) => cursor === null || name >= cursor.topicName)
  const limit = Math.min(Math.max(request.responsePartitionLimit, 1), mostPartitions)
  let left = limit
  const topics = []
  for (const name of names) {
    const topic = broker.topics.get(name)
    if (topic === undefined) {
      topics.push(missing(name))
      continue
    }
    const first = cursor?.topicName === name ? cursor.partitionIndex : 0
    const count = Math.min(left, Math.max(0, topic.partitions.length - first))
    if (left === 0) return { topics, nextCursor: { topicName: name, partitionIndex: first } }
    topics.push(describe(topic, first, count))
    left -= count
    const next = first + count
    if (next < topic.partitions.length) return { topics, nextCursor: { topicName: name, partitionIndex: next } }
  }
  return { topics, nextCursor: null }
})

const missing = (name: string) => ({
  errorCode: errorCode(isTopicName(name) ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION'),
  name: name as string | null,
  topicId: zeroUuid,
  isInternal: false,
  partitions: [] as ReturnType<typeof partition>[],
  topicAuthorizedOperations: allowedOperations.topic,
})

const describe = ({ name, id, partitions }: Topic, first: number, count: number): ReturnType<typeof missing> => ({
  errorCode: noError,
  name,
  topicId: id,
  isInternal: false,
  partitions: partitions.slice(first, first + count).map((log) => partition(log.partition)),
  topicAuthorizedOperations: allowedOperations.topic,
})

const partition = (partitionIndex: number) => ({
  ...describePartition(partitionIndex),
  eligibleLeaderReplicas: [] as number[],
  lastKnownElr: [] as number[],
  offlineReplicas: [] as number[],
})
