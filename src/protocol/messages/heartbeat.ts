import { defineApi } from '../message.ts'
import { int16, int32, string } from '../message-fields.ts'

/** A member says that it is alive and hears of rebalances. */
export const heartbeat = defineApi({
  name: 'Heartbeat',
  key: 12,
  versions: '0-4',
  flexible: '4+',
  request: {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullable: '3+' }),
  },
  response: { throttleTimeMs: int32('1+'), errorCode: int16('0+') },
})
