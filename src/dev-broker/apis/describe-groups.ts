import { errorCode } from '../../protocol/error-codes.ts'
import { describeGroups } from '../../protocol/messages/describe-groups.ts'
import { noError } from '../broker-error.ts'
import type { Group } from '../groups/group.ts'
import { metadataFor, noBytes } from '../groups/member.ts'
import { handler } from '../handler.ts'
import { allowedOperations, notAsked } from './allowed-operations.ts'

/** From this version on, a group that is not there is an error; before, it is Dead. */
const notFoundFrom = 6

export const describeGroupsHandler = handler(describeGroups, ({ groups, ...asked }, { broker, version }) => ({
  groups: groups.map((groupId) => {
    const known = broker.groups.get(groupId)
    const authorizedOperations = asked.includeAuthorizedOperations ? allowedOperations.group : notAsked
    if (known !== undefined) return { ...describe(known.group), authorizedOperations }
    const isError = version >= notFoundFrom
    return {
      errorCode: isError ? errorCode('GROUP_ID_NOT_FOUND') : noError,
      errorMessage: isError ? `Group ${groupId} not found.` : null,
      groupId,
      groupState: 'Dead',
      protocolType: '',
      protocolData: '',
      members: [],
      authorizedOperations: isError ? notAsked : authorizedOperations,
    }
  }),
}))

const describe = ({ id, state, protocolType, protocol, members }: Group) => {
  const isSettled = state === 'Stable'
  return {
    errorCode: noError,
    errorMessage: null,
    groupId: id,
    groupState: state,
    protocolType: protocolType ?? '',
    protocolData: isSettled ? (protocol ?? '') : '',
    members: [...members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isSettled ? metadataFor(member, protocol ?? '') : noBytes,
      memberAssignment: isSettled ? member.assignment : noBytes,
    })),
  }
}
