import kafkajs, { type Admin, type Consumer, type Producer } from 'kafkajs'
import { uniqueName } from '../../helpers/kafka-server.ts'
import { within } from '../../helpers/processes.ts'
import type { ReadRecord, SomeClient } from './client.ts'

const topicResource = 2
/** kafkajs brings one itself; the others are packages that are not installed. */
const codecs = { none: 0, gzip: 1 } as const
const waitMs = 90_000

/** kafkajs 2.2.4. Static members and the deletion of single offsets are not in it. */
export const kafkajsClient = (bootstrap: string): SomeClient => {
  const kafka = new kafkajs.Kafka({
    clientId: 'four-clients',
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 2, initialRetryTime: 50 },
    connectionTimeout: 20_000, // its own second is too short for a machine that stands still for a moment
  })
  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = kafka.admin()
    await admin.connect()
    return work(admin).finally(() => admin.disconnect())
  }
  /** Idempotent, unless told otherwise: what is sent again on a slow machine is there once. */
  const withProducer = async <T>(
    work: (producer: Producer) => Promise<T>,
    options: { readonly transactionalId?: string; readonly idempotent?: boolean } = {},
  ): Promise<T> => {
    const producer = kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
      ...options,
    })
    await producer.connect()
    return work(producer).finally(() => producer.disconnect())
  }
  const newConsumer = (groupId: string, more: object = {}): Consumer =>
    kafka.consumer({ groupId, maxWaitTimeInMs: 200, sessionTimeout: 30_000, heartbeatInterval: 200, ...more })

  /** Records of partition 0 up to a count, from an offset (or the group's) on. */
  const readSome = async (
    group: string,
    topic: string,
    count: number,
    { from, partition = 0, ...more }: { from?: number; partition?: number } & Record<string, unknown> = {},
  ): Promise<ReadRecord[]> => {
    const found: ReadRecord[] = []
    const consumer = newConsumer(group, { allowAutoTopicCreation: false, ...more })
    await consumer.connect()
    try {
      await consumer.subscribe({ topic, fromBeginning: true })
      const complete = new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
        const run = consumer.run({
          autoCommit: from === undefined,
          eachMessage: async ({ partition: its, message }) => {
            if (its !== partition || found.length >= count || Number(message.offset) < (from ?? 0)) return
            found.push({
              offset: Number(message.offset),
              timestamp: Number(message.timestamp),
              key: message.key?.toString() ?? null,
              value: message.value?.toString() ?? null,
              headers: Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
            })
            if (found.length === count) resolve()
          },
        })
        run.catch(reject)
      })
      if (from !== undefined) consumer.seek({ topic, partition, offset: String(from) })
      await within(complete, waitMs, `${count} records of ${topic}, not ${found.length}`)
      return found
    } finally {
      await consumer.disconnect()
    }
  }
  const offsets = async (topic: string, at: 'earliest' | 'latest' | number): Promise<number[]> =>
    withAdmin(async (admin) => {
      const found =
        typeof at === 'number'
          ? await admin.fetchTopicOffsetsByTimestamp(topic, at)
          : (await admin.fetchTopicOffsets(topic)).map(({ partition, high, low }) => ({
              partition,
              offset: at === 'latest' ? high : low,
            }))
      return found.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
    })

  return {
    abilities: ['codec none', 'codec gzip', 'timestamps', 'aborted transactions', 'offsets in transactions'],
    produce: (topic, records, { codec = 'none', acks = -1, partition = 0 } = {}) =>
      withProducer(
        async (producer) => {
          if (codec !== 'none' && codec !== 'gzip') throw new Error(`kafkajs has no ${codec}`)
          const messages = records.map(({ key = null, value, headers = {}, timestamp }) => ({
            key,
            value,
            partition,
            headers,
            ...(timestamp !== undefined && { timestamp: String(timestamp) }),
          }))
          const [sent] = await producer.send({ topic, messages, acks, compression: codecs[codec] })
          return acks === 0 ? null : Number(sent!.baseOffset)
        },
        { idempotent: acks === -1 },
      ),
    read: (topic, { count, from = 0, partition = 0, committed = false, minBytes = 1, maxBytes, maxWaitMs = 200 }) =>
      readSome(uniqueName('reader'), topic, count, {
        from,
        partition,
        minBytes,
        maxWaitTimeInMs: maxWaitMs,
        readUncommitted: !committed,
        ...(maxBytes !== undefined && { maxBytes, maxBytesPerPartition: maxBytes }),
      }),
    readFromTime: async (topic, time, count) => {
      const [from] = await offsets(topic, time)
      return readSome(uniqueName('reader'), topic, count, { from: from! })
    },
    offsets,

    transactions: (id, topic, transactions) =>
      withProducer(
        async (producer) => {
          for (const { values, commits, offset } of transactions) {
            const transaction = await producer.transaction()
            await transaction.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) })
            if (offset !== undefined) {
              await transaction.sendOffsets({
                consumerGroupId: offset.group,
                topics: [{ topic, partitions: [{ partition: 0, offset: String(offset.offset) }] }],
              })
            }
            await (commits ? transaction.commit() : transaction.abort())
          }
        },
        { transactionalId: id },
      ),
    fence: (id, topic) =>
      withProducer(
        async (first) => {
          const transaction = await first.transaction()
          await transaction.send({ topic, messages: [{ value: 'of the first', partition: 0 }] })
          await withProducer(async (second) => (await second.transaction()).abort(), { transactionalId: id })
          await transaction.commit()
          throw new Error('The first producer was not fenced')
        },
        { transactionalId: id },
      ),

    join: async (group, topic) => {
      const consumer = newConsumer(group)
      let mine: readonly number[] = []
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        mine = [...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b)
      })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({ eachMessage: async () => undefined })
      return { assignment: async () => mine, leave: () => consumer.disconnect() }
    },
    readInGroup: async (group, topic, count) =>
      (await readSome(group, topic, count)).map(({ value }) => value ?? 'null'),
    commit: (groupId, topic, offset) =>
      withAdmin((admin) =>
        admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(offset) }] }),
      ),
    committed: (groupId, topic) =>
      withAdmin(async (admin) => {
        const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
        return found!.partitions.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
      }),
    groupState: (group) =>
      withAdmin(async (admin) => {
        const { groups } = await admin.describeGroups([group])
        return { state: groups[0]!.state, members: groups[0]!.members.length }
      }),
    isListed: (group) =>
      withAdmin(async (admin) => (await admin.listGroups()).groups.some(({ groupId }) => groupId === group)),
    deleteGroup: (group) =>
      withAdmin(async (admin) => {
        await admin.deleteGroups([group])
      }),

    createTopic: (topic, { partitions = 1, replicas = 1, config = {} } = {}) =>
      withAdmin(async (admin) => {
        const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
        const topics = [{ topic, numPartitions: partitions, replicationFactor: replicas, configEntries }]
        // kafkajs takes "exists already" for a success that it tells of with false
        const isNew = await admin.createTopics({ waitForLeaders: false, topics })
        if (!isNew) throw Object.assign(new Error('exists'), { type: 'TOPIC_ALREADY_EXISTS' })
      }),
    addPartitions: (topic, count) =>
      withAdmin(async (admin) => {
        await admin.createPartitions({ topicPartitions: [{ topic, count }] })
      }),
    partitionCount: (topic) =>
      withAdmin(async (admin) => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]!.partitions.length),
    deleteTopic: (topic) => withAdmin((admin) => admin.deleteTopics({ topics: [topic] })),
    settings: (topic, names) =>
      withAdmin(async (admin) => {
        const resource = { type: topicResource, name: topic, configNames: [...names] }
        const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] })
        const found = new Map(
          resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
        )
        return names.map((name) => found.get(name) ?? null)
      }),
    // There is only the call that sets all others back to their defaults
    setSetting: (topic, name, value) =>
      withAdmin(async (admin) => {
        const resources = [{ type: topicResource, name: topic, configEntries: [{ name, value }] }]
        await admin.alterConfigs({ validateOnly: false, resources })
      }),
    deleteRecords: (topic, before) =>
      withAdmin(async (admin) => {
        await admin.fetchTopicOffsets(topic) // or it would not know the topic
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] })
        return null
      }),
    cluster: () =>
      withAdmin(async (admin) => {
        const { brokers, controller } = await admin.describeCluster()
        return { nodes: brokers.length, hasController: brokers.some(({ nodeId }) => nodeId === controller) }
      }),
    close: async () => undefined,
  }
}
