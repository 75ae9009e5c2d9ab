/** A producer over the fake cluster, and what it told of the records. */
import { after } from 'node:test'
import type { KafkaError } from '../../src/kafka/errors.ts'
import { createRecordProducer } from '../../src/kafka/produce.ts'
import type { Landing, ProducerLimits, RecordProducer } from '../../src/kafka/produce-types.ts'
import { createFakeCluster, type FakeCluster } from '../helpers/fake-cluster.ts'

export const LIMITS: ProducerLimits = {
  batchSize: 1000,
  lingerMs: 0,
  maxRequestSize: 100_000,
  bufferMemory: 1_000_000,
  deliveryTimeoutMs: 60_000,
  retries: 0x7fffffff,
  retryBackoffMs: 2,
  retryBackoffMaxMs: 10,
  maxInFlight: 5,
  maxBlockMs: 60_000,
  metadataMaxAgeMs: 300_000,
  idempotence: true,
  ignoreKeys: false,
}

export interface Delivery {
  readonly owner: unknown
  readonly count: number
  readonly landing: Landing
  readonly tokens: readonly unknown[] | null
}

export interface Harness {
  readonly cluster: FakeCluster
  readonly producer: RecordProducer
  readonly delivered: Delivery[]
  readonly failed: {
    readonly owner: unknown
    readonly count: number
    readonly error: KafkaError
    tokens: readonly unknown[] | null
  }[]
  readonly troubles: string[]
  /** Appends records with these values to a partition of topic `t`. */
  append(partition: number | null, values: readonly string[], owner?: unknown): void
  log(partition: number): readonly string[]
}

export const harness = async (
  limits: Partial<ProducerLimits> = {},
  topics: Readonly<Record<string, number[]>> = { t: [1] },
): Promise<Harness> => {
  const cluster = createFakeCluster(topics)
  const delivered: Harness['delivered'] = []
  const failed: Harness['failed'] = []
  const troubles: string[] = []
  const producer = createRecordProducer(
    cluster,
    { ...LIMITS, ...limits },
    {
      delivered: (owner, count, landing, tokens) => delivered.push({ owner, count, landing, tokens }),
      failed: (owner, count, error, tokens) => failed.push({ owner, count, error, tokens }),
    },
    (message) => troubles.push(message),
  )
  after(() => producer.close())
  for (const topic of Object.keys(topics)) await producer.learn(topic, new AbortController().signal)
  return {
    cluster,
    producer,
    delivered,
    failed,
    troubles,
    append(partition, values, owner = 'owner') {
      for (const value of values) producer.append('t', partition, 0, null, value, [], owner, undefined)
    },
    log: (partition) => cluster.logs.get(`t-${partition}`) ?? [],
  }
}

/** `prefix0`, `prefix1`, ... */
export const numbered = (count: number, prefix = 'v'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)

/** Text of so many characters that begins with `prefix`. */
export const padded = (length: number, prefix: string): string => prefix.padEnd(length, '.')
