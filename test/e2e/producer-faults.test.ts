import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { createProducer } from '../../src/kafka/create-producer.ts'
import { withoutApacheKafka } from '../helpers/choose-broker.ts'
import { startBroker } from '../helpers/kafka-broker.ts'
import { kafka, kafkaServer } from '../helpers/kafka-server.ts'
import { freePort, within } from '../helpers/processes.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const RECORDS = 50_000
const PARTITIONS = 3
const SILENT = { warn: () => undefined, info: () => undefined, debug: () => undefined, isEnabled: () => false }

/** Forwards to a port, and cuts both ways after a random number of bytes while it is `faulty`. */
const startProxy = async (port: number, target: number) => {
  const random = seededRandom(42)
  const proxy = { faulty: true, cuts: 0, close: () => Promise.resolve() }
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    // Counted towards the broker, or back: the request may be lost, or only its answer.
    let left = 20_000 + random(600_000)
    const towardsBroker = random(2) === 0
    const count = (bytes: number): boolean => {
      left -= bytes
      if (left > 0 || !proxy.faulty) return true
      proxy.cuts++
      cut()
      return false
    }
    let leftBack = 500 + random(3000)
    client.on('data', (chunk: Buffer) => {
      if (!towardsBroker || count(chunk.length)) upstream.write(chunk)
      else upstream.write(chunk.subarray(0, random(chunk.length))) // a part of a request
    })
    upstream.on('data', (chunk: Buffer) => {
      leftBack -= chunk.length
      if (towardsBroker || leftBack > 0 || !proxy.faulty) client.write(chunk)
      else {
        proxy.cuts++
        cut()
      }
    })
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        open.delete(socket)
        cut()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
  return proxy
}

// The development broker always names its own address
const skip = await withoutApacheKafka()

test('with connections cut at random every record is on the topic once, in order', { skip }, async () => {
  // The broker names the proxy as its address, so that every connection goes through it.
  const proxyPort = await freePort()
  const broker = await startBroker({ settings: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxyPort}` } })
  after(() => broker.close())
  const proxy = await startProxy(proxyPort, broker.port)
  after(() => proxy.close())
  proxy.faulty = false
  const server = kafkaServer(`127.0.0.1:${proxyPort}`)
  const topic = await server.newTopic('faults', { partitions: PARTITIONS })

  proxy.faulty = true
  let delivered = 0
  const failures: unknown[] = []
  const producer = await createProducer(
    {
      'bootstrap.servers': `127.0.0.1:${proxyPort}`,
      'batch.size': '8192',
      'delivery.timeout.ms': '120000',
      'reconnect.backoff.ms': '5',
      'reconnect.backoff.max.ms': '20',
      'retry.backoff.ms': '10',
    },
    {
      delivered(_, count) {
        delivered += count
      },
      failed: (_, __, error) => void failures.push(error),
    },
    SILENT,
    () => undefined,
  )
  after(() => producer.close())
  await within(producer.learn(topic, new AbortController().signal), 60_000, 'the topic')
  const text = '.'.repeat(100)
  for (let n = 0; n < RECORDS; n++) {
    producer.append(topic, n % PARTITIONS, Date.now(), null, `${n} ${text}`, [], 'test', undefined)
    if (n % 500 === 499) await within(producer.dispatch() ?? Promise.resolve(), 60_000, 'room')
  }
  assert.equal(await within(producer.drain(90_000), 100_000, 'the drain'), true)
  proxy.faulty = false
  assert.ok(proxy.cuts >= 5, `only ${proxy.cuts} connections were cut`)
  assert.deepEqual(failures, [])
  assert.equal(delivered, RECORDS)
  const records = await server.consume(topic, { count: RECORDS, timeoutMs: 120_000 })
  const numbers = Array.from({ length: PARTITIONS }, (): number[] => [])
  for (const { partition, value } of records) numbers[partition]!.push(Number.parseInt(String(value), 10))
  for (const [partition, found] of numbers.entries()) {
    const expected = Array.from({ length: RECORDS }, (_, n) => n).filter((n) => n % PARTITIONS === partition)
    const wrong = expected.findIndex((n, i) => found[i] !== n)
    assert.equal(wrong, -1, `partition ${partition} at ${wrong}: ${found.slice(wrong, wrong + 5)}`)
    assert.equal(found.length, expected.length)
  }
  const ends = await server.endOffsets(topic)
  assert.equal(
    ends.reduce((sum, end) => sum + end, 0),
    RECORDS,
  )
})

test('a batch too large for its topic is written in parts', async () => {
  const server = await kafka()
  const topic = await server.newTopic('small', { config: { 'max.message.bytes': '20000' } })
  const failures: { count: number; code: string }[] = []
  const producer = await createProducer(
    { 'bootstrap.servers': server.bootstrap, 'batch.size': '200000', 'linger.ms': '50' },
    { delivered: () => undefined, failed: (_, count, { code }) => void failures.push({ count, code }) },
    SILENT,
    () => undefined,
  )
  after(() => producer.close())
  await within(producer.learn(topic, new AbortController().signal), 60_000, 'the topic')
  for (let n = 0; n < 300; n++) {
    const text = n === 150 ? 'x'.repeat(30_000) : '.'.repeat(400)
    producer.append(topic, 0, Date.now(), null, `${n} ${text}`, [], 'test', undefined)
  }
  assert.equal(await within(producer.drain(60_000), 65_000, 'the drain'), true)
  assert.deepEqual(failures, [{ count: 1, code: 'MESSAGE_TOO_LARGE' }])
  const records = await server.consume(topic, { count: 299 })
  assert.deepEqual(
    records.map(({ value }) => Number.parseInt(String(value), 10)),
    Array.from({ length: 300 }, (_, n) => n).filter((n) => n !== 150),
  )
})
