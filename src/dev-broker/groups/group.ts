import { errorCode } from '../../protocol/error-codes.ts'
import { BrokerError } from '../broker-error.ts'
import { type DeadlineTimer, deadlineTimer } from './deadline-timer.ts'
import { dismiss, joinAnswer, syncAnswer } from './group-answers.ts'
import { checkProtocols, checkSize, groupMembers, newMemberId, update } from './group-members.ts'
import {
  electProtocol,
  type JoinAnswer,
  type JoinRequest,
  joinError,
  type Member,
  type MemberIdentity,
  type SyncAnswer,
  sameProtocols,
  syncError,
} from './member.ts'
import { restoredMembers, type StoredGroup, storedGroup } from './stored-group.ts'

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

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
  readonly #members = groupMembers()
  readonly #now: () => number
  readonly #store: (group: StoredGroup) => void
  /** When the rebalance goes on without those that are missing. */
  #rebalanceDeadline = Number.POSITIVE_INFINITY
  readonly #timer: DeadlineTimer

  /** @param parts.store called when there is something new to keep; `stored`: what was kept of it before */
  constructor(
    id: string,
    parts: { now: () => number; store: (group: StoredGroup) => void; stored?: StoredGroup | undefined },
  ) {
    this.id = id
    this.#now = parts.now
    this.#timer = deadlineTimer(parts.now, () => this.#expire())
    this.#store = parts.store
    const { generation = 0, protocolType = null, protocol = null, leader = null } = parts.stored ?? {}
    this.generation = generation
    this.protocolType = protocolType
    if (parts.stored?.members === undefined) return
    this.protocol = protocol
    this.leader = leader
    this.state = 'Stable'
    const deadline = (sessionTimeoutMs: number): number => this.#now() + sessionTimeoutMs
    for (const member of restoredMembers(parts.stored, deadline)) this.#members.put(member)
    this.#schedule()
  }

  get members(): ReadonlyMap<string, Member> {
    return this.#members.byId
  }

  /** @throws BrokerError; MEMBER_ID_REQUIRED comes as an answer, with the id */
  join(request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    const { memberId, instanceId } = request
    checkProtocols(request, this.#members, this.protocolType)
    if (memberId === '') {
      const id = newMemberId(request)
      const before = instanceId === null ? undefined : this.#members.idOf(instanceId)
      if (before !== undefined) return this.#replaceStatic(this.members.get(before)!, id, request)
      checkSize(this.#members)
      if (instanceId !== null || !request.requiresKnownId) return this.#add(id, request)
      this.#members.pending.set(id, this.#now() + request.sessionTimeoutMs)
      this.#schedule()
      return joinError(errorCode('MEMBER_ID_REQUIRED'), id)
    }
    if (this.#members.pending.delete(memberId)) return this.#add(memberId, request)
    const member = this.#members.find({ memberId, instanceId })
    this.#touch(member)
    const isSame = sameProtocols(member.protocols, request.protocols)
    if (this.state === 'CompletingRebalance' && isSame) return joinAnswer(this, member)
    if (this.state === 'Stable' && isSame && member.id !== this.leader) return joinAnswer(this, member)
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
    const member = this.#members.find(identity)
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
    if (this.state === 'Stable') return syncAnswer(this, member)
    member.synced?.(syncError(errorCode('REBALANCE_IN_PROGRESS')))
    const answer = new Promise<SyncAnswer>((resolve) => {
      member.synced = resolve
    })
    if (member.id === this.leader) {
      this.#members.assign(request.assignments)
      this.state = 'Stable'
      this.#rebalanceDeadline = Number.POSITIVE_INFINITY
      this.#store(storedGroup(this))
      for (const one of this.members.values()) {
        one.synced?.(syncAnswer(this, one))
        one.synced = undefined
      }
    }
    return answer
  }

  /** @throws BrokerError, REBALANCE_IN_PROGRESS when the member is to join again */
  heartbeat(identity: MemberIdentity, generation: number): void {
    const member = this.#members.find(identity)
    this.#checkGeneration(generation)
    this.#touch(member)
    if (this.state === 'PreparingRebalance') throw new BrokerError('REBALANCE_IN_PROGRESS')
  }

  /** @throws BrokerError */
  leave({ memberId, instanceId }: MemberIdentity): void {
    if (this.#members.pending.delete(memberId)) {
      this.#completeJoin()
      return
    }
    const known = instanceId !== null && memberId === '' ? (this.#members.idOf(instanceId) ?? '') : memberId
    this.#remove(this.#members.find({ memberId: known, instanceId }))
  }

  /** Whether this member may commit offsets now. @throws BrokerError */
  checkCommit(identity: MemberIdentity, generation: number, isTransactional = false): void {
    // Without a generation it comes from an admin client, or a consumer that manages its partitions itself
    if (generation < 0 && this.state === 'Empty') return
    const isNobody = generation < 0 && identity.memberId === '' && identity.instanceId === null
    if (isNobody && isTransactional) return
    const member = this.#members.find(identity)
    this.#checkGeneration(generation)
    if (this.state === 'CompletingRebalance' && !isTransactional) throw new BrokerError('REBALANCE_IN_PROGRESS')
    this.#touch(member)
  }

  /** Nobody waits for an answer of this group any longer. */
  close(): void {
    this.#timer.stop()
    this.state = 'Dead'
    for (const member of this.members.values()) dismiss(member, 'COORDINATOR_NOT_AVAILABLE')
    this.#members.clear()
  }

  #checkGeneration(generation: number): void {
    if (generation !== this.generation) throw new BrokerError('ILLEGAL_GENERATION')
  }

  #touch(member: Member): void {
    member.deadline = this.#now() + member.sessionTimeoutMs
  }

  #add(id: string, request: JoinRequest): Promise<JoinAnswer> {
    const member = this.#members.add(id, request)
    if (this.members.size === 1) this.protocolType = request.protocolType
    this.leader ??= id
    this.#touch(member)
    return this.#waitForOthers(member)
  }

  #update(member: Member, request: JoinRequest): void {
    update(member, request)
    this.#touch(member)
  }

  /** A member with the same instance id has been started anew. Nothing to rebalance when it wants the same as before. */
  #replaceStatic(member: Member, id: string, request: JoinRequest): JoinAnswer | Promise<JoinAnswer> {
    dismiss(member, 'FENCED_INSTANCE_ID')
    const isSame = sameProtocols(member.protocols, request.protocols)
    const wasLeader = this.leader === member.id
    this.#members.rename(member, id)
    if (wasLeader) this.leader = id
    this.#update(member, request)
    if (this.state !== 'Stable' || !isSame) return this.#waitForOthers(member)
    this.#store(storedGroup(this))
    const answer = joinAnswer(this, member)
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
    this.#rebalanceDeadline = this.#now() + this.#members.rebalanceTimeoutMs()
    this.#completeJoin()
  }

  /** Goes on when all are there, or, with `isLate`, without those that are not. */
  #completeJoin(isLate = false): void {
    if (this.state !== 'PreparingRebalance') return
    const members = [...this.members.values()]
    const missing = members.filter(({ joined }) => joined === undefined)
    if (!isLate && (missing.length > 0 || this.#members.pending.size > 0)) return
    this.#members.pending.clear()
    for (const member of missing) if (member.instanceId === null) this.#forget(member)
    const present = members.filter(({ joined }) => joined !== undefined)
    if (present.length === 0 && this.members.size > 0) {
      this.#rebalanceDeadline = this.#now() + this.#members.rebalanceTimeoutMs() // static members that may come back
      this.#schedule()
      return
    }
    this.generation++
    if (present.length === 0) {
      this.state = 'Empty'
      this.protocol = null
      this.leader = null
      this.#rebalanceDeadline = Number.POSITIVE_INFINITY
      this.#store(storedGroup(this))
    } else {
      this.state = 'CompletingRebalance'
      this.protocol = electProtocol([...this.members.values()])
      if (!present.some(({ id }) => id === this.leader)) this.leader = present[0]!.id
      this.#rebalanceDeadline = this.#now() + this.#members.rebalanceTimeoutMs()
      for (const member of present) {
        this.#touch(member)
        member.joined!(joinAnswer(this, member))
        member.joined = undefined
      }
    }
    this.#schedule()
  }

  #forget(member: Member): void {
    this.#members.remove(member)
    if (this.leader === member.id) this.leader = this.members.keys().next().value ?? null
  }

  #remove(member: Member): void {
    dismiss(member, 'UNKNOWN_MEMBER_ID')
    this.#forget(member)
    if (this.state === 'PreparingRebalance') this.#completeJoin()
    else this.#prepareRebalance()
  }

  #schedule(): void {
    this.#timer.wakeBy(Math.min(this.#rebalanceDeadline, this.#members.nextDeadline()))
  }

  #expire(): void {
    const now = this.#now()
    for (const [id, deadline] of this.#members.pending) if (deadline <= now) this.#members.pending.delete(id)
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
