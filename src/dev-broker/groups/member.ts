/** The answer to a JoinGroup request. */
export interface JoinAnswer {
  readonly errorCode: number
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  readonly memberId: string
  readonly skipAssignment?: boolean
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly metadata: Buffer
  }[]
}

export interface SyncAnswer {
  readonly errorCode: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface Member {
  id: string
  readonly instanceId: string | null
  clientId: string
  clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  /** In the order of preference. */
  protocols: readonly MemberProtocol[]
  assignment: Buffer
  /** When it counts as gone, in ms since 1970, unless it is heard of before. */
  deadline: number
  /** Set while it waits for the others to join. */
  joined: ((answer: JoinAnswer) => void) | undefined
  /** Set while it waits for its assignment. */
  synced: ((answer: SyncAnswer) => void) | undefined
}

export const noBytes = Buffer.alloc(0)

export const metadataFor = (member: Member, protocol: string): Buffer =>
  member.protocols.find(({ name }) => name === protocol)?.metadata ?? noBytes

export const sameProtocols = (a: readonly MemberProtocol[], b: readonly MemberProtocol[]): boolean =>
  a.length === b.length && a.every(({ name, metadata }, i) => name === b[i]!.name && metadata.equals(b[i]!.metadata))

/** Those that every member knows, in the order of the first one. */
export const commonProtocols = (members: readonly Member[]): string[] => {
  const [first, ...others] = members
  const names = first?.protocols.map(({ name }) => name) ?? []
  return names.filter((name) => others.every(({ protocols }) => protocols.some((one) => one.name === name)))
}

/** Each member votes for the first of the common protocols in its list; most votes win. */
export const electProtocol = (members: readonly Member[]): string => {
  const common = commonProtocols(members)
  const votes = new Map<string, number>()
  for (const { protocols } of members) {
    const vote = protocols.find(({ name }) => common.includes(name))?.name
    if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1)
  }
  return [...votes].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [string, number])[0]
}

export interface JoinRequest {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly MemberProtocol[]
  /** A new member is first told its id and joins again with it. */
  readonly requiresKnownId: boolean
  /** A leader that comes back can be told that there is nothing to assign. */
  readonly canSkipAssignment: boolean
}

export interface MemberIdentity {
  readonly memberId: string
  readonly instanceId: string | null
}

export const joinError = (code: number, memberId: string): JoinAnswer => ({
  errorCode: code,
  generationId: -1,
  protocolType: null,
  protocolName: null,
  leader: '',
  memberId,
  members: [],
})

export const syncError = (code: number): SyncAnswer => ({
  errorCode: code,
  protocolType: null,
  protocolName: null,
  assignment: noBytes,
})
