import { errorCode } from '../../protocol/error-codes.ts'
import { offsetFetch } from '../../protocol/messages/offset-fetch.ts'
import type { Broker } from '../broker.ts'
import { noError } from '../broker-error.ts'
import type { GroupOffsets } from '../groups/group-offsets.ts'
import { handler } from '../handler.ts'

const severalGroupsFrom = 8
const topicIdsFrom = 10

export const offsetFetchHandler = handler(offsetFetch, (request, { broker, version }) => {
  const { requireStable } = request
  if (version < severalGroupsFrom) {
    const offsets = broker.groups.get(request.groupId)?.offsets
    const topics = (request.topics ?? committed(offsets)).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => read(offsets, name, index, requireStable)),
    }))
    return { topics, errorCode: noError }
  }
  return {
    groups: request.groups.map(({ groupId, topics }) => {
      const offsets = broker.groups.get(groupId)?.offsets
      const asked = topics?.map((topic) => ({ ...topic, name: nameOf(broker, topic, version) }))
      return {
        groupId,
        errorCode: noError,
        topics: (asked ?? committed(offsets)).map(({ name, partitionIndexes, ...given }) => ({
          name: name ?? '',
          topicId: 'topicId' in given ? given.topicId : broker.topics.get(name ?? '')?.id,
          partitions: partitionIndexes.map((index) =>
            name === undefined
              ? { ...nothingAt(index), errorCode: errorCode('UNKNOWN_TOPIC_ID') }
              : read(offsets, name, index, requireStable),
          ),
        })),
      }
    }),
  }
})

const nameOf = ({ topics }: Broker, topic: { name: string; topicId: string }, version: number): string | undefined =>
  version >= topicIdsFrom ? topics.byId(topic.topicId)?.name : topic.name

/** All that the group has. */
const committed = (offsets: GroupOffsets | undefined) =>
  (offsets?.topics() ?? []).map(([name, partitionIndexes]) => ({ name, partitionIndexes }))

const nothingAt = (partitionIndex: number) => ({
  partitionIndex,
  committedOffset: -1,
  committedLeaderEpoch: -1,
  metadata: '',
  errorCode: noError,
})

const read = (offsets: GroupOffsets | undefined, topic: string, partitionIndex: number, requireStable: boolean) => {
  if (requireStable && offsets?.isPending(topic, partitionIndex)) {
    return { ...nothingAt(partitionIndex), errorCode: errorCode('UNSTABLE_OFFSET_COMMIT') }
  }
  const found = offsets?.get(topic, partitionIndex)
  if (found === undefined) return nothingAt(partitionIndex)
  return {
    partitionIndex,
    committedOffset: found.offset,
    committedLeaderEpoch: found.leaderEpoch,
    metadata: found.metadata ?? '',
    errorCode: noError,
  }
}
