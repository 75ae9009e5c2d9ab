import { errorCode } from '../../protocol/error-codes.ts'
import { txnOffsetCommit } from '../../protocol/messages/txn-offset-commit.ts'
import { BrokerError, codeOf, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { commitProblem, offsetOf } from './offset-commit.ts'

/** From this version on, the request takes the group into the transaction. */
const addsGroupFrom = 5

export const txnOffsetCommitHandler = handler(txnOffsetCommit, async (request, { broker, version }) => {
  const { transactionalId, groupId, memberId, groupInstanceId: instanceId, generationId } = request
  const known = groupId === '' ? undefined : broker.groups.getOrCreate(groupId)
  const problem = codeOf(() => {
    if (known === undefined) throw new BrokerError('INVALID_GROUP_ID')
    broker.transactions.checkOffsets(transactionalId, request, groupId, version >= addsGroupFrom)
    known.group.checkCommit({ memberId, instanceId }, generationId, true)
  })
  const code = problem === errorCode('PRODUCER_FENCED') ? errorCode('INVALID_PRODUCER_EPOCH') : problem
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((asked) => {
      const { partitionIndex, committedMetadata } = asked
      const wrong = code !== noError ? code : commitProblem(broker, name, partitionIndex, committedMetadata)
      if (wrong === noError) {
        known!.offsets.addPending(request.producerId, name, partitionIndex, offsetOf(asked))
      }
      return { partitionIndex, errorCode: wrong }
    }),
  }))
  await broker.journal.flush()
  return { topics }
})
