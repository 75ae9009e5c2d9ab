// kafkajs as it comes, an independent client: what it sees of the development broker.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CompressionTypes, type Consumer, Kafka, logLevel } from 'kafkajs'
import { type DevBroker, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { type KafkaServer, kafkaServer, uniqueName } from '../helpers/kafka-server.ts'
import { waitUntil } from '../helpers/processes.ts'

/** ConfigResourceTypes.TOPIC, which cannot be imported by name. */
const topicResource = 2

describe('kafkajs on the development broker', () => {
  let broker: DevBroker
  let server: KafkaServer
  let client: Kafka
  before(async () => {
    broker = await startDevBroker()
    server = kafkaServer(broker.bootstrap)
    client = new Kafka({ clientId: 'kafkajs', brokers: [broker.bootstrap], logLevel: logLevel.NOTHING })
  })
  after(() => broker.close())

  test('keys, values, headers, timestamps and partitions come back as they were sent', async () => {
    const topic = await server.newTopic('mixed', { partitions: 3 })
    await server.produce(topic, [
      { key: 'k', value: 'v', partition: 2, timestamp: 1_790_000_000_000, headers: { h: ['a', 'b'] } },
      { key: null, value: null, partition: 0 },
      { key: '', value: '', partition: 0 },
    ])
    const records = await server.consume(topic)
    assert.deepEqual(
      records.map(({ partition, offset, key, value, headers }) => [
        partition,
        offset,
        key?.toString(),
        value?.toString(),
        headers.map(([name, one]) => `${name}=${one}`),
      ]),
      [
        [0, 0, undefined, undefined, []],
        [0, 1, '', '', []],
        [2, 0, 'k', 'v', ['h=a', 'h=b']],
      ],
    )
    assert.equal(records[2]!.timestamp, 1_790_000_000_000)
  })

  test('gzip comes back', async () => {
    const producer = client.producer()
    await producer.connect()
    const topic = await server.newTopic('zipped')
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ value: 'z'.repeat(10_000) }] })
    await producer.disconnect()
    assert.equal((await server.consume(topic))[0]!.value!.toString(), 'z'.repeat(10_000))
  })

  test('three consumers share the partitions, and two take over when one goes', { timeout: 180_000 }, async () => {
    const topic = await server.newTopic('shared', { partitions: 6 })
    const groupId = uniqueName('sharers')
    const assigned = new Map<Consumer, number[]>()
    const seen = new Set<string>()
    const start = async (): Promise<Consumer> => {
      const consumer = client.consumer({
        groupId,
        sessionTimeout: 10_000,
        heartbeatInterval: 200,
        maxWaitTimeInMs: 100,
      })
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
        assigned.set(consumer, payload.memberAssignment[topic] ?? []),
      )
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        eachMessage: async ({ message }) => {
          seen.add(message.value!.toString())
        },
      })
      return consumer
    }
    const covers = (sizes: number[]): boolean => {
      const lists = [...assigned.values()]
      const all = lists.flat().sort((a, b) => a - b)
      return (
        all.join() === '0,1,2,3,4,5' &&
        lists
          .map(({ length }) => length)
          .sort()
          .join() === sizes.join()
      )
    }
    const consumers = await Promise.all([start(), start(), start()])
    try {
      await waitUntil(() => covers([2, 2, 2]), { timeoutMs: 40_000, what: 'two partitions for each' })
      await server.produce(
        topic,
        Array.from({ length: 60 }, (_, i) => ({ value: `${i}`, partition: i % 6 })),
      )
      await waitUntil(() => seen.size === 60, { timeoutMs: 40_000, what: 'all records' })
      // A rebalance that overtakes a commit would have the records come again
      const committedAll = async () => (await server.groupOffsets(groupId, topic)).join() === '10,10,10,10,10,10'
      await waitUntil(committedAll, { timeoutMs: 40_000, what: 'all records to be committed' })
      const gone = consumers.shift()!
      await gone.disconnect()
      assigned.delete(gone)
      await waitUntil(() => covers([3, 3]), { timeoutMs: 40_000, what: 'three partitions for each' })
    } finally {
      await Promise.all(consumers.map((consumer) => consumer.disconnect()))
    }
    const committed = await server.groupOffsets(groupId, topic)
    assert.deepEqual(committed, [10, 10, 10, 10, 10, 10])
  })

  test('a transaction is seen when it is committed, and never when it is aborted', async () => {
    const topic = await server.newTopic('ledger')
    const producer = client.producer({
      transactionalId: uniqueName('writer'),
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    for (const [value, commits] of [
      ['kept', true],
      ['dropped', false],
      ['kept too', true],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await transaction.sendOffsets({
        consumerGroupId: 'moved',
        topics: [{ topic, partitions: [{ partition: 0, offset: value === 'kept' ? '1' : '2' }] }],
      })
      await (commits ? transaction.commit() : transaction.abort())
    }
    await producer.disconnect()
    const values: string[] = []
    const consumer = client.consumer({ groupId: uniqueName('readers'), maxWaitTimeInMs: 100 }) // reads committed records
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(message.value!.toString())
      },
    })
    await waitUntil(() => values.length >= 2, { timeoutMs: 40_000, what: 'the committed records' })
    await consumer.disconnect()
    assert.deepEqual(values, ['kept', 'kept too'])
    assert.deepEqual(await server.groupOffsets('moved', topic), [2])
  })

  test('an admin creates, describes, changes and deletes', async () => {
    const admin = client.admin()
    await admin.connect()
    const topic = await server.newTopic('managed', { partitions: 2, config: { 'retention.ms': '1234' } })
    const resource = { type: topicResource, name: topic }
    const settingOf = async (name: string): Promise<string | undefined> => {
      const { resources } = await admin.describeConfigs({ includeSynonyms: true, resources: [resource] })
      return resources[0]!.configEntries.find(({ configName }) => configName === name)?.configValue
    }
    assert.equal(await settingOf('retention.ms'), '1234')
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resource, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }],
    })
    assert.deepEqual([await settingOf('retention.ms'), await settingOf('cleanup.policy')], ['604800000', 'compact'])
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
    assert.equal(await server.partitionCount(topic), 5)
    await assert.rejects(server.createTopic('not a name'), /Topic creation errors/)
    const { brokers, controller } = await admin.describeCluster()
    assert.deepEqual(brokers, [{ nodeId: 1, host: '127.0.0.1', port: broker.port }])
    assert.equal(controller, 1)
    await server.deleteTopic(topic)
    assert.ok(!(await server.topics()).includes(topic))
    await admin.disconnect()
  })

  test('SASL/PLAIN lets in who has the password', async () => {
    const guarded = await startDevBroker({ sasl: { ann: 'secret' } })
    const login = async (password: string): Promise<string[]> => {
      const sasl = { mechanism: 'plain', username: 'ann', password } as const
      const admin = new Kafka({
        brokers: [guarded.bootstrap],
        sasl,
        logLevel: logLevel.NOTHING,
        retry: { retries: 0 },
      }).admin()
      await admin.connect()
      try {
        return await admin.listTopics()
      } finally {
        await admin.disconnect()
      }
    }
    assert.deepEqual(await login('secret'), [])
    await assert.rejects(login('wrong'), /Authentication failed/)
    await guarded.close()
  })
})
