import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import type { RawConfig } from '../../src/config/define.ts'
import type { RecordConsumer, Subscription } from '../../src/kafka/consume.ts'
import { createConsumer } from '../../src/kafka/create-consumer.ts'
import { createProducer } from '../../src/kafka/create-producer.ts'
import type { FetchedRecord } from '../../src/kafka/fetched-record.ts'
import { withoutApacheKafka } from '../helpers/choose-broker.ts'
import { startBroker } from '../helpers/kafka-broker.ts'
import { kafka, kafkaServer, uniqueName } from '../helpers/kafka-server.ts'
import { waitUntil, within } from '../helpers/processes.ts'

const SILENT = { warn: () => undefined, info: () => undefined, debug: () => undefined, isEnabled: () => false }
const soon = { timeoutMs: 60_000, intervalMs: 20 }

interface Member {
  readonly consumer: RecordConsumer
  readonly values: string[]
  readonly records: FetchedRecord[]
  readonly events: string[]
  /** What it had to say, of whatever weight. */
  readonly told: string[]
  readonly error: unknown
  /** While set, polls wait for it. */
  hold: Promise<void> | undefined
  /** Partitions held now, in order. */
  held(): string
  commit(): Promise<void>
  close(): Promise<void>
}

/** A consumer that polls all the time and keeps what it gets. */
const startMember = async (
  bootstrap: string,
  group: string,
  subscription: Subscription,
  more: RawConfig = {},
): Promise<Member> => {
  const values: string[] = []
  const records: FetchedRecord[] = []
  const events: string[] = []
  const told: string[] = []
  const tell = (message: string): void => void told.push(message)
  const names = (partitions: readonly { topic: string; partition: number }[]) =>
    partitions.map(({ partition }) => partition).join()
  const consumer = await createConsumer(
    {
      'bootstrap.servers': bootstrap,
      'group.id': group,
      'auto.offset.reset': 'earliest',
      'heartbeat.interval.ms': '300',
      'session.timeout.ms': '30000', // longer than a machine stands still
      'fetch.max.wait.ms': '100',
      ...more,
    },
    subscription,
    {
      assigned: async (partitions) => void events.push(`assigned ${names(partitions)}`),
      revoked: async (partitions) => {
        events.push(`revoked ${names(partitions)}`)
        await member.commit()
        next.clear()
      },
      lost: async (partitions) => {
        events.push(`lost ${names(partitions)}`)
        next.clear()
      },
    },
    { ...SILENT, warn: tell, debug: tell },
    () => undefined,
  )
  const next = new Map<string, { topic: string; partition: number; offset: number }>()
  let ended = false
  let error: unknown
  const member: Member = {
    consumer,
    values,
    records,
    events,
    told,
    get error() {
      return error
    },
    hold: undefined,
    held: () =>
      consumer
        .assignment()
        .map(({ topic, partition }) => `${topic}-${partition}`)
        .sort()
        .join(),
    commit: async () => {
      if (next.size > 0) await consumer.commit([...next.values()])
    },
    async close() {
      if (ended) return
      ended = true
      consumer.wakeup()
      await within(loop, 60_000, 'the last poll')
      await within(consumer.close(), 60_000, 'closing')
    },
  }
  const loop = (async () => {
    while (!ended) {
      const polled = await consumer.poll(200)
      for (const record of polled) {
        records.push(record)
        values.push(String(record.value))
        const { topic, partition, offset } = record
        next.set(`${topic}-${partition}`, { topic, partition, offset: offset + 1 })
      }
      await member.hold
    }
  })().catch((thrown: unknown) => {
    error = thrown
  })
  after(() => member.close())
  return member
}

const numbered = (from: number, to: number): { value: string; partition: number }[] =>
  Array.from({ length: to - from }, (_, i) => ({ value: `v${from + i}`, partition: (from + i) % 6 }))

for (const [assignor, expected] of [
  [
    'org.apache.kafka.clients.consumer.RangeAssignor',
    [
      ['0,1', '2,3', '4,5'],
      ['0,1,2', '3,4,5'],
    ],
  ],
  [
    'org.apache.kafka.clients.consumer.RoundRobinAssignor',
    [
      ['0,3', '1,4', '2,5'],
      ['0,2,4', '1,3,5'],
    ],
  ],
] as const) {
  test(`three members share six partitions, each record is read once, and one that leaves hands over (${assignor})`, async () => {
    const server = await kafka()
    const topic = await server.newTopic('group', { partitions: 6 })
    const group = uniqueName('group')
    const settings = { 'partition.assignment.strategy': assignor }
    await server.produce(topic, numbered(0, 60))
    const members = [await startMember(server.bootstrap, group, { topics: [topic] }, settings)]
    await waitUntil(() => members[0]!.values.length === 60, { what: 'the first records', ...soon })
    for (let i = 0; i < 2; i++) members.push(await startMember(server.bootstrap, group, { topics: [topic] }, settings))
    const shares = (): string[] =>
      members
        .map((m) =>
          m.consumer
            .assignment()
            .map(({ partition }) => partition)
            .sort()
            .join(),
        )
        .sort()
    await waitUntil(() => shares().join(' ') === expected[0].join(' '), {
      what: `shares of three, not ${shares()}`,
      ...soon,
    })
    await server.produce(topic, numbered(60, 120))
    const all = () => members.flatMap(({ values }) => values)
    await waitUntil(() => all().length >= 120, { what: 'the second records', ...soon })
    const leaver = members[0]!
    await leaver.close()
    members.shift()
    await waitUntil(() => shares().join(' ') === expected[1].join(' '), { what: 'shares of two', ...soon })
    await server.produce(topic, numbered(120, 180))
    await waitUntil(() => all().length + leaver.values.length >= 180, { what: 'the third records', ...soon })
    await Promise.all(members.map((member) => member.close()))
    const read = [...leaver.values, ...all()]
    assert.equal(new Set(read).size, 180)
    assert.equal(read.length, 180)
    assert.deepEqual(await server.groupOffsets(group, topic), [30, 30, 30, 30, 30, 30])
  })
}

test('a new consumer of the group goes on where the last one committed', async () => {
  const server = await kafka()
  const topic = await server.newTopic('resume')
  const group = uniqueName('group')
  await server.produce(topic, [{ value: 'a' }, { value: 'b' }])
  const first = await startMember(server.bootstrap, group, { topics: [topic] })
  await waitUntil(() => first.values.length === 2, { what: 'the records', ...soon })
  await first.close()
  await server.produce(topic, [{ value: 'c' }])
  const second = await startMember(server.bootstrap, group, { topics: [topic] })
  await waitUntil(() => second.values.length === 1, { what: 'the record', ...soon })
  assert.deepEqual(second.values, ['c'])
})

test('a static member that comes back in time gets its partitions without a rebalance of the others', async () => {
  const server = await kafka()
  const topic = await server.newTopic('static', { partitions: 2 })
  const group = uniqueName('group')
  const open = (id: string) => startMember(server.bootstrap, group, { topics: [topic] }, { 'group.instance.id': id })
  const one = await open('one')
  const two = await open('two')
  await waitUntil(() => one.held() === `${topic}-0` && two.held() === `${topic}-1`, { what: 'the shares', ...soon })
  const before = one.events.length
  await two.close()
  const again = await open('two')
  await waitUntil(() => again.held() === `${topic}-1`, { what: 'its partition', ...soon })
  assert.equal(one.events.length, before)
})

test('a second member of the same group.instance.id takes over, and the first one fails', async () => {
  const server = await kafka()
  const topic = await server.newTopic('fenced')
  const group = uniqueName('group')
  const open = () => startMember(server.bootstrap, group, { topics: [topic] }, { 'group.instance.id': 'same' })
  const first = await open()
  await waitUntil(() => first.held() !== '', { what: 'the assignment', ...soon })
  const second = await open()
  await waitUntil(() => first.error, { what: 'the failure of the first', ...soon })
  assert.equal((first.error as { code: string }).code, 'FENCED_INSTANCE_ID')
  await waitUntil(() => second.held() !== '', { what: 'the assignment of the second', ...soon })
})

test('with read_committed records of aborted transactions are left out, and reading goes on behind them', async () => {
  const server = await kafka()
  const topic = await server.newTopic('transactions')
  const client = new Kafka({ clientId: 'test', brokers: [server.bootstrap], logLevel: logLevel.NOTHING })
  const producer = client.producer({ transactionalId: uniqueName('tx'), idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  after(() => producer.disconnect())
  const write = async (values: readonly string[], end: 'commit' | 'abort') => {
    const transaction = await producer.transaction()
    for (const value of values) await transaction.send({ topic, messages: [{ value }] })
    await transaction[end]()
  }
  await write(['a', 'b'], 'commit')
  await write(
    Array.from({ length: 30 }, (_, i) => `aborted ${i} ${'x'.repeat(500)}`),
    'abort',
  )
  await write(['c'], 'commit')
  await write(['aborted'], 'abort')
  const committed = await startMember(
    server.bootstrap,
    uniqueName('group'),
    { topics: [topic] },
    {
      'isolation.level': 'read_committed',
      'max.partition.fetch.bytes': '2000',
    },
  )
  const all = await startMember(server.bootstrap, uniqueName('group'), { topics: [topic] })
  await waitUntil(() => committed.values.length === 3 && all.values.length === 34, { what: 'the records', ...soon })
  assert.deepEqual(committed.values, ['a', 'b', 'c'])
  await waitUntil(() => committed.consumer.lag() === 0, { what: 'the end of the topic', ...soon })
  await write(['d'], 'commit')
  await waitUntil(() => committed.values.length === 4, { what: 'the next record', ...soon })
})

test('a topic that is created later is found', async () => {
  const server = await kafka()
  const topic = uniqueName('later')
  const member = await startMember(
    server.bootstrap,
    uniqueName('group'),
    { topics: [topic] },
    { 'allow.auto.create.topics': 'false' },
  )
  await sleep(1000)
  await server.createTopic(topic)
  await server.produce(topic, [{ value: 'a' }])
  await waitUntil(() => member.values.length === 1, { what: 'the record', ...soon })
})

test('a pattern picks up new topics, and never one of Kafka’s own', async () => {
  const server = await kafka()
  const prefix = uniqueName('pattern')
  const first = await server.newTopic(prefix)
  const member = await startMember(
    server.bootstrap,
    uniqueName('group'),
    { matches: (topic) => topic.startsWith(prefix) || topic.startsWith('__') },
    { 'metadata.max.age.ms': '500' },
  )
  await server.produce(first, [{ value: 'a' }])
  await waitUntil(() => member.values.length === 1, { what: 'the record', ...soon })
  const second = await server.newTopic(prefix)
  await server.produce(second, [{ value: 'b' }])
  await waitUntil(() => member.values.includes('b'), { what: 'the record of the new topic', ...soon })
  assert.ok(!member.held().includes('__'), member.held())
})

test('auto.offset.reset: earliest begins at the first record, latest at the next, none is an error', async () => {
  const server = await kafka()
  const topic = await server.newTopic('reset')
  await server.produce(topic, [{ value: 'old' }])
  const open = (reset: string) =>
    startMember(server.bootstrap, uniqueName('group'), { topics: [topic] }, { 'auto.offset.reset': reset })
  const [earliest, latest, none] = await Promise.all([open('earliest'), open('latest'), open('none')])
  await waitUntil(() => latest.held() !== '' && earliest.values.length === 1, { what: 'the assignments', ...soon })
  await waitUntil(() => none.error, { what: 'the error', ...soon })
  assert.match(String(none.error), /Undefined offset with no reset policy for partitions: \[reset-.*-0\]/)
  await server.produce(topic, [{ value: 'new' }])
  await waitUntil(() => latest.values.length === 1 && earliest.values.length === 2, { what: 'the new record', ...soon })
  assert.deepEqual(latest.values, ['new'])
})

test('an offset out of range is reset by auto.offset.reset', async () => {
  const server = await kafka()
  const topic = await server.newTopic('range')
  await server.produce(topic, [{ value: 'a' }, { value: 'b' }])
  const member = await startMember(server.bootstrap, uniqueName('group'), { topics: [topic] })
  await waitUntil(() => member.values.length === 2, { what: 'the records', ...soon })
  member.consumer.seek({ topic, partition: 0 }, 1000)
  await waitUntil(() => member.values.length === 4, { what: 'the records again', ...soon })
})

test('seek, pause, resume and lag', async () => {
  const server = await kafka()
  const topic = await server.newTopic('seek')
  await server.produce(topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }])
  const member = await startMember(server.bootstrap, uniqueName('group'), { topics: [topic] })
  const { consumer, values } = member
  await waitUntil(() => values.length === 3, { what: 'the records', ...soon })
  assert.equal(consumer.lag(), 0)
  consumer.seek({ topic, partition: 0 }, 1)
  await waitUntil(() => values.length === 5, { what: 'the records from offset 1', ...soon })
  consumer.pause([{ topic, partition: 0 }])
  await server.produce(topic, [{ value: 'd' }])
  await sleep(500)
  assert.equal(values.length, 5)
  consumer.resume([{ topic, partition: 0 }])
  await waitUntil(() => values.length === 6, { what: 'the record after the pause', ...soon })
  assert.deepEqual(values, ['a', 'b', 'c', 'b', 'c', 'd'])
})

test('a slow put keeps the membership, longer than session.timeout.ms', async () => {
  const server = await kafka()
  const topic = await server.newTopic('slow')
  const settings = { 'session.timeout.ms': '6000' }
  const member = await startMember(server.bootstrap, uniqueName('group'), { topics: [topic] }, settings)
  await waitUntil(() => member.held() !== '', { what: 'the assignment', ...soon })
  member.hold = sleep(8000)
  await member.hold
  member.hold = undefined
  await server.produce(topic, [{ value: 'a' }])
  await waitUntil(() => member.values.length === 1, { what: 'the record', ...soon })
  await member.commit()
  assert.deepEqual(member.events, ['assigned 0'])
})

test('one that does not poll for max.poll.interval.ms loses its partitions to another, and comes back', async () => {
  const server = await kafka()
  const topic = await server.newTopic('late')
  const group = uniqueName('group')
  const settings = { 'max.poll.interval.ms': '2000', 'max.poll.records': '1' }
  const late = await startMember(server.bootstrap, group, { topics: [topic] }, settings)
  await waitUntil(() => late.held() !== '', { what: 'the assignment', ...soon })
  let release: () => void = () => undefined
  late.hold = new Promise((resolve) => {
    release = resolve
  })
  const other = await startMember(server.bootstrap, group, { topics: [topic] }, settings)
  await waitUntil(() => other.held() === `${topic}-0`, { what: 'the other to have it', ...soon })
  const knows = (): boolean => late.told.some((text) => /leaving the group|does not know this member/.test(text))
  await waitUntil(knows, { what: 'a heartbeat that tells the late one', ...soon })
  late.hold = undefined
  release()
  await waitUntil(() => late.events.includes('lost 0'), { what: 'lost', ...soon })
  await waitUntil(() => [late, other].filter((m) => m.held() !== '').length === 1, { what: 'one to have it', ...soon })
  await sleep(500)
  await other.close()
  await waitUntil(() => late.held() === `${topic}-0`, { what: 'the first to have it again', ...soon })
})

test('wakeup ends a waiting poll', async () => {
  const server = await kafka()
  const topic = await server.newTopic('wakeup')
  const listener = { assigned: async () => undefined, revoked: async () => undefined, lost: async () => undefined }
  const settings = { 'bootstrap.servers': server.bootstrap, 'group.id': uniqueName('group') }
  const consumer = await createConsumer(settings, { topics: [topic] }, listener, SILENT, () => undefined)
  after(() => consumer.close())
  const began = performance.now()
  setTimeout(() => consumer.wakeup(), 300)
  await within(consumer.poll(60_000), 20_000, 'the poll')
  assert.ok(performance.now() - began >= 250)
})

test('closing while the group is still forming takes no longer than a moment', async () => {
  const server = await kafka()
  const topic = await server.newTopic('closing')
  const group = uniqueName('group')
  // Its hold keeps the second one's join waiting at the coordinator.
  const busy = await startMember(server.bootstrap, group, { topics: [topic] })
  await waitUntil(() => busy.held() !== '', { what: 'the assignment', ...soon })
  let release: () => void = () => undefined
  busy.hold = new Promise((resolve) => {
    release = resolve
  })
  const joining = await startMember(server.bootstrap, group, { topics: [topic] })
  await sleep(1000)
  const began = performance.now()
  await joining.close()
  const took = performance.now() - began
  busy.hold = undefined
  release()
  // Not until the busy one polls again, or its time for that (5 minutes) is over
  assert.ok(took < 20_000, `${Math.round(took)} ms`)
  await server.produce(topic, [{ value: 'a' }])
  await waitUntil(() => busy.values.length === 1, { what: 'the record', ...soon })
})

// The development broker forgets who is in a group, so the member has to join again before it can commit
const skip = await withoutApacheKafka()

test('a restart of the broker (and so of the coordinator) is survived', { skip }, async () => {
  const broker = await startBroker()
  after(() => broker.close())
  const server = kafkaServer(broker.bootstrap)
  const topic = await server.newTopic('restart')
  const group = uniqueName('group')
  const member = await startMember(broker.bootstrap, group, { topics: [topic] }, { 'reconnect.backoff.max.ms': '200' })
  await server.produce(topic, [{ value: 'a' }])
  await waitUntil(() => member.values.length === 1, { what: 'the first record', ...soon })
  await member.commit()
  await broker.stop()
  await sleep(1000)
  await broker.start()
  await server.produce(topic, [{ value: 'b' }])
  await waitUntil(() => member.values.includes('b'), { what: 'the second record', timeoutMs: 90_000, intervalMs: 50 })
  assert.equal(member.error, undefined)
  await member.commit()
  assert.deepEqual(await server.groupOffsets(group, topic), [2])
  assert.deepEqual(member.values.filter((value) => value === 'b').length, 1)
  await member.close()
})

test('many small fetches and one record larger than max.partition.fetch.bytes all arrive', async () => {
  const server = await kafka()
  const topic = await server.newTopic('large', { config: { 'max.message.bytes': '3000000' } })
  const settings = { 'max.partition.fetch.bytes': '1000', 'fetch.max.bytes': '1000' }
  const member = await startMember(server.bootstrap, uniqueName('group'), { topics: [topic] }, settings)
  const producer = await createProducer(
    { 'bootstrap.servers': server.bootstrap, 'max.request.size': '3000000' },
    { delivered: () => undefined, failed: () => undefined },
    SILENT,
    () => undefined,
  )
  after(() => producer.close())
  await producer.learn(topic, new AbortController().signal)
  for (let n = 0; n < 50; n++) {
    producer.append(topic, 0, Date.now(), null, n === 25 ? 'x'.repeat(2_000_000) : `v${n}`, [], 'test', undefined)
    producer.dispatch()
    if (n % 10 === 0) await producer.drain(60_000)
  }
  await producer.drain(60_000)
  await waitUntil(() => member.values.length === 50, { what: 'all records', ...soon })
  assert.equal(member.values[25]?.length, 2_000_000)
})
