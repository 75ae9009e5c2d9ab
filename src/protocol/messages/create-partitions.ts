import { defineApi } from '../message.ts'
import { boolean, int16, int32, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Gives a topic more partitions: `count` is how many it has then. */
export const createPartitions = defineApi({
  name: 'CreatePartitions',
  key: 37,
  versions: '0-3',
  flexible: '2+',
  request: {
    topics: array('0+', {
      name: string('0+'),
      count: int32('0+'),
      assignments: array('0+', { brokerIds: array('0+', int32('0+')) }, { nullable: '0+' }),
    }),
    timeoutMs: int32('0+'),
    validateOnly: boolean('0+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      name: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
    }),
  },
})
