import { deleteGroups } from '../../protocol/messages/delete-groups.ts'
import { codeOf } from '../broker-error.ts'
import { handler } from '../handler.ts'

export const deleteGroupsHandler = handler(deleteGroups, async ({ groupsNames }, { broker }) => {
  const results = groupsNames.map((groupId) => ({ groupId, errorCode: codeOf(() => broker.groups.delete(groupId)) }))
  await broker.journal.flush()
  return { results }
})
