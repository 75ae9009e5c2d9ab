import { deleteGroups } from '../protocol/messages/delete-groups.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import type { Attempt } from './admin-attempt.ts'
import { brokerError } from './broker-error.ts'
import { call } from './call.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface GroupOffset extends TopicPartition {
  /** Of the next record that the group will read. */
  readonly offset: number
}

/** The stored offsets of consumer groups. Changing them takes a group without members. */
export interface GroupOffsets {
  /** Empty for a group that does not exist. */
  fetchGroupOffsets(group: string): Promise<GroupOffset[]>
  /** Rejects with UNKNOWN_MEMBER_ID while the group has members. */
  alterGroupOffsets(group: string, offsets: readonly GroupOffset[]): Promise<void>
  /** Rejects with GROUP_SUBSCRIBED_TO_TOPIC while a member reads the topic. */
  deleteGroupOffsets(group: string, partitions: readonly TopicPartition[]): Promise<void>
  /** True: deleted. False: there was none. Rejects with NON_EMPTY_GROUP while it has members. */
  deleteGroup(group: string): Promise<boolean>
}

/** From here on requests name topics by ids that we would have to look up. */
const LAST_VERSION_WITH_NAMES = { maxVersion: 9 }

const GROUP_ID_NOT_FOUND = 69

export const createGroupOffsets = (attempt: Attempt): GroupOffsets => ({
  fetchGroupOffsets: (group) =>
    attempt(`read the offsets of group ${group}`, async (connections) => {
      const node = await connections.findCoordinator(group)
      const asked = { groupId: group, topics: null }
      const answer = await call(
        connections,
        node,
        offsetFetch,
        { ...asked, groups: [asked], requireStable: false },
        LAST_VERSION_WITH_NAMES,
      )
      const { errorCode, topics } = answer.groups[0] ?? answer
      failOn(errorCode, `read the offsets of group ${group}`)
      return topics.flatMap(({ name, partitions }) =>
        partitions.flatMap(({ partitionIndex, committedOffset, errorCode }) => {
          failOn(errorCode, `read the offset of group ${group} for ${name}-${partitionIndex}`)
          return committedOffset < 0 ? [] : [{ topic: name, partition: partitionIndex, offset: committedOffset }]
        }),
      )
    }),

  alterGroupOffsets: (group, offsets) =>
    attempt(`change the offsets of group ${group}`, async (connections) => {
      const node = await connections.findCoordinator(group)
      const topics = byTopic(offsets, ({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedMetadata: '',
      }))
      // As Java's admin client does: no generation, no member.
      const body = { groupId: group, generationIdOrMemberEpoch: -1, memberId: '', topics }
      const answer = await call(connections, node, offsetCommit, body, LAST_VERSION_WITH_NAMES)
      failOnPartitions(answer.topics, `change the offset of group ${group}`)
    }),

  deleteGroupOffsets: (group, partitions) =>
    attempt(`delete offsets of group ${group}`, async (connections) => {
      const node = await connections.findCoordinator(group)
      const topics = byTopic(partitions, ({ partition }) => ({ partitionIndex: partition }))
      const answer = await call(connections, node, offsetDelete, { groupId: group, topics })
      failOn(answer.errorCode, `delete offsets of group ${group}`)
      failOnPartitions(answer.topics, `delete the offset of group ${group}`)
    }),

  deleteGroup: (group) =>
    attempt(`delete group ${group}`, async (connections) => {
      const node = await connections.findCoordinator(group)
      const { results } = await call(connections, node, deleteGroups, { groupsNames: [group] })
      const errorCode = results[0]?.errorCode ?? 0
      if (errorCode === GROUP_ID_NOT_FOUND) return false
      failOn(errorCode, `delete group ${group}`)
      return true
    }),
})

const byTopic = <T extends TopicPartition, P>(entries: readonly T[], toPartition: (entry: T) => P) => {
  const topics = new Map<string, P[]>()
  for (const entry of entries) {
    const partitions = topics.get(entry.topic)
    if (partitions === undefined) topics.set(entry.topic, [toPartition(entry)])
    else partitions.push(toPartition(entry))
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }))
}

const failOn = (errorCode: number, doing: string): void => {
  const error = brokerError(errorCode, doing)
  if (error !== undefined) throw error
}

type AnsweredTopics = readonly {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[]
}[]

const failOnPartitions = (topics: AnsweredTopics, doing: string): void => {
  for (const { name, partitions } of topics) {
    for (const { partitionIndex, errorCode } of partitions) failOn(errorCode, `${doing} for ${name}-${partitionIndex}`)
  }
}
