import { decodeSubscription } from '../../protocol/consumer-protocol.ts'
import { errorCode } from '../../protocol/error-codes.ts'
import { offsetDelete } from '../../protocol/messages/offset-delete.ts'
import { noError } from '../broker-error.ts'
import type { Group } from '../groups/group.ts'
import { metadataFor } from '../groups/member.ts'
import { handler } from '../handler.ts'

export const offsetDeleteHandler = handler(offsetDelete, async ({ groupId, topics }, { broker }) => {
  const known = broker.groups.get(groupId)
  const failed = (name: string) => ({ errorCode: errorCode(name), topics: [] })
  if (groupId === '') return failed('INVALID_GROUP_ID')
  if (known === undefined) return failed('GROUP_ID_NOT_FOUND')
  const { group, offsets } = known
  if (group.state !== 'Empty' && group.protocolType !== 'consumer') return failed('NON_EMPTY_GROUP')
  const subscribed = subscribedTopics(group)
  const answer = {
    errorCode: noError,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        if (broker.topics.get(name)?.partitions[partitionIndex] === undefined) {
          return { partitionIndex, errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') }
        }
        if (subscribed.has(name)) return { partitionIndex, errorCode: errorCode('GROUP_SUBSCRIBED_TO_TOPIC') }
        offsets.delete(name, partitionIndex)
        return { partitionIndex, errorCode: noError }
      }),
    })),
  }
  await broker.journal.flush()
  return answer
})

const subscribedTopics = ({ members, protocol }: Group): ReadonlySet<string> => {
  const topics = new Set<string>()
  for (const member of members.values()) {
    try {
      for (const topic of decodeSubscription(metadataFor(member, protocol ?? '')).topics) topics.add(topic)
    } catch {
      // not a consumer's subscription: nothing is known of it
    }
  }
  return topics
}
