import { defineApi } from '../message.ts'
import { int16, int32, int64, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Says which partitions a transaction is going to write to. From version 4 on it is for brokers among themselves. */
export const addPartitionsToTxn = defineApi({
  name: 'AddPartitionsToTxn',
  key: 24,
  versions: '0-3',
  flexible: '3+',
  request: {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    topics: array('0+', { name: string('0+'), partitions: array('0+', int32('0+')) }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      name: string('0+'),
      partitions: array('0+', { partitionIndex: int32('0+'), errorCode: int16('0+') }),
    }),
  },
})
