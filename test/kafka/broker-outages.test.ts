import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokerOutages, reconnectPause } from '../../src/kafka/broker-outages.ts'
import { KafkaError } from '../../src/kafka/errors.ts'
import { producerSettings } from '../../src/kafka/producer-settings.ts'

const { connection } = producerSettings({
  'bootstrap.servers': 'localhost:9092',
  'client.id': 'me',
  'reconnect.backoff.ms': '100',
  'reconnect.backoff.max.ms': '400',
}).settings

test('pauses double up to the longest, give or take a fifth', () => {
  for (const [failures, pause] of [100, 200, 400, 400].entries()) {
    const some = Array.from({ length: 100 }, () => reconnectPause(connection, failures))
    assert.ok(Math.min(...some) >= pause * 0.8 && Math.max(...some) <= pause * 1.2, `${failures}: ${some}`)
    assert.ok(new Set(some).size > 1, 'clients that come back all at once')
  }
})

test('a longest pause that is shorter than the first one counts for nothing', () => {
  assert.ok(reconnectPause({ ...connection, reconnectBackoffMs: 1000 }, 5) >= 800)
})

test('an outage is told once, and so is its end; until then the broker is left alone for a while', async () => {
  const lines: string[] = []
  const note = (line: string): void => void lines.push(line)
  const outages = new BrokerOutages(connection, { warn: note, info: note, debug: note, isEnabled: () => true })
  const refused = new KafkaError('CONNECTION_FAILED', 'refused')
  outages.end(1)
  outages.begin(1, refused)
  outages.begin(1, refused)
  const began = performance.now()
  await outages.wait(2)
  await outages.wait(1)
  assert.ok(performance.now() - began >= 150, 'the second pause is at least 160 ms')
  outages.end(1)
  outages.end(1)
  assert.deepEqual(lines, ['Client me: broker 1: refused', 'Client me: broker 1 is back'])
})
