import { errorCode } from '../../protocol/error-codes.ts'
import { addPartitionsToTxn } from '../../protocol/messages/add-partitions-to-txn.ts'
import { codeOf, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { epochErrorFor } from '../transactions/transactions.ts'

const fencedFrom = 2

/** All partitions or none: when one does not exist, the others are "not attempted". */
export const addPartitionsToTxnHandler = handler(addPartitionsToTxn, async (request, { broker, version }) => {
  const { transactionalId: id, topics } = request
  const exists = (topic: string, partition: number) => broker.topics.get(topic)?.partitions[partition] !== undefined
  const isComplete = topics.every(({ name, partitions }) => partitions.every((partition) => exists(name, partition)))
  const problem = codeOf(() => broker.transactions.check(id, request))
  const add = (topic: string, partition: number): number => {
    if (!isComplete)
      return errorCode(exists(topic, partition) ? 'OPERATION_NOT_ATTEMPTED' : 'UNKNOWN_TOPIC_OR_PARTITION')
    if (problem !== noError) return epochErrorFor(problem, version, fencedFrom)
    broker.transactions.addPartition(id, request, topic, partition)
    return noError
  }
  const results = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partitionIndex) => ({ partitionIndex, errorCode: add(name, partitionIndex) })),
  }))
  await broker.journal.flush()
  return { results }
})
