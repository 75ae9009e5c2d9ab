import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import { producerSettings } from '../../src/kafka/producer-settings.ts'
import { broker, connection } from './client-problem.ts'

test('a producer without settings is what the Java client is by default', () => {
  assert.deepEqual(producerSettings(broker), {
    warnings: [],
    settings: {
      connection,
      acks: -1,
      batchSize: 16_384,
      lingerMs: 5,
      bufferMemory: 33_554_432,
      maxRequestSize: 1_048_576,
      maxBlockMs: 60_000,
      deliveryTimeoutMs: 120_000,
      requestTimeoutMs: 30_000,
      maxInFlight: 5,
      idempotence: true,
      retries: 2_147_483_647,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 1000,
      metadataMaxAgeMs: 300_000,
      ignoreKeys: false,
      compression: { codec: 'none', level: null },
    },
  })
})

test('idempotence gives way to settings it does not go with, unless it was asked for', () => {
  for (const raw of [{ acks: '1' }, { 'max.in.flight.requests.per.connection': '6' }, { retries: '0' }]) {
    assert.equal(producerSettings({ ...broker, ...raw }).settings.idempotence, false)
  }
})

test('compression has the level that goes with its codec', () => {
  const compressionOf = (raw: RawConfig) => producerSettings({ ...broker, ...raw }).settings.compression
  assert.deepEqual(compressionOf({ 'compression.type': 'gzip' }), { codec: 'gzip', level: null })
  assert.deepEqual(compressionOf({ 'compression.type': 'gzip', 'compression.gzip.level': '9' }), {
    codec: 'gzip',
    level: 9,
  })
  assert.deepEqual(compressionOf({ 'compression.type': 'zstd', 'compression.gzip.level': '9' }), {
    codec: 'zstd',
    level: 3,
  })
  assert.deepEqual(compressionOf({ 'compression.type': 'snappy' }), { codec: 'snappy', level: null })
})
