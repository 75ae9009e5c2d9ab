import { errorCode } from '../../protocol/error-codes.ts'
import { zeroUuid } from '../../protocol/message-fields.ts'
import { metadata } from '../../protocol/messages/metadata.ts'
import { type Broker, nodeId } from '../broker.ts'
import { BrokerError, codeOf, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { checkTopicName, type Topic } from '../topics.ts'
import { allowedOperations, notAsked } from './allowed-operations.ts'
import { describePartition } from './describe-partition.ts'

export const metadataHandler = handler(metadata, async (request, { broker, version, connection }) => {
  // Version 0 has no null: there, an empty list asks for all topics.
  const asked = version === 0 && request.topics?.length === 0 ? null : request.topics
  const topics =
    asked === null
      ? broker.topics.all().map((topic) => describe(topic))
      : distinct(asked).map(({ name, topicId }) =>
          name === null ? describeById(broker, topicId) : describeByName(broker, name, request.allowAutoTopicCreation),
        )
  await broker.journal.flush() // of topics that were created just now
  return {
    brokers: [{ nodeId, ...broker.endpointFor(connection), rack: null }],
    clusterId: broker.clusterId,
    controllerId: nodeId,
    topics: request.includeTopicAuthorizedOperations
      ? topics.map((topic) => ({ ...topic, topicAuthorizedOperations: allowedOperations.topic }))
      : topics,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations ? allowedOperations.cluster : notAsked,
    errorCode: noError,
  }
})

/** A topic that is asked for twice is described once. */
const distinct = <T extends { readonly name: string | null; readonly topicId: string }>(asked: readonly T[]): T[] => [
  ...new Map(asked.map((one) => [one.name ?? `/${one.topicId}`, one])).values(),
]

const describe = ({ name, id, partitions }: Topic) => ({
  errorCode: noError,
  name: name as string | null,
  topicId: id,
  isInternal: false,
  partitions: partitions.map((_, partitionIndex) => describePartition(partitionIndex)),
})

const failed = (code: number, name: string | null, topicId: string): ReturnType<typeof describe> => ({
  errorCode: code,
  name,
  topicId,
  isInternal: false,
  partitions: [],
})

const describeById = ({ topics }: Broker, id: string) => {
  const topic = topics.byId(id)
  return topic === undefined ? failed(errorCode('UNKNOWN_TOPIC_ID'), null, id) : describe(topic)
}

const describeByName = (broker: Broker, name: string, mayCreate: boolean) => {
  const topic = broker.topics.get(name)
  if (topic !== undefined) return describe(topic)
  const invalid = codeOf(() => checkTopicName(name))
  if (invalid !== noError) return failed(invalid, name, zeroUuid)
  if (!mayCreate || !broker.autoCreateTopics) return failed(errorCode('UNKNOWN_TOPIC_OR_PARTITION'), name, zeroUuid)
  try {
    return describe(broker.topics.create(name, broker.defaultPartitions, new Map())!)
  } catch (error) {
    if (error instanceof BrokerError) return failed(error.code, name, zeroUuid)
    throw error
  }
}
