import { defineApi } from '../message.ts'
import { int16, int32, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Deletes the stored offsets of a group for some partitions. */
export const offsetDelete = defineApi({
  name: 'OffsetDelete',
  key: 47,
  versions: '0',
  flexible: 'none',
  request: {
    groupId: string('0+'),
    topics: array('0+', { name: string('0+'), partitions: array('0+', { partitionIndex: int32('0+') }) }),
  },
  response: {
    errorCode: int16('0+'),
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { partitionIndex: int32('0+'), errorCode: int16('0+') }),
    }),
  },
})
