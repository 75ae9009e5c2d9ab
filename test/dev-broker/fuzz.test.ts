import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newFrames } from '../../src/dev-broker/frames.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { within } from '../helpers/processes.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { rawClient } from './raw-client.ts'
import { recordedRequests } from './recorded-requests.ts'
import { damagedRequest, randomRequest, servedApis } from './request-mutations.ts'
import { startBrokerProcess } from './start-broker-process.ts'

const soak = process.env['SOAK'] === '1'
const requests = Number(process.env['FUZZ_REQUESTS'] ?? (soak ? 1_000_000 : 20_000))
const perConnection = 4
const connections = 16
const mebibyte = 1024 * 1024
/** With as many partitions, groups and transactional ids as it takes (10,000 each), 210 MiB are in use. */
const mostInUse = 250 * mebibyte
/** With garbage that was not worth collecting yet. */
const mostMemory = 800 * mebibyte

test(`${requests} damaged requests neither stop the broker nor another client`, {
  timeout: soak ? 4 * 3_600_000 : 180_000,
}, async (t) => {
  const broker = await startBrokerProcess(temporaryDir(t), { maxMemoryBytes: 8 * mebibyte })
  t.after(() => broker.kill())
  const seed = Number(process.env['FUZZ_SEED'] ?? 1)
  const random = seededRandom(seed)
  const apis = servedApis()
  const recorded = await recordedRequests(broker.bootstrap)
  assert.ok(recorded.length > 300, `${recorded.length} requests were recorded`)
  const bystander = await rawClient(broker.bootstrap)
  const before = broker.memory()
  const began = performance.now()
  let sent = 0
  let answers = 0
  let slowest = 0

  const oneConnection = async (): Promise<void> => {
    const client = await rawClient(broker.bootstrap)
    const frames = newFrames(() => 1e9)
    client.socket.on('data', (chunk: Buffer) => {
      frames.push(chunk)
      while (frames.next() !== undefined) answers++
    })
    const written: Buffer[] = []
    for (let i = 0; i < perConnection; i++, sent++) {
      const request = random(4) === 0 ? randomRequest(random, apis) : damagedRequest(random, recorded)
      written.push(request)
      client.socket.write(request)
    }
    client.socket.end()
    const hex = (): string => written.map((one) => one.toString('hex').slice(0, 2000)).join('\n')
    await within(client.closed, 60_000, 'the connection to end').catch((error: unknown) => {
      throw new Error(`${error}, after ${sent} requests; sent on it:\n${hex()}`)
    })
  }
  const worker = async (): Promise<void> => {
    while (sent < requests) await oneConnection()
  }
  let isOver = false
  const watcher = async (): Promise<void> => {
    while (!isOver) {
      assert.equal(broker.exit, undefined, broker.output().slice(-5000))
      const asked = performance.now()
      const { brokers } = await bystander.call(metadata, 9, {
        topics: [],
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      })
      assert.equal(brokers.length, 1)
      slowest = Math.max(slowest, performance.now() - asked)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const watching = watcher()
  await Promise.race([Promise.all(Array.from({ length: connections }, worker)), watching])
  isOver = true
  await watching

  const after = broker.memory()
  const inUse = await broker.memoryInUse()
  const lines = broker.output().split('\n')
  const closed = lines.filter((line) => line.startsWith('Closing the connection'))
  const inMiB = (bytes: number): string => `${Math.round(bytes / mebibyte)} MiB`
  t.diagnostic(
    `${sent} requests in ${Math.round((performance.now() - began) / 1000)} s, ${answers} answers, ${closed.length} connections closed by the broker; memory ${inMiB(before.now)} before, ${inMiB(after.now)} after, ${inMiB(after.most)} at most, ${inMiB(inUse)} of it in use; slowest answer to the bystander ${slowest.toFixed(0)} ms`,
  )
  bystander.close()
  const defects = lines.filter((line) => /^\s+at |\b(Type|Range|Reference|Assertion)Error/.test(line))
  assert.deepEqual(defects.slice(0, 20), [], `seed ${seed}`)
  assert.ok(answers > requests / 4, `only ${answers} requests were answered`)
  assert.ok(closed.length > requests / 100, `only ${closed.length} connections were closed: is anything malformed?`)
  assert.ok(inUse < mostInUse, `${inMiB(inUse)} of memory in use`)
  assert.ok(after.most < mostMemory, `${inMiB(after.most)} of memory`)
})
