import type { Api, RequestInput, ResponseOf } from '../protocol/message.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import { brokerError } from './broker-error.ts'
import { type CallOptions, call } from './call.ts'
import type { KafkaConnections } from './connections.ts'
import { KafkaError } from './errors.ts'

export interface GroupPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Who is asking: a member of a generation, or nobody yet (`memberId` empty, generation -1). */
export interface MemberIdentity {
  readonly memberId: string
  readonly generationId: number
}

/** The requests about one consumer group, sent to its coordinator wherever that is now. Errors are {@link KafkaError}s. */
export interface GroupClient {
  join(
    memberId: string,
    protocols: readonly { name: string; metadata: Buffer }[],
  ): Promise<ResponseOf<typeof joinGroup>>
  sync(
    member: MemberIdentity,
    protocolName: string,
    assignments: readonly { memberId: string; assignment: Buffer }[],
  ): Promise<Buffer>
  heartbeat(member: MemberIdentity): Promise<void>
  leave(memberId: string, reason: string): Promise<void>
  commit(member: MemberIdentity, offsets: readonly GroupPosition[]): Promise<void>
  /** Committed offsets; partitions without one are left out. */
  committed(partitions: readonly { readonly topic: string; readonly partition: number }[]): Promise<GroupPosition[]>
}

export interface GroupClientParts {
  readonly connections: KafkaConnections
  readonly groupId: string
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
}

const PROTOCOL_TYPE = 'consumer'
/** Whoever leaves is about to end: without an answer the session runs out by itself. */
const LEAVE_TIMEOUT_MS = 5000

export const createGroupClient = (parts: GroupClientParts): GroupClient => {
  const { connections, groupId, groupInstanceId } = parts
  let coordinator: number | undefined

  const ask = async <A extends Api>(api: A, body: RequestInput<A>, options?: CallOptions): Promise<ResponseOf<A>> => {
    coordinator ??= await connections.findCoordinator(groupId)
    try {
      return await call(connections, coordinator, api, body, options)
    } catch (error) {
      coordinator = undefined
      throw error
    }
  }

  /** Throws for an answered error code, and looks the coordinator up again when it has moved. */
  const check = (code: number, doing: string): void => {
    const error = brokerError(code, `${doing} (group ${groupId})`)
    if (error === undefined) return
    if (error.code === 'NOT_COORDINATOR' || error.code === 'COORDINATOR_NOT_AVAILABLE') coordinator = undefined
    throw error
  }

  return {
    async join(memberId, protocols) {
      const body = {
        groupId,
        sessionTimeoutMs: parts.sessionTimeoutMs,
        rebalanceTimeoutMs: parts.rebalanceTimeoutMs,
        memberId,
        groupInstanceId,
        protocolType: PROTOCOL_TYPE,
        protocols: [...protocols],
        reason: null,
      }
      const answer = await ask(joinGroup, body, { timeoutMs: parts.rebalanceTimeoutMs + 5000 })
      // The answer brings the id that the member has to join with.
      const error = brokerError(answer.errorCode, `join group ${groupId}`)
      if (error?.code !== 'MEMBER_ID_REQUIRED') check(answer.errorCode, 'join')
      return answer
    },
    async sync(member, protocolName, assignments) {
      const body = {
        groupId,
        ...member,
        groupInstanceId,
        protocolType: PROTOCOL_TYPE,
        protocolName,
        assignments: [...assignments],
      }
      const answer = await ask(syncGroup, body, { timeoutMs: parts.rebalanceTimeoutMs + 5000 })
      check(answer.errorCode, 'sync')
      return answer.assignment
    },
    async heartbeat(member) {
      const answer = await ask(heartbeat, { groupId, ...member, groupInstanceId })
      check(answer.errorCode, 'heartbeat')
    },
    async leave(memberId, reason) {
      const body = { groupId, memberId, members: [{ memberId, groupInstanceId, reason }] }
      // Not behind a join that the coordinator holds until the whole group is there.
      const answer = await ask(leaveGroup, body, { lane: 'main', timeoutMs: LEAVE_TIMEOUT_MS })
      check(answer.errorCode, 'leave')
    },
    async commit(member, offsets) {
      const answer = await ask(
        offsetCommit,
        {
          groupId,
          generationIdOrMemberEpoch: member.generationId,
          memberId: member.memberId,
          groupInstanceId,
          topics: groupByTopic(offsets, ({ partition, offset }) => ({
            partitionIndex: partition,
            committedOffset: offset,
            committedMetadata: '',
          })),
        },
        { maxVersion: 9 },
      )
      for (const { partitions } of answer.topics)
        for (const { errorCode } of partitions) check(errorCode, 'commit offsets')
    },
    async committed(partitions) {
      const topics = groupByTopic(partitions, ({ partition }) => partition).map(({ name, partitions }) => ({
        name,
        partitionIndexes: partitions,
      }))
      const answer = await ask(offsetFetch, { groupId, topics, requireStable: true }, { maxVersion: 7 })
      check(answer.errorCode, 'fetch committed offsets')
      const offsets: GroupPosition[] = []
      for (const { name, partitions: answered } of answer.topics) {
        for (const { partitionIndex, committedOffset, errorCode } of answered) {
          check(errorCode, 'fetch committed offsets')
          if (committedOffset >= 0) offsets.push({ topic: name, partition: partitionIndex, offset: committedOffset })
        }
      }
      return offsets
    },
  }
}

/** As requests want partitions: under their topics. */
export const groupByTopic = <P extends { readonly topic: string }, T>(
  partitions: readonly P[],
  of: (partition: P) => T,
): { name: string; partitions: T[] }[] => {
  const topics = new Map<string, T[]>()
  for (const partition of partitions) {
    const own = topics.get(partition.topic) ?? []
    own.push(of(partition))
    topics.set(partition.topic, own)
  }
  return [...topics].map(([name, own]) => ({ name, partitions: own }))
}

export const isKafkaError = (error: unknown, ...codes: readonly string[]): error is KafkaError =>
  error instanceof KafkaError && codes.includes(error.code)
