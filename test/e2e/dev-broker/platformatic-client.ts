import zlib from 'node:zlib'
import {
  Admin,
  type ConsumeBaseOptions,
  Consumer,
  type DescribeConfigsOptions,
  MessagesStreamModes,
  Producer,
  stringSerializers,
} from '@platformatic/kafka'
import { uniqueName } from '../../helpers/kafka-server.ts'
import { within } from '../../helpers/processes.ts'
import type { Member, ReadRecord, SomeClient } from './client.ts'

const topicResource = 2
const set = 0
const waitMs = 90_000
/** zstd where Node.js has it. */
const codecs = (['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)
  .filter((codec) => codec !== 'zstd' || 'zstdCompressSync' in zlib)
  .map((codec) => `codec ${codec}` as const)
/** It would say that it had id 0 before. */
const unknownProducer = { producerId: -1n, producerEpoch: -1 }
const times = { earliest: -2n, latest: -1n } as const

/** @platformatic/kafka 1.x, which shares no code with kafkajs. */
export const platformaticClient = (bootstrap: string): SomeClient => {
  const base = { clientId: 'four-clients', bootstrapBrokers: [bootstrap], retries: 5, retryDelay: 100 }
  const admin = new Admin({ ...base })
  const withProducer = async <T>(
    work: (producer: ReturnType<typeof newProducer>) => Promise<T>,
    transactionalId?: string,
  ): Promise<T> => {
    const producer = newProducer(transactionalId)
    return work(producer).finally(() => producer.close(true))
  }
  const newProducer = (transactionalId?: string) =>
    new Producer({
      ...base,
      serializers: stringSerializers,
      autocreateTopics: false,
      ...(transactionalId !== undefined && { transactionalId, idempotent: true, ...unknownProducer }),
    })
  const newConsumer = (groupId: string, more: object = {}) =>
    new Consumer({ ...base, groupId, sessionTimeout: 30_000, heartbeatInterval: 200, maxWaitTime: 200, ...more })

  const readSome = async (
    topic: string,
    count: number,
    {
      group,
      from,
      partition = 0,
      ...more
    }: { group?: string; from?: number; partition?: number } & Partial<
      ConsumeBaseOptions<Buffer, Buffer, Buffer, Buffer>
    >,
  ): Promise<ReadRecord[]> => {
    const found: ReadRecord[] = []
    const consumer = newConsumer(group ?? uniqueName('reader'), more)
    try {
      const stream = await consumer.consume({
        topics: [topic],
        autocommit: false,
        ...(from === undefined
          ? { mode: MessagesStreamModes.COMMITTED, fallbackMode: 'earliest' }
          : { mode: MessagesStreamModes.MANUAL, offsets: [{ topic, partition, offset: BigInt(from) }] }),
      })
      const text = (bytes: Buffer | null | undefined): string | null => bytes?.toString() ?? null
      const complete = (async () => {
        for await (const message of stream) {
          if (message.partition !== partition) continue
          found.push({
            offset: Number(message.offset),
            timestamp: Number(message.timestamp),
            key: text(message.key),
            value: text(message.value),
            headers: [...message.headers].map(([name, value]) => [String(name), String(value)]),
          })
          if (found.length < count) continue
          if (from === undefined) {
            const offset = message.offset + 1n
            await consumer.commit({ offsets: [{ topic, partition, offset, leaderEpoch: 0 }] })
          }
          return
        }
      })()
      await within(complete, waitMs, `${count} records of ${topic}, not ${found.length}`)
      return found
    } finally {
      await consumer.close(true)
    }
  }
  const partitionsOf = async (topic: string): Promise<number> => {
    const metadata = await admin.metadata({ topics: [topic], forceUpdate: true, autocreateTopics: false })
    return metadata.topics.get(topic)!.partitionsCount
  }
  const offsets = async (topic: string, at: 'earliest' | 'latest' | number): Promise<number[]> => {
    const timestamp = typeof at === 'number' ? BigInt(at) : times[at]
    const partitions = Array.from({ length: await partitionsOf(topic) }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp,
    }))
    const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    return found!.partitions.sort((a, b) => a.partitionIndex - b.partitionIndex).map(({ offset }) => Number(offset))
  }
  const joinAs = async (group: string, topic: string, more: object): Promise<Member> => {
    const consumer = newConsumer(group, more)
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })
    stream.on('error', () => undefined) // seen by the assignments, which then never come right
    stream.resume()
    return {
      assignment: async () =>
        [...(consumer.assignments?.find((one) => one.topic === topic)?.partitions ?? [])].sort((a, b) => a - b),
      leave: async () => {
        await consumer.close(true)
      },
    }
  }

  return {
    abilities: [...codecs, 'timestamps', 'aborted transactions'],
    produce: (topic, records, { codec = 'none', acks = -1, partition = 0 } = {}) =>
      withProducer(async (producer) => {
        const messages = records.map(({ key, value, headers = {}, timestamp }) => ({
          topic,
          partition,
          headers,
          ...(key != null && { key }),
          ...(value !== null && { value }),
          ...(timestamp !== undefined && { timestamp: BigInt(timestamp) }),
        }))
        const { offsets: sent } = await producer.send({ messages, acks, compression: codec })
        return acks === 0 ? null : Number(sent![0]!.offset)
      }),
    read: (topic, { count, from = 0, partition = 0, committed = false, minBytes = 1, maxBytes, maxWaitMs = 200 }) =>
      readSome(topic, count, {
        from,
        partition,
        minBytes,
        maxWaitTime: maxWaitMs,
        isolationLevel: committed ? 1 : 0,
        ...(maxBytes !== undefined && { maxBytes, maxBytesPerPartition: maxBytes }),
      }),
    readFromTime: async (topic, time, count) => {
      const [from] = await offsets(topic, time)
      return readSome(topic, count, { from: from! })
    },
    offsets,

    // Offsets in a transaction are those of a message that a consumer has read
    transactions: (id, topic, transactions) =>
      withProducer(async (producer) => {
        for (const { values, commits } of transactions) {
          const transaction = await producer.beginTransaction()
          await transaction.send({ messages: values.map((value) => ({ topic, partition: 0, value })) })
          await (commits ? transaction.commit() : transaction.abort())
        }
      }, id),
    fence: (id, topic) =>
      withProducer(async (first) => {
        const transaction = await first.beginTransaction()
        await transaction.send({ messages: [{ topic, partition: 0, value: 'of the first' }] })
        await withProducer(async (second) => {
          const other = await second.beginTransaction()
          await other.send({ messages: [{ topic, partition: 0, value: 'of the second' }] })
          await other.abort()
        }, id)
        await transaction.commit()
        throw new Error('The first producer was not fenced')
      }, id),

    join: (group, topic) => joinAs(group, topic, {}),
    // A static member leaves its group as any other: there is no coming back
    readInGroup: async (group, topic, count) =>
      (await readSome(topic, count, { group })).map(({ value }) => value ?? 'null'),
    commit: (groupId, topic, offset) =>
      admin.alterConsumerGroupOffsets({
        groupId,
        topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset: BigInt(offset) }] }],
      }),
    committed: async (groupId, topic) => {
      const partitionIndexes = Array.from({ length: await partitionsOf(topic) }, (_, i) => i)
      const groups = [{ groupId, topics: [{ name: topic, partitionIndexes }] }]
      const [found] = await admin.listConsumerGroupOffsets({ groups })
      const partitions = found!.topics[0]!.partitions.sort((a, b) => a.partitionIndex - b.partitionIndex)
      return partitions.map(({ committedOffset }) => Number(committedOffset))
    },
    deleteOffset: async (groupId, topic) => {
      await admin.deleteConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionIndexes: [0] }] })
    },
    groupState: async (group) => {
      const found = (await admin.describeGroups({ groups: [group] })).get(group)!
      return { state: found.state, members: found.members.size }
    },
    isListed: async (group) => (await admin.listGroups()).has(group),
    deleteGroup: (group) => admin.deleteGroups({ groups: [group] }),

    createTopic: async (topic, { partitions = 1, replicas = 1, config = {} } = {}) => {
      const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
      await admin.createTopics({ topics: [topic], partitions, replicas, configs })
    },
    addPartitions: (topic, count) => admin.createPartitions({ topics: [{ name: topic, count, assignments: null }] }),
    partitionCount: partitionsOf,
    deleteTopic: (topic) => admin.deleteTopics({ topics: [topic] }),
    settings: async (topic, names) => {
      const resource = { resourceType: topicResource, resourceName: topic, configurationKeys: [...names] }
      const [found] = await admin.describeConfigs({ resources: [resource] } as DescribeConfigsOptions)
      return names.map((name) => found!.configs.find((one) => one.name === name)?.value ?? null)
    },
    setSetting: (topic, name, value) =>
      admin.incrementalAlterConfigs({
        resources: [
          { resourceType: topicResource, resourceName: topic, configs: [{ name, configOperation: set, value }] },
        ],
      }),
    deleteRecords: async (topic, before) => {
      const partitions = [{ partition: 0, offset: BigInt(before) }]
      const [found] = await admin.deleteRecords({ topics: [{ name: topic, partitions }] })
      return Number(found!.partitions[0]!.lowWatermark)
    },
    cluster: async () => {
      const { brokers, controllerId } = await admin.metadata({ topics: [], forceUpdate: true })
      return { nodes: brokers.size, hasController: brokers.has(controllerId) }
    },
    close: async () => {
      await admin.close()
    },
  }
}
