import { listGroups } from '../../protocol/messages/list-groups.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'

const type = 'classic'

export const listGroupsHandler = handler(listGroups, ({ statesFilter, typesFilter }, { broker }) => {
  const isAsked = (filter: readonly string[], value: string): boolean =>
    filter.length === 0 || filter.some((one) => one.toLowerCase() === value.toLowerCase())
  const groups = isAsked(typesFilter, type) ? broker.groups.all() : []
  return {
    errorCode: noError,
    groups: groups
      .filter(({ group }) => isAsked(statesFilter, group.state))
      .map(({ group: { id, protocolType, state } }) => ({
        groupId: id,
        protocolType: protocolType ?? '',
        groupState: state,
        groupType: type,
      })),
  }
})
