import { errorCode } from '../../protocol/error-codes.ts'
import { leaveGroup } from '../../protocol/messages/leave-group.ts'
import { BrokerError, codeOf, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'

const severalFrom = 3

export const leaveGroupHandler = handler(leaveGroup, (request, { broker, version }) => {
  if (request.groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID') }
  const known = broker.groups.get(request.groupId)
  const leave = (memberId: string, instanceId: string | null): number =>
    codeOf(() => {
      if (known === undefined) throw new BrokerError('UNKNOWN_MEMBER_ID')
      known.group.leave({ memberId, instanceId })
    })
  if (version < severalFrom) return { errorCode: leave(request.memberId, null) }
  return {
    errorCode: noError,
    members: request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: leave(memberId, groupInstanceId),
    })),
  }
})
