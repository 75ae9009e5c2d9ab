import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { brokerSays, type Fate } from '../helpers/fake-cluster.ts'
import { within } from '../helpers/processes.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { harness, padded } from './produce-harness.ts'

const PARTITIONS = 4
const RECORDS = 1500
const RETRIABLE = [
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
  'KAFKA_STORAGE_ERROR',
]

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`with brokers that fail, lose answers and move leaders each record is written once, in order (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    const leaders = Array.from({ length: PARTITIONS }, () => 1 + random(3))
    const { producer, cluster, append, log, delivered, failed } = await harness(
      { bufferMemory: 20_000 },
      { t: leaders },
    )
    cluster.latency = () => random(4)
    let faulty = true
    cluster.fate = (_, values): Fate => {
      if (values.length > 2 && Number(/\d+$/.exec(values[0]!.replaceAll('.', ''))) % 7 === 0) {
        return brokerSays('MESSAGE_TOO_LARGE', false)
      }
      if (!faulty) return undefined
      const dice = random(100)
      if (dice < 12) return brokerSays(RETRIABLE[random(RETRIABLE.length)]!, true)
      if (dice < 20) return 'cut'
      if (dice < 28) return 'lost'
      return undefined
    }
    cluster.onRefresh = () => {
      if (!faulty || random(4) > 0) return
      const partition = random(PARTITIONS)
      cluster.topics.get('t')![partition] = random(10) === 0 ? -1 : 1 + random(3)
    }
    const sent: string[][] = Array.from({ length: PARTITIONS }, () => [])
    for (let n = 0; n < RECORDS; n++) {
      const partition = random(PARTITIONS)
      const value = padded(20 + random(300), `${partition}/${n}`)
      sent[partition]!.push(value)
      append(partition, [value], n)
      if (random(5) === 0) await within(producer.dispatch() ?? Promise.resolve(), 60_000, 'room')
      if (random(50) === 0) await sleep(random(5))
    }
    producer.dispatch()
    await sleep(50)
    faulty = false
    cluster.topics.set('t', leaders)
    assert.equal(await producer.drain(60_000), true)
    assert.deepEqual(
      sent.map((_, partition) => log(partition)),
      sent,
    )
    assert.equal(failed.length, 0)
    assert.deepEqual(
      delivered.flatMap(({ owner }) => owner as number).sort((a, b) => a - b),
      Array.from({ length: RECORDS }, (_, n) => n),
    )
    assert.equal(producer.bufferedBytes, 0)
  })
}

for (const seed of [11, 12, 13]) {
  test(`without idempotence and one request at a time nothing is lost and a first writing is never out of order (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    const { producer, cluster, append, log, failed } = await harness(
      { idempotence: false, maxInFlight: 1 },
      { t: [1, 2] },
    )
    cluster.latency = () => random(3)
    let faulty = true
    cluster.fate = (): Fate => {
      if (!faulty) return undefined
      const dice = random(10)
      return dice === 0 ? brokerSays('NOT_ENOUGH_REPLICAS', true) : dice === 1 ? 'lost' : dice === 2 ? 'cut' : undefined
    }
    cluster.onRefresh = () => {
      if (faulty) cluster.topics.get('t')![random(2)] = 1 + random(3)
    }
    const sent: string[][] = [[], []]
    for (let n = 0; n < 400; n++) {
      const partition = random(2)
      sent[partition]!.push(padded(200, `${n}`))
      append(partition, sent[partition]!.slice(-1))
      producer.dispatch()
      if (random(20) === 0) await sleep(2)
    }
    await sleep(30)
    faulty = false
    assert.equal(await producer.drain(60_000), true)
    assert.deepEqual(
      sent.map((_, partition) => [...new Set(log(partition))]),
      sent,
    )
    assert.equal(failed.length, 0)
  })
}
