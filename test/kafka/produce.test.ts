import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { ProducerLimits } from '../../src/kafka/produce-types.ts'
import { brokerSays } from '../helpers/fake-cluster.ts'
import { waitUntil, within } from '../helpers/processes.ts'
import { harness, numbered, padded } from './produce-harness.ts'

/** One batch a record: values of 600 bytes where a batch takes 1,000. */
const singles = (count: number): string[] => numbered(count, 'r').map((name) => padded(600, name))
const short = (values: readonly string[]): string[] => values.map((value) => value.replace(/\.+$/, ''))
const drain = (producer: { drain(ms: number): Promise<boolean> }) => within(producer.drain(20_000), 25_000, 'the drain')

test('records of one partition arrive in order and each owner hears of its own, with offsets', async () => {
  const { producer, append, log, delivered } = await harness()
  append(0, ['a', 'b'], 'first')
  append(0, ['c'], 'second')
  assert.equal(producer.dispatch(), undefined)
  assert.equal(await drain(producer), true)
  assert.deepEqual(log(0), ['a', 'b', 'c'])
  assert.deepEqual(
    delivered.map(({ owner, count, landing }) => [owner, count, landing.baseOffset]),
    [
      ['first', 2, 0],
      ['second', 1, 2],
    ],
  )
  assert.equal(producer.bufferedBytes, 0)
})

test('tokens come back with the records they were given with, offsets counting on from the first', async () => {
  const { producer, delivered } = await harness()
  for (const n of [1, 2, 3]) producer.append('t', 0, 0, null, `v${n}`, [], 'owner', `token ${n}`)
  assert.equal(await drain(producer), true)
  assert.deepEqual(delivered[0]?.tokens, ['token 1', 'token 2', 'token 3'])
})

for (const [name, code] of [
  ['a leader that has moved', 'NOT_LEADER_OR_FOLLOWER'],
  ['too few replicas', 'NOT_ENOUGH_REPLICAS'],
  ['a time-out at the broker', 'REQUEST_TIMED_OUT'],
] as const) {
  test(`order is kept over ${name} with five requests under way`, async () => {
    const { producer, cluster, append, log, delivered } = await harness()
    append(0, singles(1))
    assert.equal(await drain(producer), true) // the partition is established: now several may be under way
    cluster.latency = () => 5
    let refusals = 3
    cluster.fate = (_, [value]) => (value!.startsWith('r2') && refusals-- > 0 ? brokerSays(code, true) : undefined)
    append(0, singles(12).slice(1))
    assert.equal(await drain(producer), true)
    assert.deepEqual(short(log(0)), numbered(12, 'r'))
    assert.deepEqual(
      delivered.map(({ landing }) => landing.baseOffset),
      Array.from({ length: 12 }, (_, i) => i),
    )
    assert.ok(cluster.mostUnderWay > 1, 'there were several requests under way')
    assert.equal(cluster.identities.length, 1)
  })
}

test('after a leader change the records go to the new leader, in order', async () => {
  const { producer, cluster, append, log } = await harness({}, { t: [1, 1] })
  append(0, singles(3))
  assert.equal(await drain(producer), true)
  cluster.topics.set('t', [2, 1])
  append(0, singles(9).slice(3))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), numbered(9, 'r'))
  assert.equal(cluster.requests.at(-1)?.node, 2)
})

test('nothing goes to a new leader while the old one has not answered', async () => {
  const { producer, cluster, append, log } = await harness()
  append(0, singles(1))
  await drain(producer)
  cluster.latency = (node) => (node === 1 ? 60 : 0)
  cluster.fate = (batch, [value]) => (batch.attempts === 0 && value!.startsWith('r1.') ? 'lost' : undefined)
  append(0, singles(6).slice(1))
  producer.dispatch()
  cluster.topics.set('t', [2])
  await cluster.refresh(['t'])
  append(0, singles(14).slice(6))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), numbered(14, 'r'))
})

test('while the first batch of a partition is not acknowledged no other is sent: a broker takes any first sequence number', async () => {
  const { producer, cluster, append, log } = await harness()
  cluster.latency = () => 2
  cluster.fate = (batch, [value]) =>
    batch.attempts === 0 && value!.startsWith('r0') ? brokerSays('NOT_ENOUGH_REPLICAS', true) : undefined
  append(0, singles(4))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), numbered(4, 'r'))
})

test('a batch whose answer was lost is not written twice', async () => {
  const { producer, cluster, append, log, delivered } = await harness()
  cluster.fate = (batch) => (batch.attempts === 0 ? 'lost' : undefined)
  append(0, singles(5))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), numbered(5, 'r'))
  assert.equal(
    delivered.reduce((sum, { count }) => sum + count, 0),
    5,
  )
})

test('DUPLICATE_SEQUENCE_NUMBER counts as written', async () => {
  const { producer, cluster, append, delivered, failed } = await harness()
  cluster.fate = () => brokerSays('DUPLICATE_SEQUENCE_NUMBER', false)
  append(0, ['a'])
  assert.equal(await drain(producer), true)
  assert.deepEqual([delivered.length, failed.length], [1, 0])
})

for (const code of ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH']) {
  test(`${code} that lasts makes the partition start anew with another producer id`, async () => {
    const { producer, cluster, append, log } = await harness()
    append(0, singles(3))
    await drain(producer)
    cluster.fate = (batch) => (batch.identity?.id === 1000 ? brokerSays(code, false) : undefined)
    append(0, singles(8).slice(3))
    assert.equal(await drain(producer), true)
    assert.deepEqual(short(log(0)), numbered(8, 'r'))
    assert.equal(cluster.identities.length, 2)
  })
}

test('a batch too large for its topic is written in halves, in order, its owners and tokens told right', async () => {
  const { producer, cluster, append, log, delivered } = await harness({ batchSize: 2000 })
  append(0, ['x'])
  await drain(producer)
  delivered.length = 0
  cluster.latency = () => 2
  cluster.fate = (_, values) => (values.length > 3 ? brokerSays('MESSAGE_TOO_LARGE', false) : undefined)
  for (const [i, value] of numbered(10).entries()) producer.append('t', 0, 0, null, value, [], i < 4 ? 'a' : 'b', value)
  append(0, singles(4), 'c')
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), ['x', ...numbered(10), ...numbered(4, 'r')])
  const told = delivered
    .filter(({ owner }) => owner !== 'c')
    .flatMap(({ owner, tokens }) => tokens!.map((t) => [owner, t]))
  assert.deepEqual(
    told,
    numbered(10).map((value, i) => [i < 4 ? 'a' : 'b', value]),
  )
  assert.equal(producer.bufferedBytes, 0)
})

test('a single record that is too large for its topic fails, those around it are written', async () => {
  const { producer, cluster, append, log, failed } = await harness()
  cluster.fate = (_, values) =>
    values.some((v) => v.startsWith('r1')) ? brokerSays('MESSAGE_TOO_LARGE', false) : undefined
  append(0, singles(4))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), ['r0', 'r2', 'r3'])
  assert.deepEqual(
    failed.map(({ count, error }) => [count, error.code]),
    [[1, 'MESSAGE_TOO_LARGE']],
  )
})

test('a record larger than max.request.size is refused at once and leaves no trace', async () => {
  const { producer, append, log } = await harness({ maxRequestSize: 2000 })
  append(0, ['before'])
  assert.throws(
    () => append(0, ['x'.repeat(3000)]),
    (error) =>
      error instanceof KafkaError &&
      error.code === 'RECORD_TOO_LARGE' &&
      /larger than 2000, which is the value of the max.request.size configuration/.test(error.message),
  )
  append(0, ['after'])
  assert.equal(await drain(producer), true)
  assert.deepEqual(log(0), ['before', 'after'])
})

test('values write themselves into batches; one that does not leaves no trace, also where it would be the first', async () => {
  const { producer, log, delivered } = await harness()
  const write = (text: string): boolean => {
    const value = { write: (target: Buffer, at: number) => (text === '' ? -1 : at + target.write(text, at)) }
    return producer.append('t', 0, 1, null, value, [], 'owner', undefined)
  }
  const texts = numbered(7, 'r').map((name) => padded(300, name))
  assert.equal(write(''), false)
  assert.equal(producer.bufferedBytes, 0)
  for (const text of texts) {
    assert.equal(write(text), true)
    assert.equal(write(''), false)
  }
  assert.equal(await drain(producer), true)
  assert.deepEqual(log(0), texts)
  assert.equal(
    delivered.reduce((sum, { count }) => sum + count, 0),
    7,
  )
  assert.equal(producer.bufferedBytes, 0)
})

test('a partition that the topic does not have is an error that names it', async () => {
  const { append } = await harness()
  assert.throws(
    () => append(7, ['a']),
    /Invalid partition given with record: 7 is not in the range \[0\.\.\.0\] of topic t/,
  )
})

test('a broker that throttles is left alone for so long', async () => {
  const { producer, cluster, append } = await harness()
  cluster.throttleMs = 150
  // From before the answer that asks for it: what passes until the next record is written counts, too
  const began = performance.now()
  append(0, ['a'])
  await drain(producer)
  append(0, ['b'])
  assert.equal(await drain(producer), true)
  assert.ok(performance.now() - began >= 149)
})

test('what cannot be written within delivery.timeout.ms fails, without a leader too', async () => {
  for (const leader of [1, -1]) {
    const { producer, cluster, append, failed } = await harness({ deliveryTimeoutMs: 60 })
    cluster.topics.set('t', [leader])
    await cluster.refresh(['t'])
    cluster.fate = () => brokerSays('NOT_ENOUGH_REPLICAS', true)
    append(0, singles(3))
    assert.equal(await drain(producer), true)
    assert.equal(failed.length, 3, `leader ${leader}`)
    assert.equal(producer.bufferedBytes, 0)
  }
})

test('after some records expired the next ones are written', async () => {
  const { producer, cluster, append, log, failed } = await harness({ deliveryTimeoutMs: 40 })
  cluster.fate = () => 'cut'
  append(0, singles(2))
  assert.equal(await drain(producer), true)
  assert.equal(failed.length, 2)
  cluster.fate = () => undefined
  // Where the machine stands still for 40 ms the next one expires as well, and is told so
  let later = 0
  do {
    append(0, [`later ${++later}`])
    assert.equal(await drain(producer), true)
  } while (failed.length === 2 + later && later < 50)
  assert.deepEqual(log(0), [`later ${later}`])
})

test('an error that no retry can help fails that batch and no other', async () => {
  const { producer, cluster, append, log, failed } = await harness()
  cluster.latency = () => 1
  append(0, singles(1))
  await drain(producer)
  cluster.fate = (_, [value]) => (value!.startsWith('r2') ? brokerSays('INVALID_RECORD', false) : undefined)
  append(0, singles(6).slice(1))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), ['r0', 'r1', 'r3', 'r4', 'r5'])
  assert.equal(failed.length, 1)
})

test('brokers that give no producer id are written to without one, one request at a time', async () => {
  const { producer, cluster, append, log, troubles } = await harness()
  cluster.noIdentity = true
  cluster.latency = () => 2
  cluster.fate = (batch, [value]) =>
    batch.attempts === 0 && value!.startsWith('r3') ? brokerSays('NOT_ENOUGH_REPLICAS', true) : undefined
  append(0, singles(8))
  assert.equal(await drain(producer), true)
  assert.deepEqual(short(log(0)), numbered(8, 'r'))
  assert.equal(cluster.mostUnderWay, 1)
  assert.match(troubles[0]!, /IdempotentWrite is not allowed/)
})

test('a producer id that is withdrawn later is done without', async () => {
  const { producer, cluster, append, log } = await harness()
  append(0, ['a'])
  await drain(producer)
  cluster.noIdentity = true
  cluster.fate = (batch) => (batch.identity !== null ? brokerSays('UNKNOWN_PRODUCER_ID', false) : undefined)
  append(0, ['b'])
  assert.equal(await drain(producer), true)
  assert.deepEqual(log(0), ['a', 'b'])
})

test('linger.ms holds back a batch that still has room, and a drain does not wait for it', async () => {
  const { producer, cluster, append, log } = await harness({ lingerMs: 80 })
  append(0, ['a'])
  producer.dispatch()
  await sleep(20)
  assert.equal(cluster.requests.length, 0)
  await waitUntil(() => log(0).length === 1, { timeoutMs: 20_000, what: 'the lingering batch', intervalMs: 5 })
  const lasting = await harness({ lingerMs: 60_000 })
  lasting.append(0, ['b'])
  lasting.producer.dispatch()
  assert.equal(await drain(lasting.producer), true)
  assert.deepEqual(lasting.log(0), ['b'])
})

test('a full batch does not linger', async () => {
  const { producer, append, log } = await harness({ lingerMs: 60_000 })
  append(0, singles(2))
  producer.dispatch()
  await waitUntil(() => log(0).length === 1, { timeoutMs: 20_000, what: 'the full batch', intervalMs: 5 })
})

test('batches of several partitions share a request as far as max.request.size allows', async () => {
  const { producer, cluster, append } = await harness({ maxRequestSize: 2000 }, { t: [1, 1, 1, 1, 1, 1] })
  for (let partition = 0; partition < 6; partition++) append(partition, singles(1))
  assert.equal(await drain(producer), true)
  assert.ok(cluster.requests.length < 6)
  for (const { bytes } of cluster.requests) assert.ok(bytes <= 2000, `${bytes}`)
})

test('with a full buffer dispatch asks to wait until there is room again', async () => {
  const { producer, cluster, append } = await harness({ bufferMemory: 3000 })
  append(0, ['a'])
  await drain(producer)
  cluster.latency = () => 30
  append(0, singles(4))
  assert.equal(producer.dispatch(), undefined)
  append(0, singles(4))
  const room = producer.dispatch()
  assert.ok(room instanceof Promise)
  await within(room, 20_000, 'room')
  assert.ok(producer.bufferedBytes < 3000)
})

test('a drain that takes too long says so, and the records still arrive later', async () => {
  const { producer, cluster, append, log } = await harness()
  cluster.latency = () => 100
  append(0, ['a'])
  assert.equal(await producer.drain(20), false)
  assert.equal(await drain(producer), true)
  assert.deepEqual(log(0), ['a'])
})

test('closing ends a wait for room, and nothing is told of what was under way', async () => {
  const { producer, cluster, append, delivered, failed } = await harness({ bufferMemory: 10 })
  cluster.latency = () => 30
  append(0, ['abcdefghijklmnop'])
  const room = producer.dispatch()
  await producer.close()
  await within(room ?? Promise.resolve(), 20_000, 'the end of the wait')
  await sleep(50)
  assert.deepEqual([delivered.length, failed.length], [0, 0])
})

test('without acknowledgements (acks=0) offsets are not known', async () => {
  const { producer, cluster, append, delivered } = await harness({ idempotence: false })
  cluster.send = async (_, batches) => ({ throttleMs: 0, answers: batches.map(() => ({ baseOffset: -1 })) })
  append(0, ['a', 'b'])
  assert.equal(await drain(producer), true)
  assert.deepEqual(
    delivered.map(({ count, landing }) => [count, landing.baseOffset]),
    [[2, -1]],
  )
})

test('a topic that comes later is waited for, at most max.block.ms', async () => {
  const { producer, cluster } = await harness()
  setTimeout(() => cluster.topics.set('later', [1]), 30)
  await within(producer.learn('later', new AbortController().signal), 20_000, 'the topic')
  assert.equal(producer.knows('later'), true)
  const impatient = await harness({ maxBlockMs: 20 })
  await assert.rejects(
    impatient.producer.learn('never', new AbortController().signal),
    /Topic never not present in metadata after 20 ms\./,
  )
})

test('waiting for a topic ends when the task shall stop, even if the brokers do not answer', async () => {
  const { producer, cluster } = await harness()
  const stop = new AbortController()
  cluster.refresh = () => new Promise(() => undefined)
  setTimeout(() => stop.abort(), 20)
  await within(producer.learn('never', stop.signal), 20_000, 'the end of the wait')
})

test('a topic that we may not write to is an error at once', async () => {
  const { producer, cluster } = await harness()
  cluster.refresh = async () => {
    throw brokerSays('TOPIC_AUTHORIZATION_FAILED', false)
  }
  await assert.rejects(within(producer.learn('secret', new AbortController().signal), 20_000, 'the error'), {
    code: 'TOPIC_AUTHORIZATION_FAILED',
  })
})

test('records without key stay with one partition for batch.size bytes, then go to another', async () => {
  // So many that none is taken twice by chance, or hardly ever
  const topics = { t: Array.from({ length: 10_000 }, () => 1) }
  const { producer, cluster, append } = await harness({}, topics)
  for (let round = 0; round < 60; round++) {
    append(null, [padded(100, 'x')])
    assert.equal(await drain(producer), true)
  }
  assert.ok(cluster.logs.size >= 4, `only ${cluster.logs.size} of 10,000 partitions were used for 6,000 bytes`)
  const counts = [...cluster.logs.values()].map(({ length }) => length)
  assert.ok(Math.max(...counts) >= 8, `a partition is kept for a while: ${counts}`)
})

test('a partition without a leader does not hold up the others', async () => {
  const limits: Partial<ProducerLimits> = {}
  const { producer, append, log } = await harness(limits, { t: [-1, 1] })
  append(0, ['waits'])
  append(1, ['goes'])
  producer.dispatch()
  await waitUntil(() => log(1).length === 1, { timeoutMs: 20_000, what: 'the other partition', intervalMs: 5 })
})
