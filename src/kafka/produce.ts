import { RecordBatchBuilder } from '../protocol/record-batch-builder.ts'
import type { ValueWriter } from '../protocol/record-batch-layout.ts'
import { createPartitionChooser } from './choose-partition.ts'
import { createProduceTally, topicTally } from './client-figures.ts'
import { KafkaError } from './errors.ts'
import { createPartitionQueue, type PartitionQueue, sealOpen } from './partition-queue.ts'
import { createProduceSender } from './produce-sender.ts'
import type {
  Deliveries,
  ProduceCluster,
  ProduceHeader,
  ProducerLimits,
  RecordProducer,
  WireBytes,
} from './produce-types.ts'
import { splitBatch } from './split-batch.ts'
import { noteOwner, openBatch, type WireBatch } from './wire-batch.ts'

/** Builders kept for the next batches; each holds a buffer of a batch's size. */
const SPARE_BUILDERS = 8

/**
 * Kafka's producer, with batches of our own: a record is copied once, into the batch that goes on the wire. Order is kept
 * per partition, also over retries and leader changes.
 */
export const createRecordProducer = (
  cluster: ProduceCluster,
  limits: ProducerLimits,
  deliveries: Deliveries,
  onTrouble: (message: string, error: unknown) => void,
): RecordProducer => {
  const chooser = createPartitionChooser(limits.ignoreKeys, limits.batchSize)
  const topics = new Map<string, PartitionQueue[]>()
  const tally = createProduceTally()
  const spare: RecordBatchBuilder[] = []
  const batchLimit = Math.max(1, Math.min(limits.batchSize, limits.maxRequestSize - 512))
  let bufferedBytes = 0
  let closed = false
  let lastTopic: string | undefined
  let lastQueues: PartitionQueue[] | undefined
  let waiters: (() => boolean)[] = []

  const builder = (): RecordBatchBuilder =>
    spare.pop() ?? new RecordBatchBuilder(Math.min(batchLimit + 4096, 64 * 1024))

  const release = (batch: WireBatch): void => {
    bufferedBytes -= batch.size
    batch.builder.reset()
    if (spare.length < SPARE_BUILDERS) spare.push(batch.builder)
  }

  /** Tells every owner of records in the batch, in order, and gives the buffer back. */
  const settle = (
    batch: WireBatch,
    tell: (owner: unknown, count: number, first: number, tokens: unknown[] | null) => void,
  ): void => {
    release(batch)
    let first = 0
    for (const [i, owner] of batch.owners.entries()) {
      const count = batch.counts[i]!
      tell(owner, count, first, batch.tokens?.slice(first, first + count) ?? null)
      first += count
    }
  }

  const sender = createProduceSender({
    cluster,
    limits,
    tally,
    onTrouble,
    topics: () => [...topics.keys()],
    isPressed: () => bufferedBytes >= limits.bufferMemory,
    delivered: (batch, baseOffset) => {
      const { topic, partition } = batch
      const bytesEach = batch.size / batch.builder.recordCount
      const ofTopic = topicTally(tally, topic)
      ofTopic.records += batch.builder.recordCount
      ofTopic.bytes += batch.size
      settle(batch, (owner, count, first, tokens) => {
        const offset = baseOffset < 0 ? -1 : baseOffset + first
        deliveries.delivered(owner, count, { topic, partition, baseOffset: offset, bytes: bytesEach * count }, tokens)
      })
    },
    failed: (batch, error) => {
      topicTally(tally, batch.topic).failed += batch.builder.recordCount
      settle(batch, (owner, count, _, tokens) => deliveries.failed(owner, count, error, tokens))
    },
    split: (batch) => {
      const parts = splitBatch(batch, builder)
      for (const part of parts ?? []) bufferedBytes += part.size
      if (parts !== null) release(batch)
      return parts
    },
    settled: () => {
      if (waiters.length > 0) waiters = waiters.filter((isSettled) => !isSettled())
    },
  })

  const queueOf = (topic: string, partition: number): PartitionQueue => {
    let queues = topic === lastTopic ? lastQueues : topics.get(topic)
    if (queues === undefined) {
      queues = []
      topics.set(topic, queues)
    }
    lastTopic = topic
    lastQueues = queues
    queues[partition] ??= createPartitionQueue(topic, partition)
    return queues[partition]
  }

  const openIn = (queue: PartitionQueue): WireBatch => {
    const batch = openBatch(queue.topic, queue.partition, builder())
    queue.open = batch
    sender.busy.add(queue)
    return batch
  }

  /** Takes back an open batch that has no record which is to be sent. */
  const discard = (queue: PartitionQueue, batch: WireBatch): void => {
    batch.builder.reset()
    queue.open = null
    if (spare.length < SPARE_BUILDERS) spare.push(batch.builder)
  }

  const partitionOf = (topic: string, given: number | null, key: WireBytes): number => {
    const leaders = cluster.leaders(topic)
    if (leaders === undefined) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Topic ${topic} is not known`, { retriable: false })
    }
    if (given === null) return chooser.choose(topic, leaders.length, key)
    if (given >= 0 && given < leaders.length) return given
    const range = `[0...${leaders.length - 1}]`
    const message = `Invalid partition given with record: ${given} is not in the range ${range} of topic ${topic}`
    throw new KafkaError('INVALID_PARTITION', message, { retriable: false })
  }

  const appended = (
    batch: WireBatch,
    bytes: number,
    given: number | null,
    owner: unknown,
    count: number,
    token?: unknown,
  ): void => {
    batch.size += bytes
    bufferedBytes += bytes
    if (given === null) chooser.appended(bytes)
    noteOwner(batch, owner, count, token)
  }

  const until = (isSettled: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const settles = (): boolean => {
        if (!isSettled() && !closed) return false
        resolve()
        return true
      }
      if (!settles()) waiters.push(settles)
    })

  return {
    knows: (topic) => cluster.leaders(topic) !== undefined,
    learn: sender.learn,
    append(topic, given, timestamp, key, value, headers, owner, token) {
      const queue = queueOf(topic, partitionOf(topic, given, key))
      let batch = queue.open ?? openIn(queue)
      let added = appendTo(batch.builder, timestamp, key, value, headers, batchLimit)
      if (added === 0) {
        sealOpen(queue)
        batch = openIn(queue)
        added = appendTo(batch.builder, timestamp, key, value, headers, batchLimit)
      }
      const { sizeInBytes, recordCount } = batch.builder
      if (added < 0) {
        if (recordCount === 0) discard(queue, batch)
        return false
      }
      if (sizeInBytes > limits.maxRequestSize) {
        // Only a batch of this one record can have become so large.
        discard(queue, batch)
        throw tooLarge(sizeInBytes, limits.maxRequestSize)
      }
      appended(batch, added, given, owner, 1, token)
      if (sizeInBytes >= batchLimit) sealOpen(queue)
      return true
    },
    appendTexts(topic, given, timestamp, frame, texts, from, owner) {
      let next = from
      while (next < texts.length) {
        const queue = queueOf(topic, partitionOf(topic, given, null))
        const batch = queue.open ?? openIn(queue)
        const before = batch.builder.sizeInBytes
        const count = batch.builder.appendTexts(timestamp, frame, texts, next, batchLimit)
        if (batch.builder.recordCount === 0) {
          discard(queue, batch)
          break
        }
        next += count
        if (count > 0) appended(batch, batch.builder.sizeInBytes - before, given, owner, count)
        if (next < texts.length) sealOpen(queue)
      }
      return next - from
    },
    dispatch() {
      sender.pump()
      if (bufferedBytes < limits.bufferMemory || closed) return undefined
      return until(() => bufferedBytes < limits.bufferMemory)
    },
    async drain(ms) {
      sender.hurry(true)
      sender.pump()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.min(ms, 0x7fffffff))
      })
      await Promise.race([until(() => bufferedBytes === 0), late])
      clearTimeout(timer)
      sender.hurry(false)
      return bufferedBytes === 0
    },
    async close() {
      closed = true
      for (const settles of waiters) settles()
      await sender.close()
    },
    get bufferedBytes() {
      return bufferedBytes
    },
    figures: () => ({
      kind: 'producer',
      ...tally,
      bufferBytes: limits.bufferMemory,
      bufferedBytes,
      unreachableSince: cluster.unreachableSince?.(),
    }),
  }
}

const appendTo = (
  builder: RecordBatchBuilder,
  timestamp: number,
  key: WireBytes,
  value: WireBytes | ValueWriter,
  headers: readonly ProduceHeader[],
  limit: number,
): number =>
  value === null || typeof value === 'string' || value instanceof Uint8Array
    ? builder.append(timestamp, key, value, headers, limit)
    : builder.appendWritten(timestamp, key, value, headers, limit)

const tooLarge = (size: number, limit: number): KafkaError =>
  new KafkaError(
    'RECORD_TOO_LARGE',
    `The message is ${size} bytes when serialized which is larger than ${limit}, which is the value of the max.request.size configuration.`,
    { retriable: false },
  )
