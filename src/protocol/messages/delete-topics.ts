import { defineApi } from '../message.ts'
import { int16, int32, string, uuid } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Deletes topics; needs the controller. */
export const deleteTopics = defineApi({
  name: 'DeleteTopics',
  key: 20,
  versions: '1-6',
  flexible: '4+',
  request: {
    topics: array('6+', { name: string('6+', { nullable: '6+' }), topicId: uuid('6+') }),
    topicNames: array('0-5', string('0-5')),
    timeoutMs: int32('0+'),
  },
  response: {
    throttleTimeMs: int32('1+'),
    responses: array('0+', {
      name: string('0+', { nullable: '6+' }),
      topicId: uuid('6+'),
      errorCode: int16('0+'),
      errorMessage: string('5+', { nullable: '5+' }),
    }),
  },
})
