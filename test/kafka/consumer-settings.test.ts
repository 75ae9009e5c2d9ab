import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumerSettings } from '../../src/kafka/consumer-settings.ts'
import { broker, connection } from './client-problem.ts'

test('a consumer without settings is what the Java client is by default', () => {
  assert.deepEqual(consumerSettings({ ...broker, 'group.id': 'g' }), {
    warnings: [],
    settings: {
      connection: { ...connection, clientId: 'consumer' },
      groupId: 'g',
      groupInstanceId: null,
      sessionTimeoutMs: 45_000,
      heartbeatIntervalMs: 3000,
      maxPollIntervalMs: 300_000,
      maxPollRecords: 500,
      fetchMinBytes: 1,
      fetchMaxBytes: 52_428_800,
      fetchMaxWaitMs: 500,
      fetchIdleWaitMs: 5000,
      maxPartitionFetchBytes: 1_048_576,
      autoOffsetReset: 'latest',
      isolationLevel: 'read_uncommitted',
      assignors: ['range', 'cooperative-sticky'],
      rackId: '',
      checkCrcs: true,
      requestTimeoutMs: 30_000,
      defaultApiTimeoutMs: 60_000,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 1000,
      metadataMaxAgeMs: 300_000,
    },
  })
})

test('assignors and the offset reset are read from their JVM forms', () => {
  const strategies =
    'org.apache.kafka.clients.consumer.RoundRobinAssignor, org.apache.kafka.clients.consumer.StickyAssignor'
  const raw = { ...broker, 'group.id': 'g', 'partition.assignment.strategy': strategies }
  assert.deepEqual(consumerSettings(raw).settings.assignors, ['roundrobin', 'sticky'])
  const ago = { ...broker, 'group.id': 'g', 'auto.offset.reset': 'by_duration:P1DT1H0M1.5S' }
  assert.deepEqual(consumerSettings(ago).settings.autoOffsetReset, { agoMs: 90_001_500 })
})
