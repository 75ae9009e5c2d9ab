/** Brokers for the producer: logs in memory, and Kafka's check of sequence numbers. */
import { setTimeout as sleep } from 'node:timers/promises'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { BatchAnswer, ProduceCluster } from '../../src/kafka/produce-types.ts'
import type { ProducerIdentity, WireBatch } from '../../src/kafka/wire-batch.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'

/** Brokers keep the last batches of a producer, to know a repeated one again. */
const KEPT_BATCHES = 5

export const brokerSays = (code: string, retriable: boolean): KafkaError =>
  new KafkaError(code, `Could not write: ${code}`, { retriable })

/**
 * What happens to a batch: undefined, it is written; an error, the broker answers it; `cut`, the connection breaks before
 * the broker has the request; `lost`, after it was written.
 */
export type Fate = KafkaError | 'cut' | 'lost' | undefined

export interface FakeCluster extends ProduceCluster {
  readonly topics: Map<string, number[]>
  /** Values in the log of `topic-partition`. */
  readonly logs: Map<string, string[]>
  /** Each request: node, and the values of its batches. */
  readonly requests: { readonly node: number; readonly partitions: readonly string[]; readonly bytes: number }[]
  readonly identities: ProducerIdentity[]
  fate: (batch: WireBatch, values: readonly string[]) => Fate
  /** Milliseconds until the answer. */
  latency: (node: number) => number
  throttleMs: number
  noIdentity: boolean
  refreshes: number
  onRefresh: (topics: readonly string[]) => void
  /** Forgets producers, as after `producer.id.expiration.ms`. */
  forgetProducers(): void
  mostUnderWay: number
}

interface Written {
  readonly first: number
  readonly count: number
  readonly offset: number
}

export const createFakeCluster = (topics: Readonly<Record<string, number[]>>): FakeCluster => {
  const written = new Map<string, Written[]>()
  const answeredUpTo = new Map<number, Promise<unknown>>()
  const known = new Map<string, readonly number[]>()
  /** Counts the connections that broke, by node. */
  const connections = new Map<number, number>()
  let underWay = 0

  const write = (node: number, batch: WireBatch, bytes: Buffer): BatchAnswer & { cut?: boolean } => {
    const name = `${batch.topic}-${batch.partition}`
    const [read] = readBatches(bytes)
    const values: string[] = []
    for (const records = read!.records(); records.next(); ) values.push(String(records.value()))
    const fate = cluster.fate(batch, values)
    if (fate === 'cut') return { baseOffset: -1, cut: true }
    if (cluster.topics.get(batch.topic)?.[batch.partition] !== node) return refused('NOT_LEADER_OR_FOLLOWER', true)
    if (fate instanceof KafkaError) return { baseOffset: -1, error: fate }
    const log = cluster.logs.get(name) ?? []
    cluster.logs.set(name, log)
    const id = Number(read!.producerId)
    const batches = written.get(`${name} ${id}`) ?? []
    const first = read!.baseSequence
    const cut = fate === 'lost'
    if (id >= 0) {
      const same = batches.find((one) => one.first === first && one.count === values.length)
      if (same !== undefined) return { baseOffset: same.offset, cut }
      const last = batches.at(-1)
      if (last !== undefined && last.first + last.count !== first) return refused('OUT_OF_ORDER_SEQUENCE_NUMBER', false)
      written.set(
        `${name} ${id}`,
        [...batches, { first, count: values.length, offset: log.length }].slice(-KEPT_BATCHES),
      )
    }
    const baseOffset = log.length
    log.push(...values)
    return { baseOffset, cut }
  }

  const cluster: FakeCluster = {
    topics: new Map(Object.entries(topics).map(([topic, leaders]) => [topic, [...leaders]])),
    logs: new Map(),
    requests: [],
    identities: [],
    fate: () => undefined,
    latency: () => 0,
    throttleMs: 0,
    noIdentity: false,
    refreshes: 0,
    onRefresh: () => undefined,
    forgetProducers: () => written.clear(),
    mostUnderWay: 0,
    leaders: (topic) => known.get(topic),
    async refresh(wanted) {
      cluster.refreshes++
      cluster.onRefresh(wanted)
      await sleep(0)
      for (const topic of wanted) if (cluster.topics.has(topic)) known.set(topic, [...cluster.topics.get(topic)!])
    },
    async send(node, batches) {
      const bytes = batches.map((batch) => Buffer.from(batch.bytes!))
      const connection = connections.get(node) ?? 0
      cluster.requests.push({
        node,
        partitions: batches.map(({ topic, partition }) => `${topic}-${partition}`),
        bytes: bytes.reduce((sum, { length }) => sum + length, 0),
      })
      cluster.mostUnderWay = Math.max(cluster.mostUnderWay, ++underWay)
      const answers = batches.map((batch, i) => write(node, batch, bytes[i]!))
      // A connection's answers come in the order of its requests.
      const answered = Promise.all([answeredUpTo.get(node), sleep(cluster.latency(node))])
      answeredUpTo.set(node, answered)
      await answered
      underWay--
      if (answers.some(({ cut }) => cut)) connections.set(node, connection + 1)
      // What was sent behind a request on a connection that breaks gets no answer either.
      if ((connections.get(node) ?? 0) !== connection) throw brokerSays('CONNECTION_FAILED', true)
      return { throttleMs: cluster.throttleMs, answers }
    },
    async identity() {
      await sleep(0)
      if (cluster.noIdentity) return null
      const identity = { id: 1000 + cluster.identities.length, epoch: 0 }
      cluster.identities.push(identity)
      return identity
    },
    finish: ({ builder, identity, baseSequence }) =>
      builder.finish(identity === null ? {} : { producerId: identity.id, producerEpoch: identity.epoch, baseSequence }),
    close: async () => undefined,
  }
  return cluster
}

const refused = (code: string, retriable: boolean): BatchAnswer => ({
  baseOffset: -1,
  error: brokerSays(code, retriable),
})
