import { defineApi } from '../message.ts'
import { int16, int32, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Deletes groups without members. */
export const deleteGroups = defineApi({
  name: 'DeleteGroups',
  key: 42,
  versions: '0-2',
  flexible: '2+',
  request: { groupsNames: array('0+', string('0+')) },
  response: { throttleTimeMs: int32('0+'), results: array('0+', { groupId: string('0+'), errorCode: int16('0+') }) },
})
