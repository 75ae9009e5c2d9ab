import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaConnections } from '../../src/kafka/connections.ts'
import { onceConnected } from '../../src/kafka/once-connected.ts'

test('one attempt serves all who wait, and after a failure there is another', async () => {
  let attempts = 0
  const connect = async (): Promise<void> => {
    if (++attempts === 1) throw new Error('nobody there')
  }
  const connected = onceConnected({ connect } as unknown as KafkaConnections)
  const waiting = [connected(), connected()]
  for (const wait of waiting) await assert.rejects(wait, /nobody there/)
  assert.equal(attempts, 1)
  await Promise.all([connected(), connected()])
  await connected()
  assert.equal(attempts, 2)
})
