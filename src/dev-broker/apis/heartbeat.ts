import { errorCode } from '../../protocol/error-codes.ts'
import { heartbeat } from '../../protocol/messages/heartbeat.ts'
import { codeOf } from '../broker-error.ts'
import { handler } from '../handler.ts'

export const heartbeatHandler = handler(heartbeat, (request, { broker }) => {
  const { groupId, memberId, groupInstanceId: instanceId, generationId } = request
  const known = broker.groups.get(groupId)
  if (groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID') }
  if (known === undefined) return { errorCode: errorCode('UNKNOWN_MEMBER_ID') }
  return { errorCode: codeOf(() => known.group.heartbeat({ memberId, instanceId }, generationId)) }
})
