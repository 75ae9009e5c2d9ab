import { defineApi } from '../message.ts'
import { int16, int32, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** The groups that a broker coordinates. */
export const listGroups = defineApi({
  name: 'ListGroups',
  key: 16,
  versions: '0-5',
  flexible: '3+',
  request: { statesFilter: array('4+', string('4+')), typesFilter: array('5+', string('5+')) },
  response: {
    throttleTimeMs: int32('1+'),
    errorCode: int16('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      protocolType: string('0+'),
      groupState: string('4+'),
      groupType: string('5+'),
    }),
  },
})
