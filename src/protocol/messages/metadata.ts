import { defineApi } from '../message.ts'
import { boolean, int16, int32, string, uuid } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Brokers, topics, partitions and their leaders. `topics: null` asks for all, `[]` for none. */
export const metadata = defineApi({
  name: 'Metadata',
  key: 3,
  versions: '0-13',
  flexible: '9+',
  request: {
    topics: array('0+', { topicId: uuid('10+'), name: string('0+', { nullable: '10+' }) }, { nullable: '1+' }),
    allowAutoTopicCreation: boolean('4+', { default: true }),
    includeClusterAuthorizedOperations: boolean('8-10'),
    includeTopicAuthorizedOperations: boolean('8+'),
  },
  response: {
    throttleTimeMs: int32('3+'),
    brokers: array('0+', {
      nodeId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: string('1+', { nullable: '1+' }),
    }),
    clusterId: string('2+', { nullable: '2+' }),
    controllerId: int32('1+', { default: -1 }),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: string('0+', { nullable: '12+' }),
      topicId: uuid('10+'),
      isInternal: boolean('1+'),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('7+', { default: -1 }),
        replicaNodes: array('0+', int32('0+')),
        isrNodes: array('0+', int32('0+')),
        offlineReplicas: array('5+', int32('5+')),
      }),
      topicAuthorizedOperations: int32('8+', { default: -2147483648 }),
    }),
    clusterAuthorizedOperations: int32('8-10', { default: -2147483648 }),
    errorCode: int16('13+'),
  },
})
