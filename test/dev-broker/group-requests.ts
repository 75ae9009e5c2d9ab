/** What members of a group say, in tests. */
import { encodeSubscription } from '../../src/protocol/consumer-protocol.ts'
import type { RequestInput, ResponseOf } from '../../src/protocol/message.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import type { Conversation } from './conversation.ts'
import type { RawClient } from './raw-client.ts'

export const metadataOf = (topics: readonly string[]): Buffer =>
  encodeSubscription({ topics: [...topics], userData: null, ownedPartitions: [] } as never)

export const joining = (groupId: string, memberId: string, more: Partial<RequestInput<typeof joinGroup>> = {}) => ({
  groupId,
  // Longer than a machine stands still: nobody is to be thrown out, before a kill of the broker or after it
  sessionTimeoutMs: 60_000,
  rebalanceTimeoutMs: 60_000,
  memberId,
  groupInstanceId: null,
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: metadataOf(['t']) }],
  ...more,
})

export type Joined = ResponseOf<typeof joinGroup>

/** Joins with the id that the first answer gives. */
export const join = async (talk: Conversation, groupId: string, on?: RawClient, more = {}): Promise<Joined> => {
  const first = await talk.call(joinGroup, 7, joining(groupId, '', more), on)
  return talk.call(joinGroup, 7, joining(groupId, first.memberId, more), on)
}

export const syncing = (
  groupId: string,
  { generationId, memberId }: Joined,
  assignments: Record<string, string> = {},
) => ({
  groupId,
  generationId,
  memberId,
  groupInstanceId: null,
  protocolType: 'consumer',
  protocolName: 'range',
  assignments: Object.entries(assignments).map(([id, text]) => ({ memberId: id, assignment: Buffer.from(text) })),
})

export const beating = (groupId: string, { generationId, memberId }: Joined) => ({
  groupId,
  generationId,
  memberId,
  groupInstanceId: null,
})

export const committing = (
  groupId: string,
  topic: string,
  offset: number,
  joined?: Joined,
  partitionIndex = 0,
  committedMetadata: string | null = 'note',
) => ({
  groupId,
  generationIdOrMemberEpoch: joined?.generationId ?? -1,
  memberId: joined?.memberId ?? '',
  groupInstanceId: null,
  topics: [{ name: topic, partitions: [{ partitionIndex, committedOffset: offset, committedMetadata }] }],
})
