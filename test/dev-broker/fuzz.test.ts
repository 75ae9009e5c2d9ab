import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newFrames } from '../../src/dev-broker/frames.ts'
import { startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { waitUntil } from '../helpers/processes.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { rawClient } from './raw-client.ts'
import { randomRequest, servedApis } from './request-mutations.ts'

const soak = Boolean(process.env['SOAK'])
const requests = soak ? 1_000_000 : 20_000
const perConnection = 4

test(`${requests} damaged requests neither stop the broker nor another client`, {
  timeout: soak ? 3_600_000 : 120_000,
}, async () => {
  const defects: string[] = []
  const log = (message: string): void => {
    if (/Error:|at .*\.ts:/.test(message) && !message.includes('acks=0')) defects.push(message)
  }
  const broker = await startDevBroker({ log, maxMemoryBytes: 8 * 1024 * 1024 })
  const seed = Number(process.env['FUZZ_SEED'] ?? 1)
  const random = seededRandom(seed)
  const apis = servedApis()
  const bystander = await rawClient(broker.bootstrap)
  const memoryBefore = process.memoryUsage().rss
  let sent = 0
  let answers = 0
  try {
    while (sent < requests) {
      const client = await rawClient(broker.bootstrap)
      const frames = newFrames(() => 1e9)
      client.socket.on('data', (chunk: Buffer) => {
        frames.push(chunk)
        while (frames.next() !== undefined) answers++
      })
      for (let i = 0; i < perConnection; i++, sent++) client.socket.write(randomRequest(random, apis))
      client.socket.end()
      await waitUntil(() => client.socket.destroyed, {
        timeoutMs: 10_000,
        intervalMs: 1,
        what: 'the connection to end',
      })
      if (sent % 2000 === 0) {
        const { brokers } = await bystander.call(metadata, 9, {
          topics: [],
          includeClusterAuthorizedOperations: false,
          includeTopicAuthorizedOperations: false,
        })
        assert.equal(brokers.length, 1)
      }
    }
    assert.deepEqual(defects, [], `seed ${seed}`)
    assert.ok(answers > requests / 4, `only ${answers} requests were answered`)
    const grownBy = (process.memoryUsage().rss - memoryBefore) / 1e6
    assert.ok(grownBy < 400, `memory grew by ${grownBy} MB`)
  } finally {
    bystander.close()
    await broker.close()
  }
})
