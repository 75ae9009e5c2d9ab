import { errorCode } from '../../protocol/error-codes.ts'
import { syncGroup } from '../../protocol/messages/sync-group.ts'
import { BrokerError } from '../broker-error.ts'
import { noBytes } from '../groups/member.ts'
import { handler } from '../handler.ts'

export const syncGroupHandler = handler(syncGroup, (request, { broker, version }) => {
  const { groupId, memberId, generationId: generation, protocolType, protocolName, assignments } = request
  const failed = (code: number) => ({ errorCode: code, protocolType: null, protocolName: null, assignment: noBytes })
  const known = broker.groups.get(groupId)
  if (groupId === '') return failed(errorCode('INVALID_GROUP_ID'))
  if (known === undefined) return failed(errorCode('UNKNOWN_MEMBER_ID'))
  if (version >= 5 && (protocolType === null || protocolName === null))
    return failed(errorCode('INCONSISTENT_GROUP_PROTOCOL'))
  try {
    const identity = { memberId, instanceId: request.groupInstanceId }
    return known.group.sync(identity, { generation, protocolType, protocolName, assignments })
  } catch (error) {
    if (error instanceof BrokerError) return failed(error.code)
    throw error
  }
})
