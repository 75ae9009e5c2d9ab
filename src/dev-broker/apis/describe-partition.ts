import { leaderEpoch, nodeId } from '../broker.ts'
import { noError } from '../broker-error.ts'

/** Of a partition that exists: the one broker there is leads it. */
export const describePartition = (partitionIndex: number) => ({
  errorCode: noError,
  partitionIndex,
  leaderId: nodeId,
  leaderEpoch,
  replicaNodes: [nodeId],
  isrNodes: [nodeId],
})
