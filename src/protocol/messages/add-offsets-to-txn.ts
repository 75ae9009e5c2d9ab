import { defineApi } from '../message.ts'
import { int16, int32, int64, string } from '../message-fields.ts'

/** Says that a transaction is going to commit offsets of a group. */
export const addOffsetsToTxn = defineApi({
  name: 'AddOffsetsToTxn',
  key: 25,
  versions: '0-4',
  flexible: '3+',
  request: {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    groupId: string('0+'),
  },
  response: { throttleTimeMs: int32('0+'), errorCode: int16('0+') },
})
