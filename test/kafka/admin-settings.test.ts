import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminSettings } from '../../src/kafka/admin-settings.ts'
import { broker, connection } from './client-problem.ts'

test('an admin client without settings is what the Java client is by default', () => {
  assert.deepEqual(adminSettings(broker).settings, {
    connection: { ...connection, clientId: 'admin', allowAutoTopicCreation: false },
    apiTimeoutMs: 60_000,
    retries: 2_147_483_647,
    retryBackoffMs: 100,
    retryBackoffMaxMs: 1000,
  })
})
