import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { createConsumer } from '../../src/kafka/create-consumer.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { freePort, within } from '../helpers/processes.ts'

const SILENT = { warn: () => undefined, info: () => undefined, debug: () => undefined, isEnabled: () => false }
const OFFSET = [{ topic: 'a', partition: 0, offset: 1 }]

test('after a commit that the coordinator refused, the consumer joins at the next poll and does not wait for a heartbeat', {
  timeout: 150_000,
}, async (t) => {
  const first = await startDevBroker({ port: await freePort() })
  t.after(() => first.close())
  const { bootstrap, port } = first
  await kafkaServer(bootstrap).createTopic('a')
  const events: string[] = []
  const listener = {
    assigned: async () => void events.push('assigned'),
    revoked: async () => void events.push('revoked'),
    lost: async () => void events.push('lost'),
  }
  const settings = {
    ...{ 'bootstrap.servers': bootstrap, 'group.id': 'g', 'auto.offset.reset': 'earliest' },
    ...{ 'heartbeat.interval.ms': '600000', 'session.timeout.ms': '1800000' },
  }
  const consumer = await createConsumer(settings, { topics: ['a'] }, listener, SILENT, () => undefined)
  t.after(() => consumer.close())
  const untilAssigned = async (): Promise<void> => {
    while (consumer.assignment().length === 0) await consumer.poll(1000)
  }
  await within(untilAssigned(), 60_000, 'the first join')
  await consumer.commit(OFFSET)

  // One that knows nothing of the group has taken its place.
  await first.close()
  const second = await startDevBroker({ port })
  t.after(() => second.close())
  await kafkaServer(bootstrap).createTopic('a')
  await assert.rejects(consumer.commit(OFFSET), { code: 'ILLEGAL_GENERATION' })
  await assert.rejects(consumer.commit(OFFSET), { code: 'UNKNOWN_MEMBER_ID', message: /not in group g$/ })
  await consumer.poll(0)
  assert.deepEqual(events, ['assigned', 'lost'])
  await within(untilAssigned(), 60_000, 'the second join')
  await consumer.commit(OFFSET)
  assert.deepEqual(events, ['assigned', 'lost', 'assigned'])
})
