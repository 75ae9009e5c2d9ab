import { defineApi } from '../message.ts'
import { boolean, int16, int32, string, uuid } from '../message-fields.ts'
import { array } from '../message-table.ts'
import { nullableStruct } from '../nullable-struct.ts'

/** Topics and partitions in the order of their names, so many at a time. No topics named: all. */
export const describeTopicPartitions = defineApi({
  name: 'DescribeTopicPartitions',
  key: 75,
  versions: '0',
  flexible: '0+',
  request: {
    topics: array('0+', { name: string('0+') }),
    responsePartitionLimit: int32('0+', { default: 2000 }),
    cursor: nullableStruct('0+', { topicName: string('0+'), partitionIndex: int32('0+') }),
  },
  response: {
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: string('0+', { nullable: '0+' }),
      topicId: uuid('0+'),
      isInternal: boolean('0+'),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+', { default: -1 }),
        replicaNodes: array('0+', int32('0+')),
        isrNodes: array('0+', int32('0+')),
        eligibleLeaderReplicas: array('0+', int32('0+'), { nullable: '0+' }),
        lastKnownElr: array('0+', int32('0+'), { nullable: '0+' }),
        offlineReplicas: array('0+', int32('0+')),
      }),
      topicAuthorizedOperations: int32('0+', { default: -2147483648 }),
    }),
    nextCursor: nullableStruct('0+', { topicName: string('0+'), partitionIndex: int32('0+') }),
  },
})
