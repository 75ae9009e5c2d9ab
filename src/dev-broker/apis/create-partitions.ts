import { createPartitions } from '../../protocol/messages/create-partitions.ts'
import { nodeId } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'

export const createPartitionsHandler = handler(createPartitions, async ({ topics, validateOnly }, { broker }) => {
  const results = topics.map(({ name, count, assignments }) => {
    try {
      const topic = broker.topics.get(name)
      if (topic === undefined) throw new BrokerError('UNKNOWN_TOPIC_OR_PARTITION')
      const added = count - topic.partitions.length
      const fits =
        assignments?.length === added &&
        assignments.every(({ brokerIds: [id, ...more] }) => id === nodeId && more.length === 0)
      if (added > 0 && assignments !== null && !fits) {
        throw new BrokerError(
          'INVALID_REPLICA_ASSIGNMENT',
          `Each of the ${added} new partitions is on broker ${nodeId}`,
        )
      }
      broker.topics.addPartitions(topic, count, validateOnly)
      return { name, errorCode: noError, errorMessage: null }
    } catch (error) {
      if (error instanceof BrokerError) return { name, errorCode: error.code, errorMessage: error.message }
      throw error
    }
  })
  await broker.journal.flush()
  return { results }
})
