import { defineApi } from '../message.ts'
import { int16, int32, int64, string } from '../message-fields.ts'

/** A producer id and epoch for an idempotent or transactional producer. */
export const initProducerId = defineApi({
  name: 'InitProducerId',
  key: 22,
  versions: '0-5',
  flexible: '2+',
  request: {
    transactionalId: string('0+', { nullable: '0+' }),
    transactionTimeoutMs: int32('0+'),
    producerId: int64('3+', { default: -1 }),
    producerEpoch: int16('3+', { default: -1 }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerId: int64('0+', { default: -1 }),
    producerEpoch: int16('0+'),
  },
})
