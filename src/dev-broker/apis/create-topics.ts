import { randomUUID } from 'node:crypto'
import type { RequestOf } from '../../protocol/message.ts'
import { createTopics } from '../../protocol/messages/create-topics.ts'
import { type Broker, nodeId } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { settingValueOf, topicSettings } from '../topic-settings.ts'
import { settingSources } from './describe-configs.ts'

type Asked = RequestOf<typeof createTopics>['topics'][number]

/** "What the broker has as its default", for partitions and replicas. */
const byDefault = -1

export const createTopicsHandler = handler(createTopics, async (request, { broker }) => {
  const names = request.topics.map(({ name }) => name)
  const topics = request.topics.map((asked, index) => {
    try {
      if (names.indexOf(asked.name) !== index) return undefined
      if (names.lastIndexOf(asked.name) !== index) throw new BrokerError('INVALID_REQUEST', 'Duplicate topic name.')
      return create(broker, asked, request.validateOnly)
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      return { name: asked.name, errorCode: error.code, errorMessage: error.message, configs: [] }
    }
  })
  await broker.journal.flush()
  return { topics: topics.filter((topic) => topic !== undefined) }
})

const create = (broker: Broker, asked: Asked, dryRun: boolean) => {
  const { name, assignments } = asked
  const partitions = partitionsOf(asked, broker)
  const settings = new Map(asked.configs.map((one) => [one.name, settingValue(one)]))
  const topic = broker.topics.create(name, partitions, settings, dryRun)
  return {
    name,
    topicId: topic?.id ?? randomUUID(),
    errorCode: noError,
    errorMessage: null,
    numPartitions: partitions,
    replicationFactor: assignments.length === 0 ? 1 : assignments[0]!.brokerIds.length,
    configs: [...topicSettings].map(([setting]) => ({
      name: setting,
      value: settingValueOf(setting, settings, broker.topicDefaults),
      readOnly: false,
      configSource: settings.has(setting) ? settingSources.topic : settingSources.default,
      isSensitive: false,
    })),
  }
}

const settingValue = ({ name, value }: { name: string; value: string | null }): string => {
  if (value === null) throw new BrokerError('INVALID_CONFIG', `Null value not supported for topic configs: ${name}`)
  return value
}

const partitionsOf = ({ assignments, numPartitions, replicationFactor }: Asked, broker: Broker): number => {
  if (assignments.length === 0) {
    if (replicationFactor !== byDefault && replicationFactor !== 1) {
      const message =
        replicationFactor > 1
          ? `Unable to replicate the partition ${replicationFactor} time(s): this broker is the only one.`
          : 'Replication factor must be larger than 0, or -1 to use the default value.'
      throw new BrokerError('INVALID_REPLICATION_FACTOR', message)
    }
    return numPartitions === byDefault ? broker.defaultPartitions : numPartitions
  }
  if (numPartitions !== byDefault || replicationFactor !== byDefault) {
    throw new BrokerError('INVALID_REQUEST', 'Partitions and replicas are given by count or by assignment, not by both')
  }
  const indexes = assignments.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b)
  const isComplete = indexes.every((index, i) => index === i)
  const isHere = assignments.every(({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === nodeId)
  if (!isComplete || !isHere) {
    throw new BrokerError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Partitions are numbered from 0 on, and all are on broker ${nodeId}`,
    )
  }
  return assignments.length
}
