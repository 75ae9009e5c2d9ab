import { errorCode } from '../../protocol/error-codes.ts'
import { noError } from '../broker-error.ts'
import { type JoinAnswer, joinError, type Member, metadataFor, type SyncAnswer, syncError } from './member.ts'

/** What of a group is in its answers. */
interface Generation {
  readonly generation: number
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly leader: string | null
  readonly members: ReadonlyMap<string, Member>
}

/** The generation as it is now; the leader is told who is in it. */
export const joinAnswer = (
  { generation, protocolType, protocol, leader, members }: Generation,
  to: Member,
): JoinAnswer => {
  const all = [...members.values()].map((one) => ({
    memberId: one.id,
    groupInstanceId: one.instanceId,
    metadata: metadataFor(one, protocol ?? ''),
  }))
  return {
    errorCode: noError,
    generationId: generation,
    protocolType,
    protocolName: protocol ?? '',
    leader: leader ?? '',
    memberId: to.id,
    members: to.id === leader ? all : [],
  }
}

export const syncAnswer = ({ protocolType, protocol }: Generation, { assignment }: Member): SyncAnswer => ({
  errorCode: noError,
  protocolType,
  protocolName: protocol,
  assignment,
})

/** Whatever the member waits for ends with this error. */
export const dismiss = (member: Member, error: string): void => {
  member.joined?.(joinError(errorCode(error), member.id))
  member.synced?.(syncError(errorCode(error)))
  member.joined = member.synced = undefined
}
