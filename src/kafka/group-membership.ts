import { untilSharedMoment } from '../config/shared-moment.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../protocol/consumer-protocol.ts'
import { KafkaError } from './errors.ts'
import type { Assignor, MemberTopics } from './group-assignors.ts'
import { type GroupClient, isKafkaError, type MemberIdentity } from './group-client.ts'

export interface AssignedPartition {
  readonly topic: string
  readonly partition: number
}

export interface MembershipParts {
  readonly client: GroupClient
  readonly assignors: readonly Assignor[]
  readonly groupInstanceId: string | null
  readonly heartbeatIntervalMs: number
  readonly maxPollIntervalMs: number
  readonly retryBackoffMs: number
  /** The topics to join with. */
  readonly topics: () => readonly string[]
  /** Fresh partition counts: asked for when this member shares out. */
  readonly partitionCounts: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>
  /** Called when a rebalance or a loss came up. */
  readonly onChange: () => void
  readonly onTrouble: (message: string, error: unknown) => void
}

/**
 * This consumer's part in its group: joins, shares out if it leads, and keeps telling that it lives on a timer of its
 * own, so that a slow `put` does not cost the membership.
 */
export interface GroupMembership {
  readonly identity: MemberIdentity
  /** Another join is due: a rebalance began, or this member has been forgotten. */
  readonly rejoinNeeded: boolean
  /** The partitions were given to others already: nothing can be committed for them. */
  readonly lost: boolean
  /** Why this member cannot come back: another one has its `group.instance.id`. */
  readonly failure: unknown
  requestRejoin(): void
  /** A commit was refused: if that says that the membership is over, or changed, another join is due at once. */
  commitFailed(asked: MemberIdentity, error: unknown): void
  /** Joins, and tries again until it worked or cannot work. @throws KafkaError */
  join(signal: AbortSignal): Promise<AssignedPartition[]>
  /** To be called at each poll: staying away longer than `max.poll.interval.ms` ends the membership. */
  polled(): void
  leave(): Promise<void>
}

const NOBODY: MemberIdentity = { memberId: '', generationId: -1 }

export const createGroupMembership = (parts: MembershipParts): GroupMembership => {
  const { client } = parts
  let identity = NOBODY
  let rejoinNeeded = true
  let lost = false
  let failure: unknown
  let timer: NodeJS.Timeout | undefined
  let beating = false
  let lastPoll = performance.now()

  /** @param memberId to join again with, if the group may still know it */
  const forgetMember = (memberId = ''): void => {
    clearTimeout(timer)
    timer = undefined
    identity = { ...NOBODY, memberId }
    rejoinNeeded = true
    lost = true
    parts.onChange()
  }

  const rejoin = (): void => {
    rejoinNeeded = true
    parts.onChange()
  }

  const beatLater = (): void => {
    timer = setTimeout(() => {
      beatLater()
      void beat()
    }, untilSharedMoment(parts.heartbeatIntervalMs))
  }

  const beat = async (): Promise<void> => {
    if (beating) return
    if (performance.now() - lastPoll > parts.maxPollIntervalMs) return pollTooLate()
    beating = true
    const asked = identity
    try {
      await client.heartbeat(asked)
    } catch (error) {
      if (asked === identity) heartbeatFailed(error)
    }
    beating = false
  }

  const heartbeatFailed = (error: unknown): void => {
    if (!isRefused(error)) parts.onTrouble('A heartbeat failed and will be tried again', error)
  }

  /** Whether the coordinator refused this member as such; if so, does what follows from it. */
  const isRefused = (error: unknown): boolean => {
    if (isKafkaError(error, 'REBALANCE_IN_PROGRESS')) rejoin()
    else if (isKafkaError(error, 'FENCED_INSTANCE_ID')) {
      failure = error
      forgetMember()
    } else if (isKafkaError(error, 'UNKNOWN_MEMBER_ID')) {
      parts.onTrouble('The group does not know this member any more: it joins again', error)
      forgetMember()
    } else if (isKafkaError(error, 'ILLEGAL_GENERATION')) {
      parts.onTrouble('The group has gone on without this member: it joins again', error)
      forgetMember(identity.memberId)
    } else return false
    return true
  }

  const pollTooLate = async (): Promise<void> => {
    const { memberId } = identity
    const waited = parts.maxPollIntervalMs
    parts.onTrouble(
      `No poll for more than max.poll.interval.ms=${waited}: leaving the group. Raise it, or put less at once (max.poll.records)`,
      undefined,
    )
    forgetMember()
    if (parts.groupInstanceId === null) await client.leave(memberId, 'poll timeout has expired').catch(() => undefined)
  }

  const joinOnce = async (): Promise<AssignedPartition[]> => {
    const topics = parts.topics()
    const metadata = encodeSubscription({ topics, userData: null, ownedPartitions: [] })
    const protocols = parts.assignors.map(({ name }) => ({ name, metadata }))
    let answer = await client.join(identity.memberId, protocols)
    if (answer.generationId < 0 && identity.memberId === '') {
      identity = { memberId: answer.memberId, generationId: -1 }
      answer = await client.join(identity.memberId, protocols)
    }
    const member = { memberId: answer.memberId, generationId: answer.generationId }
    const protocolName = answer.protocolName ?? ''
    const leads = answer.leader === answer.memberId && !answer.skipAssignment
    const assignments = leads ? await shareOut(protocolName, answer.members) : []
    const assigned = await client.sync(member, protocolName, assignments)
    identity = member
    return decodeAssignment(assigned).assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    )
  }

  const shareOut = async (
    protocolName: string,
    members: readonly { memberId: string; groupInstanceId: string | null; metadata: Buffer }[],
  ): Promise<{ memberId: string; assignment: Buffer }[]> => {
    const assignor = parts.assignors.find(({ name }) => name === protocolName)
    if (assignor === undefined) {
      const message = `The group chose the assignment strategy ${protocolName}, which this member does not have`
      throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message, { retriable: false })
    }
    const interested: MemberTopics[] = members.map(({ memberId, groupInstanceId, metadata }) => ({
      memberId,
      groupInstanceId,
      topics: decodeSubscription(metadata).topics,
    }))
    const counts = await parts.partitionCounts([...new Set(interested.flatMap(({ topics }) => topics))])
    return [...assignor.assign(interested, counts)].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment({ assignedPartitions: partitions, userData: null }),
    }))
  }

  /** What a failed attempt changes before the next one. @throws the error if no other attempt can help */
  const joinFailed = (error: unknown): void => {
    if (isKafkaError(error, 'UNKNOWN_MEMBER_ID')) identity = NOBODY
    else if (isKafkaError(error, 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION')) return
    else if (error instanceof KafkaError && error.retriable)
      parts.onTrouble('Joining the group failed and will be tried again', error)
    else throw error
  }

  return {
    get identity() {
      return identity
    },
    get rejoinNeeded() {
      return rejoinNeeded
    },
    get lost() {
      return lost
    },
    get failure() {
      return failure
    },
    requestRejoin: rejoin,
    commitFailed(asked, error) {
      // While it joins there are no heartbeats, and what was asked as the member before says nothing of the next.
      if (asked === identity && timer !== undefined) isRefused(error)
    },
    async join(signal) {
      clearTimeout(timer)
      timer = undefined
      rejoinNeeded = false
      lost = false
      while (!signal.aborted) {
        try {
          const assigned = await joinOnce()
          lastPoll = performance.now()
          beatLater()
          return assigned
        } catch (error) {
          joinFailed(error)
          await new Promise((resolve) => setTimeout(resolve, parts.retryBackoffMs))
        }
      }
      return []
    },
    polled() {
      lastPoll = performance.now()
    },
    async leave() {
      clearTimeout(timer)
      timer = undefined
      const { memberId } = identity
      // A static member keeps its place until its session ends, so that a quick restart moves no partitions.
      if (memberId !== '' && parts.groupInstanceId === null)
        await client.leave(memberId, 'the consumer is being closed')
      identity = NOBODY
    },
  }
}
