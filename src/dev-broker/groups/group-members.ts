import { randomUUID } from 'node:crypto'
import { BrokerError } from '../broker-error.ts'
import { commonProtocols, type JoinRequest, type Member, type MemberIdentity, noBytes } from './member.ts'

const maxMembers = 1000

/** Who is in a group, by id and by instance id, and which ids were given out. It knows nothing of generations. */
export interface GroupMembers {
  readonly byId: ReadonlyMap<string, Member>
  /** Ids that were given out and not used yet, with the time (ms since 1970) when they expire. */
  readonly pending: Map<string, number>
  /** @throws BrokerError UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID */
  find(identity: MemberIdentity): Member
  /** The id of the member that has this instance id now. */
  idOf(instanceId: string): string | undefined
  add(id: string, request: JoinRequest): Member
  /** One that was in the group before the broker was started anew. */
  put(member: Member): void
  /** The leader's assignments; whom it left out gets none. */
  assign(assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[]): void
  /** The longest time that a member asks for. */
  rebalanceTimeoutMs(): number
  /** The time (ms since 1970) when the first member counts as gone, or the first id expires. Infinity: never. */
  nextDeadline(): number
  /** A static member has been started anew and gets another id. */
  rename(member: Member, id: string): void
  remove(member: Member): void
  clear(): void
}

export const groupMembers = (): GroupMembers => {
  const byId = new Map<string, Member>()
  const byInstance = new Map<string, string>()
  const pending = new Map<string, number>()
  const put = (member: Member): void => {
    byId.set(member.id, member)
    if (member.instanceId !== null) byInstance.set(member.instanceId, member.id)
  }
  return {
    byId,
    pending,
    put,
    find: ({ memberId, instanceId }) => {
      if (instanceId !== null) {
        const id = byInstance.get(instanceId)
        if (id === undefined) throw new BrokerError('UNKNOWN_MEMBER_ID')
        if (id !== memberId) throw new BrokerError('FENCED_INSTANCE_ID')
      }
      const member = byId.get(memberId)
      if (member === undefined) throw new BrokerError('UNKNOWN_MEMBER_ID')
      return member
    },
    idOf: (instanceId) => byInstance.get(instanceId),
    add: (id, request) => {
      const member: Member = { ...newMember, id, instanceId: request.instanceId }
      update(member, request)
      put(member)
      return member
    },
    assign: (assignments) => {
      for (const member of byId.values()) member.assignment = noBytes
      for (const { memberId, assignment } of assignments) {
        const member = byId.get(memberId)
        if (member !== undefined) member.assignment = Buffer.from(assignment)
      }
    },
    rebalanceTimeoutMs: () => Math.max(0, ...[...byId.values()].map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs)),
    nextDeadline: () => {
      const deadlines = [...pending.values()]
      for (const { joined, deadline } of byId.values()) if (joined === undefined) deadlines.push(deadline)
      return Math.min(...deadlines)
    },
    rename: (member, id) => {
      byId.delete(member.id)
      member.id = id
      byId.set(id, member)
      byInstance.set(member.instanceId!, id)
    },
    remove: (member) => {
      byId.delete(member.id)
      if (member.instanceId !== null) byInstance.delete(member.instanceId)
    },
    clear: () => byId.clear(),
  }
}

const newMember: Omit<Member, 'id' | 'instanceId'> = {
  clientId: '',
  clientHost: '',
  sessionTimeoutMs: 0,
  rebalanceTimeoutMs: 0,
  protocols: [],
  assignment: noBytes,
  deadline: 0,
  joined: undefined,
  synced: undefined,
}

/** What a member says of itself when it joins, or joins again. */
export const update = (member: Member, request: JoinRequest): void => {
  member.clientId = request.clientId
  member.clientHost = request.clientHost
  member.sessionTimeoutMs = request.sessionTimeoutMs
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
  // A copy: what came in is part of a larger buffer.
  member.protocols = request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }))
}

export const newMemberId = ({ instanceId, clientId }: JoinRequest): string =>
  `${instanceId ?? clientId}-${randomUUID()}`

/** @throws BrokerError INCONSISTENT_GROUP_PROTOCOL when the member has nothing in common with the others */
export const checkProtocols = (request: JoinRequest, members: GroupMembers, protocolType: string | null): void => {
  const others = [...members.byId.values()].filter(({ id }) => id !== request.memberId)
  const names = request.protocols.map(({ name }) => name)
  const fits =
    names.length > 0 &&
    request.protocolType !== '' &&
    (others.length === 0 ||
      (request.protocolType === protocolType && commonProtocols(others).some((name) => names.includes(name))))
  if (!fits) throw new BrokerError('INCONSISTENT_GROUP_PROTOCOL')
}

/** @throws BrokerError GROUP_MAX_SIZE_REACHED */
export const checkSize = ({ byId, pending }: GroupMembers): void => {
  if (byId.size + pending.size >= maxMembers) throw new BrokerError('GROUP_MAX_SIZE_REACHED')
}
