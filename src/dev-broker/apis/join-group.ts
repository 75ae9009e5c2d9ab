import { joinGroup } from '../../protocol/messages/join-group.ts'
import { BrokerError } from '../broker-error.ts'
import { type JoinAnswer, joinError } from '../groups/member.ts'
import { handler } from '../handler.ts'

/** group.min.session.timeout.ms and group.max.session.timeout.ms of Kafka. */
const sessionTimeoutMs = { min: 6000, max: 1_800_000 } as const
const knownIdFrom = 4
const skipAssignmentFrom = 9

export const joinGroupHandler = handler(joinGroup, (request, { broker, version, clientId, connection }) => {
  const { groupId, memberId, protocolType, protocols, groupInstanceId: instanceId } = request
  const timeout = request.sessionTimeoutMs
  // Before version 7 the name of the protocol cannot be null.
  const readable = (answer: JoinAnswer): JoinAnswer =>
    version >= 7 || answer.protocolName !== null ? answer : { ...answer, protocolName: '' }
  try {
    if (groupId === '') throw new BrokerError('INVALID_GROUP_ID')
    if (timeout < sessionTimeoutMs.min || timeout > sessionTimeoutMs.max)
      throw new BrokerError('INVALID_SESSION_TIMEOUT')
    const known = broker.groups.get(groupId)
    if (known === undefined && memberId !== '') throw new BrokerError('UNKNOWN_MEMBER_ID')
    const answer = (known ?? broker.groups.getOrCreate(groupId)).group.join({
      memberId,
      instanceId,
      clientId,
      clientHost: `/${connection.remoteHost}`,
      sessionTimeoutMs: timeout,
      rebalanceTimeoutMs: request.rebalanceTimeoutMs < 0 ? timeout : request.rebalanceTimeoutMs,
      protocolType,
      protocols,
      requiresKnownId: version >= knownIdFrom,
      canSkipAssignment: version >= skipAssignmentFrom,
    })
    return answer instanceof Promise ? answer.then(readable) : readable(answer)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return readable(joinError(error.code, memberId))
  }
})
