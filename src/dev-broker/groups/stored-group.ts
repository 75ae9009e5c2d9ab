import type { Member } from './member.ts'

/** What of a group outlives the broker: as it was when its members last had their assignments, or when the last one went. */
export interface GroupRecord {
  readonly generation: number
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly leader: string | null
  readonly members: ReadonlyMap<string, Member>
}

/** As it is in the journal. One without members has the first two only. */
export interface StoredGroup {
  readonly generation: number
  readonly protocolType: string | null
  readonly protocol?: string | null
  readonly leader?: string | null
  readonly members?: readonly StoredMember[]
}

type Told = Pick<Member, 'id' | 'instanceId' | 'clientId' | 'clientHost' | 'sessionTimeoutMs' | 'rebalanceTimeoutMs'>

/** Bytes are in base64. */
interface StoredMember extends Told {
  readonly protocols: readonly (readonly [name: string, metadata: string])[]
  readonly assignment: string
}

export const storedGroup = ({ generation, protocolType, protocol, leader, members }: GroupRecord): StoredGroup =>
  members.size === 0
    ? { generation, protocolType }
    : { generation, protocolType, protocol, leader, members: [...members.values()].map(storedMember) }

/** @param deadline of the members: they have all of their session time to be heard of again */
export const restoredMembers = (
  { members = [] }: StoredGroup,
  deadline: (sessionTimeoutMs: number) => number,
): Member[] =>
  members.map((member) => ({
    ...toldOf(member),
    protocols: member.protocols.map(([name, metadata]) => ({ name, metadata: Buffer.from(metadata, 'base64') })),
    assignment: Buffer.from(member.assignment, 'base64'),
    deadline: deadline(member.sessionTimeoutMs),
    joined: undefined,
    synced: undefined,
  }))

const storedMember = (member: Member): StoredMember => ({
  ...toldOf(member),
  protocols: member.protocols.map(({ name, metadata }) => [name, metadata.toString('base64')] as const),
  assignment: member.assignment.toString('base64'),
})

const toldOf = ({ id, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs }: Told): Told => ({
  ...{ id, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs },
})
