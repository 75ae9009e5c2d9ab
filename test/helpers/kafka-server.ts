import { randomBytes } from 'node:crypto'
import { type Admin, type EachBatchPayload, Kafka, logLevel, Partitioners } from 'kafkajs'
import { startBroker } from './kafka-broker.ts'
import { waitUntil, within } from './processes.ts'

/** A record as a test sees it. `headers` in order, duplicates included. */
export interface TopicRecord {
  readonly partition: number
  readonly offset: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [key: string, value: Buffer | null])[]
}

export interface NewRecord {
  readonly key?: string | Buffer | null
  readonly value: string | Buffer | null
  readonly partition?: number
  readonly timestamp?: number
  readonly headers?: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>
}

/** What a test asks of a broker, through kafkajs as it comes, so that our own client is not its own witness. */
export interface KafkaServer {
  readonly bootstrap: string
  /** Creates a topic; returns its name, made unique from `prefix`. */
  newTopic(prefix: string, options?: TopicOptions): Promise<string>
  createTopic(topic: string, options?: TopicOptions): Promise<void>
  deleteTopic(topic: string): Promise<void>
  topics(): Promise<string[]>
  partitionCount(topic: string): Promise<number>
  produce(topic: string, records: readonly NewRecord[]): Promise<void>
  /**
   * All records of a topic, by partition and offset. With `count`: waits until there are at least so many; otherwise those
   * that are there when it is called. Fails after `timeoutMs` (60 s).
   */
  consume(topic: string, options?: { readonly count?: number; readonly timeoutMs?: number }): Promise<TopicRecord[]>
  /** The offset that the next record of each partition gets, by partition. */
  endOffsets(topic: string): Promise<number[]>
  /** What a group committed, by partition; -1: nothing. */
  groupOffsets(group: string, topic: string): Promise<number[]>
}

export interface TopicOptions {
  readonly partitions?: number
  readonly config?: Readonly<Record<string, string>>
}

let ownBroker: Promise<string> | undefined

/**
 * The broker of this run: `scripts/test.ts` starts it and names it in KAFKA_BOOTSTRAP. Where a test file is run by itself,
 * one is started for it and ends with it.
 */
export const kafka = async (): Promise<KafkaServer> => {
  const shared = process.env['KAFKA_BOOTSTRAP']
  if (shared) return kafkaServer(shared)
  ownBroker ??= startBroker().then((broker) => broker.bootstrap)
  return kafkaServer(await ownBroker)
}

/** A name that no other test uses. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`

export const kafkaServer = (bootstrap: string): KafkaServer => {
  const client = new Kafka({
    clientId: 'test',
    brokers: [bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8 },
    connectionTimeout: 20_000, // its own second is too short for a machine that stands still for a moment
  })

  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = client.admin()
    await admin.connect()
    try {
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }

  const createTopic = async (topic: string, { partitions = 1, config = {} }: TopicOptions = {}): Promise<void> => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    const topics = [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }]
    await withAdmin(async (admin) => {
      // kafkajs's own wait for leaders fails when a broker has not heard of the topic yet, and ends before all partitions
      // can be written to: its producer would then write some records twice.
      await admin.createTopics({ waitForLeaders: false, topics })
      const isServed = async (): Promise<boolean> => {
        const offsets = await admin.fetchTopicOffsets(topic).catch(() => [])
        return offsets.length === partitions
      }
      await waitUntil(isServed, { timeoutMs: 60_000, what: `topic ${topic} to be served` })
    })
  }

  const endOffsets = async (topic: string): Promise<number[]> => {
    const offsets = await withAdmin((admin) => admin.fetchTopicOffsets(topic))
    return offsets.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
  }

  const readTo = async (topic: string, count: number, timeoutMs: number): Promise<TopicRecord[]> => {
    const records = new Map<string, TopicRecord>() // kafkajs starts over when the coordinator was not ready
    const groupId = uniqueName('test-reader')
    const consumer = client.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 30_000 })
    await consumer.connect()
    try {
      await consumer.subscribe({ topic, fromBeginning: true })
      const complete = new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => {
          if (!payload.restart) reject(payload.error)
        })
        // By batches: a promise for each of some 100,000 records takes kafkajs a minute on a busy machine
        const eachBatch = async ({ batch: { partition, messages } }: EachBatchPayload): Promise<void> => {
          for (const message of messages) {
            records.set(`${partition}:${message.offset}`, { partition, ...recordOf(message) })
          }
          if (records.size >= count) resolve()
        }
        consumer.run({ autoCommit: false, eachBatch }).catch(reject)
      })
      await within(complete, timeoutMs, `${count} records of ${topic}`).catch((error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : error}; there were ${records.size}`)
      })
    } finally {
      await consumer.disconnect()
      await withAdmin((admin) => admin.deleteGroups([groupId])).catch(() => undefined)
    }
    return [...records.values()].sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  }

  return {
    bootstrap,
    createTopic,
    endOffsets,
    async newTopic(prefix, options) {
      const topic = uniqueName(prefix)
      await createTopic(topic, options)
      return topic
    },
    deleteTopic: (topic) => withAdmin((admin) => admin.deleteTopics({ topics: [topic] })),
    topics: () => withAdmin((admin) => admin.listTopics()),
    partitionCount: async (topic) => (await endOffsets(topic)).length,
    async produce(topic, records) {
      const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      try {
        // kafkajs groups by partition in quadratic time
        for (let at = 0; at < records.length; at += 500) {
          await producer.send({ topic, messages: records.slice(at, at + 500).map(messageOf) })
        }
      } finally {
        await producer.disconnect()
      }
    },
    async consume(topic, { count, timeoutMs = 60_000 } = {}) {
      if (count !== undefined) return readTo(topic, count, timeoutMs)
      const offsets = await withAdmin((admin) => admin.fetchTopicOffsets(topic))
      const present = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
      return present === 0 ? [] : readTo(topic, present, timeoutMs)
    },
    async groupOffsets(group, topic) {
      const [found] = await withAdmin((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }))
      const partitions = found?.partitions ?? []
      return partitions.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
    },
  }
}

interface ConsumedMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, unknown>>
}

const recordOf = ({
  offset,
  timestamp,
  key,
  value,
  headers = {},
}: ConsumedMessage): Omit<TopicRecord, 'partition'> => ({
  offset: Number(offset),
  timestamp: Number(timestamp),
  key,
  value,
  headers: Object.entries(headers).flatMap(([name, found]) =>
    (Array.isArray(found) ? found : [found]).map((one) => [name, one instanceof Buffer ? one : null] as const),
  ),
})

const messageOf = ({ key = null, value, partition, timestamp, headers }: NewRecord) => ({
  key,
  value,
  ...(partition !== undefined && { partition }),
  ...(timestamp !== undefined && { timestamp: String(timestamp) }),
  ...(headers !== undefined && {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, one]) => [name, Array.isArray(one) ? [...one] : (one as string | Buffer)]),
    ),
  }),
})
