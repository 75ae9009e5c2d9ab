import { errorCode } from '../../protocol/error-codes.ts'
import { offsetCommit } from '../../protocol/messages/offset-commit.ts'
import type { Broker } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import type { CommittedOffset } from '../groups/group-offsets.ts'
import type { KnownGroup } from '../groups/groups.ts'
import { handler } from '../handler.ts'

/** offset.metadata.max.bytes of Kafka. */
const maxMetadataBytes = 4096
const topicIdsFrom = 10

export const offsetCommitHandler = handler(offsetCommit, async (request, { broker, version }) => {
  const { groupId, memberId, groupInstanceId: instanceId, generationIdOrMemberEpoch: generation } = request
  const found = (): KnownGroup => {
    const known = broker.groups.get(groupId)
    if (known === undefined && generation >= 0) throw new BrokerError('ILLEGAL_GENERATION')
    const group = known ?? broker.groups.getOrCreate(groupId)
    group.group.checkCommit({ memberId, instanceId }, generation)
    return group
  }
  let known: KnownGroup | undefined
  let problem = noError
  try {
    known = found()
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    problem = error.code
  }
  const topics = request.topics.map(({ name: givenName, topicId, partitions }) => {
    const name = version >= topicIdsFrom ? broker.topics.byId(topicId)?.name : givenName
    return {
      name: givenName,
      topicId,
      partitions: partitions.map((asked) => {
        const { partitionIndex, committedMetadata } = asked
        const wrong =
          name === undefined
            ? errorCode('UNKNOWN_TOPIC_ID')
            : commitProblem(broker, name, partitionIndex, committedMetadata)
        const code = problem !== noError ? problem : wrong
        if (code === noError) {
          known!.offsets.commit(name!, partitionIndex, offsetOf(asked))
        }
        return { partitionIndex, errorCode: code }
      }),
    }
  })
  await broker.journal.flush()
  return { topics }
})

/** The offset that a request asks to commit. */
export const offsetOf = (asked: {
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly committedMetadata: string | null
}): CommittedOffset => ({
  offset: asked.committedOffset,
  leaderEpoch: asked.committedLeaderEpoch,
  metadata: asked.committedMetadata,
})

/** What is wrong with one offset, 0 for nothing. */
export const commitProblem = (
  { topics }: Broker,
  topic: string,
  partition: number,
  metadata: string | null,
): number => {
  if (topics.get(topic)?.partitions[partition] === undefined) return errorCode('UNKNOWN_TOPIC_OR_PARTITION')
  if (metadata !== null && Buffer.byteLength(metadata) > maxMetadataBytes) return errorCode('OFFSET_METADATA_TOO_LARGE')
  return noError
}
