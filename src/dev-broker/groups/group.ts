import { randomUUID } from 'node:crypto'
import { errorCode } from '../../protocol/error-codes.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { type DeadlineTimer, deadlineTimer } from './deadline-timer.ts'
import {
  commonProtocols,
  electProtocol,
  type JoinAnswer,
  type JoinRequest,
  joinError,
  type Member,
  type MemberIdentity,
  metadataFor,
  noBytes,
  type SyncAnswer,
  sameProtocols,
  syncError,
} from './member.ts'

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

const maxMembers = 1000

/**
 * A group of the classic protocol. Members join; when all have, the leader hands in the assignments and every member gets
 * its own. A member that comes, goes or falls silent starts that again.
 */
export class Group {
  readonly id: string
  state: GroupState = 'Empty'
  generation: number
  /** Null until the first member has joined. */
  protocolType: string | null
  protocol: string | null = null
  leader: string | null = null
  readonly members = new Map<string, Member>()
  readonly #static = new Map<string, string>()
  /** Ids that were given out and not used yet, with the time when they expire. */
  readonly #pending = new Map<string, number>()
  readonly #now: () => number
  readonly #onGeneration: (group: Group) => void
  /** When the rebalance goes on without those that are missing. */
  #rebalanceDeadline = Number.POSITIVE_INFINITY
  readonly #timer: DeadlineTimer

  constructor(
    id: string,
    parts: {
      now: () => number
      onGeneration: (group: Group) => void
      generation?: number
      protocolType?: string | null
    },
  ) {
    this.id = id
    this.#now = parts.now
    this.#timer = deadlineTimer(parts.now, () => this.#expire())
    this.#onGeneration = parts.onGeneration
    this.generation = parts.generation ?? 0
    this.protocolType = parts.protocolType ?? null
  }

  /** @throws BrokerError; MEMBER_ID_REQUIRED comes as an answer, with the id */
  join(request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { memberId, instanceId } = request
    this.#checkProtocols(request)
    if (memberId === '') {
      const id = `${instanceId ?? request.clientId}-${randomUUID()}`
      const before = instanceId === null ? undefined : this.#static.get(instanceId)
      if (before !== undefined) return this.#replaceStatic(this.members.get(before)!, id, request)
      this.#checkSize()
      if (instanceId !== null || !request.requiresKnownId) return this.#add(id, request)
      this.#pending.set(id, this.#now() + request.sessionTimeoutMs)
      this.#schedule()
      return joinError(errorCode('MEMBER_ID_REQUIRED'), id)
    }
    if (this.#pending.delete(memberId)) return this.#add(memberId, request)
    const member = this.#find({ memberId, instanceId })
    this.#touch(member)
    const isSame = sameProtocols(member.protocols, request.protocols)
    if (this.state === 'CompletingRebalance' && isSame) return this.#currentAnswer(member)
    if (this.state === 'Stable' && isSame && member.id !== this.leader) return this.#currentAnswer(member)
    this.#update(member, request)
    return this.#waitForOthers(member)
  }

  /** @throws BrokerError */
  sync(
    identity: MemberIdentity,
    request: {
      generation: number
      protocolType: string | null
      protocolName: string | null
      assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[]
    },
  ): SyncAnswer | Promise<SyncAnswer> {
    const member = this.#find(identity)
    this.#checkGeneration(request.generation)
    const { protocolType, protocolName } = request
    if (
      (protocolType ?? this.protocolType) !== this.protocolType ||
      (protocolName ?? this.protocol) !== this.protocol
    ) {
      throw new BrokerError('INCONSISTENT_GROUP_PROTOCOL')
    }
    this.#touch(member)
    if (this.state === 'PreparingRebalance') throw new BrokerError('REBALANCE_IN_PROGRESS')
    if (this.state === 'Stable') return this.#assigned(member)
    member.synced?.(syncError(errorCode('REBALANCE_IN_PROGRESS')))
    const answer = new Promise<SyncAnswer>((resolve) => {
      member.synced = resolve
    })
    if (member.id === this.leader) {
      for (const one of this.members.values()) one.assignment = noBytes
      for (const { memberId, assignment } of request.assignments) {
        const one = this.members.get(memberId)
        if (one !== undefined) one.assignment = Buffer.from(assignment)
      }
      this.state = 'Stable'
      this.#rebalanceDeadline = Number.POSITIVE_INFINITY
      for (const one of this.members.values()) {
        one.synced?.(this.#assigned(one))
        one.synced = undefined
      }
    }
    return answer
  }

  /** @throws BrokerError, REBALANCE_IN_PROGRESS when the member is to join again */
  heartbeat(identity: MemberIdentity, generation: number): void {
    const member = this.#find(identity)
    this.#checkGeneration(generation)
    this.#touch(member)
    if (this.state === 'PreparingRebalance') throw new BrokerError('REBALANCE_IN_PROGRESS')
  }

  /** @throws BrokerError */
  leave({ memberId, instanceId }: MemberIdentity): void {
    if (this.#pending.delete(memberId)) {
      this.#completeJoin()
      return
    }
    const known = instanceId !== null && memberId === '' ? (this.#static.get(instanceId) ?? '') : memberId
    this.#remove(this.#find({ memberId: known, instanceId }))
  }

  /** Whether this member may commit offsets now. @throws BrokerError */
  checkCommit(identity: MemberIdentity, generation: number, isTransactional = false): void {
    if (generation < 0 && (this.state === 'Empty' || isTransactional) && identity.memberId === '') return
    if (this.state === 'Empty' || generation < 0) {
      throw new BrokerError(this.state === 'Empty' && generation >= 0 ? 'ILLEGAL_GENERATION' : 'UNKNOWN_MEMBER_ID')
    }
    const member = this.#find(identity)
    this.#checkGeneration(generation)
    if (this.state === 'CompletingRebalance' && !isTransactional) throw new BrokerError('REBALANCE_IN_PROGRESS')
    this.#touch(member)
  }

  /** Nobody waits for an answer of this group any longer. */
  close(): void {
    this.#timer.stop()
    this.state = 'Dead'
    for (const member of this.members.values()) this.#dismiss(member, 'COORDINATOR_NOT_AVAILABLE')
    this.members.clear()
  }

  #checkProtocols({ protocolType, protocols, memberId }: JoinRequest): void {
    const others = [...this.members.values()].filter(({ id }) => id !== memberId)
    const names = protocols.map(({ name }) => name)
    const fits =
      names.length > 0 &&
      protocolType !== '' &&
      (others.length === 0 ||
        (protocolType === this.protocolType && commonProtocols(others).some((name) => names.includes(name))))
    if (!fits) throw new BrokerError('INCONSISTENT_GROUP_PROTOCOL')
  }

  #checkSize(): void {
    if (this.members.size + this.#pending.size >= maxMembers) throw new BrokerError('GROUP_MAX_SIZE_REACHED')
  }

  #find({ memberId, instanceId }: MemberIdentity): Member {
    if (instanceId !== null) {
      const id = this.#static.get(instanceId)
      if (id === undefined) throw new BrokerError('UNKNOWN_MEMBER_ID')
      if (id !== memberId) throw new BrokerError('FENCED_INSTANCE_ID')
    }
    const member = this.members.get(memberId)
    if (member === undefined) throw new BrokerError('UNKNOWN_MEMBER_ID')
    return member
  }

  #checkGeneration(generation: number): void {
    if (generation !== this.generation) throw new BrokerError('ILLEGAL_GENERATION')
  }

  #touch(member: Member): void {
    member.deadline = this.#now() + member.sessionTimeoutMs
  }

  #add(id: string, request: JoinRequest): Promise<JoinAnswer> {
    const { instanceId } = request
    const member: Member = {
      id,
      instanceId,
      clientId: request.clientId,
      clientHost: request.clientHost,
      sessionTimeoutMs: 0,
      rebalanceTimeoutMs: 0,
      protocols: [],
      assignment: noBytes,
      deadline: 0,
      joined: undefined,
      synced: undefined,
    }
    this.members.set(id, member)
    if (instanceId !== null) this.#static.set(instanceId, id)
    if (this.members.size === 1) this.protocolType = request.protocolType
    this.leader ??= id
    this.#update(member, request)
    return this.#waitForOthers(member)
  }

  #update(member: Member, request: JoinRequest): void {
    member.clientId = request.clientId
    member.clientHost = request.clientHost
    member.sessionTimeoutMs = request.sessionTimeoutMs
    member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
    // A copy: what came in is part of a larger buffer.
    member.protocols = request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }))
    this.#touch(member)
  }

  /** A member with the same instance id has been started anew. Nothing to rebalance when it wants the same as before. */
  #replaceStatic(member: Member, id: string, request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    this.#dismiss(member, 'FENCED_INSTANCE_ID')
    const isSame = sameProtocols(member.protocols, request.protocols)
    const wasLeader = this.leader === member.id
    this.members.delete(member.id)
    member.id = id
    this.members.set(id, member)
    this.#static.set(member.instanceId!, id)
    if (wasLeader) this.leader = id
    this.#update(member, request)
    if (this.state !== 'Stable' || !isSame) return this.#waitForOthers(member)
    const answer = this.#currentAnswer(member)
    if (!wasLeader) return answer
    if (request.canSkipAssignment) return { ...answer, skipAssignment: true }
    // An old client that reads "leader" would assign anew: it is told another leader, and gets its assignment.
    return { ...answer, leader: '', members: [] }
  }

  #waitForOthers(member: Member): Promise<JoinAnswer> {
    member.joined?.(joinError(errorCode('REBALANCE_IN_PROGRESS'), member.id))
    const answer = new Promise<JoinAnswer>((resolve) => {
      member.joined = resolve
    })
    if (this.state !== 'PreparingRebalance') this.#prepareRebalance()
    else this.#completeJoin()
    this.#schedule()
    return answer
  }

  #prepareRebalance(): void {
    this.state = 'PreparingRebalance'
    for (const member of this.members.values()) {
      member.synced?.(syncError(errorCode('REBALANCE_IN_PROGRESS')))
      member.synced = undefined
    }
    this.#rebalanceDeadline = this.#now() + this.#rebalanceTimeout()
    this.#completeJoin()
  }

  #rebalanceTimeout(): number {
    return Math.max(0, ...[...this.members.values()].map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs))
  }

  /** Goes on when all are there, or, with `isLate`, without those that are not. */
  #completeJoin(isLate = false): void {
    if (this.state !== 'PreparingRebalance') return
    const members = [...this.members.values()]
    const missing = members.filter(({ joined }) => joined === undefined)
    if (!isLate && (missing.length > 0 || this.#pending.size > 0)) return
    this.#pending.clear()
    for (const member of missing) if (member.instanceId === null) this.#forget(member)
    const present = members.filter(({ joined }) => joined !== undefined)
    if (present.length === 0 && this.members.size > 0) {
      this.#rebalanceDeadline = this.#now() + this.#rebalanceTimeout() // static members that may come back
      this.#schedule()
      return
    }
    this.generation++
    if (present.length === 0) {
      this.state = 'Empty'
      this.protocol = null
      this.leader = null
      this.#rebalanceDeadline = Number.POSITIVE_INFINITY
    } else {
      this.state = 'CompletingRebalance'
      this.protocol = electProtocol([...this.members.values()])
      if (!present.some(({ id }) => id === this.leader)) this.leader = present[0]!.id
      this.#rebalanceDeadline = this.#now() + this.#rebalanceTimeout()
      for (const member of present) {
        this.#touch(member)
        member.joined!(this.#currentAnswer(member))
        member.joined = undefined
      }
    }
    this.#onGeneration(this)
    this.#schedule()
  }

  #currentAnswer(member: Member): JoinAnswer {
    const protocol = this.protocol ?? ''
    const members = [...this.members.values()].map((one) => ({
      memberId: one.id,
      groupInstanceId: one.instanceId,
      metadata: metadataFor(one, protocol),
    }))
    return {
      errorCode: noError,
      generationId: this.generation,
      protocolType: this.protocolType,
      protocolName: protocol,
      leader: this.leader ?? '',
      memberId: member.id,
      members: member.id === this.leader ? members : [],
    }
  }

  #assigned({ assignment }: Member): SyncAnswer {
    return { errorCode: noError, protocolType: this.protocolType, protocolName: this.protocol, assignment }
  }

  #dismiss(member: Member, error: string): void {
    member.joined?.(joinError(errorCode(error), member.id))
    member.synced?.(syncError(errorCode(error)))
    member.joined = member.synced = undefined
  }

  #forget(member: Member): void {
    this.members.delete(member.id)
    if (member.instanceId !== null) this.#static.delete(member.instanceId)
    if (this.leader === member.id) this.leader = this.members.keys().next().value ?? null
  }

  #remove(member: Member): void {
    this.#dismiss(member, 'UNKNOWN_MEMBER_ID')
    this.#forget(member)
    if (this.state === 'PreparingRebalance') this.#completeJoin()
    else this.#prepareRebalance()
  }

  #schedule(): void {
    const deadlines = [this.#rebalanceDeadline, ...this.#pending.values()]
    for (const { joined, deadline } of this.members.values()) if (joined === undefined) deadlines.push(deadline)
    this.#timer.wakeBy(Math.min(...deadlines))
  }

  #expire(): void {
    const now = this.#now()
    for (const [id, deadline] of this.#pending) if (deadline <= now) this.#pending.delete(id)
    for (const member of [...this.members.values()]) {
      // Whoever waits for an answer of ours cannot be heard of.
      const waits = member.joined !== undefined || member.synced !== undefined
      if (!waits && member.deadline <= now && this.members.has(member.id)) this.#remove(member)
    }
    if (this.#rebalanceDeadline <= now) this.#onRebalanceTimeout()
    else this.#completeJoin()
    if (this.state !== 'Dead') this.#schedule()
  }

  #onRebalanceTimeout(): void {
    if (this.state === 'PreparingRebalance') {
      this.#completeJoin(true)
      return
    }
    this.#rebalanceDeadline = Number.POSITIVE_INFINITY
    if (this.state !== 'CompletingRebalance') return
    for (const member of [...this.members.values()]) if (member.synced === undefined) this.#forget(member)
    this.#prepareRebalance()
  }
}
