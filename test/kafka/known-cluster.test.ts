import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Metadata } from '../../src/kafka/kafkajs-types.ts'
import { KnownCluster } from '../../src/kafka/known-cluster.ts'

type Topic = Metadata['topics'][number]

/** @param leaders by partition */
const topic = (
  name: string,
  leaders: readonly (readonly [partition: number, leader: number])[],
  errorCode = 0,
): Topic => ({
  ...{ errorCode, name, topicId: '', isInternal: false, topicAuthorizedOperations: 0 },
  partitions: leaders.map(([partitionIndex, leaderId]) => ({
    ...{ errorCode: 0, partitionIndex, leaderId, leaderEpoch: 0 },
    ...{ replicaNodes: [leaderId], isrNodes: [leaderId], offlineReplicas: [] },
  })),
})

const answer = (...topics: readonly Topic[]): Metadata => ({
  ...{ throttleTimeMs: 0, clusterId: 'c', controllerId: 2, clusterAuthorizedOperations: 0, errorCode: 0 },
  brokers: [{ nodeId: 2, host: 'h', port: 9092, rack: null }],
  topics: [...topics],
})

test('before the first answer nothing is known', () => {
  const known = new KnownCluster()
  assert.deepEqual(known.brokers(), [])
  assert.deepEqual([known.clusterId(), known.controllerId(), known.topicOf('a')], [null, -1, undefined])
  assert.deepEqual([known.partitionsOf('a'), known.leaderOf('a', 0)], [[], -1])
})

test('an answer about some topics leaves the others as they were, one about all does not', () => {
  const known = new KnownCluster()
  known.update(answer(topic('a', [[0, 2]])), false)
  known.update(answer(topic('b', [[0, 2]])), false)
  assert.deepEqual(known.topics(), ['a', 'b'])
  known.update(answer(topic('b', [[0, 2]])), true)
  assert.deepEqual(known.topics(), ['b'])
  assert.deepEqual([known.clusterId(), known.controllerId(), known.brokers().length], ['c', 2, 1])
})

test('leaders are found whatever the order of the partitions, and where one is missing', () => {
  const known = new KnownCluster()
  known.update(answer(topic('a', [[2, 7], [0, 5]])), false) // biome-ignore format: partition and leader
  assert.deepEqual(
    known.partitionsOf('a').map(({ partition }) => partition),
    [0, 2],
  )
  assert.deepEqual([0, 1, 2].map((partition) => known.leaderOf('a', partition)), [5, -1, 7]) // biome-ignore format: a row
})

test('a topic with an error is known with it, and is not among the topics', () => {
  const known = new KnownCluster()
  known.update(answer(topic('a', [], 3)), true)
  assert.deepEqual([known.topics(), known.topicOf('a')?.errorCode], [[], 3])
})
