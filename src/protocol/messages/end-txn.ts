import { defineApi } from '../message.ts'
import { boolean, int16, int32, int64, string } from '../message-fields.ts'

/** Commits or aborts a transaction. From version 5 on the answer has the epoch for the next one. */
export const endTxn = defineApi({
  name: 'EndTxn',
  key: 26,
  versions: '0-5',
  flexible: '3+',
  request: {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    committed: boolean('0+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerId: int64('5+', { default: -1 }),
    producerEpoch: int16('5+', { default: -1 }),
  },
})
