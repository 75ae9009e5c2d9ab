import { createRecordProducer } from '../src/kafka/produce.ts'
import type { Deliveries, ProduceCluster } from '../src/kafka/produce-types.ts'
import type { Converter } from '../src/plugin/converter.ts'
import type { SourceRecord } from '../src/plugin/record.ts'
import type { Polled } from '../src/plugin/text-block.ts'
import { encodeRequestBody } from '../src/protocol/message.ts'
import { produce } from '../src/protocol/messages/produce.ts'
import { Writer } from '../src/protocol/writer.ts'
import { createCommittableOffsets, type OffsetRun } from '../src/runtime/committable-offsets.ts'
import { createDeliver } from '../src/runtime/deliver.ts'
import type { Chain } from '../src/runtime/deliver-parts.ts'
import { createTextFrames } from '../src/runtime/text-frames.ts'
import { createTolerance } from '../src/runtime/tolerance.ts'
import { NO_LOG, NO_TOLERANCE, TOPIC } from './profile-stage.ts'

/** `batch.size` of our source tasks. */
export const BATCH_BYTES = 480 * 1024
/** `batch.size` of the file source: records of one poll. */
export const POLL_RECORDS = 2000
const PRODUCE_VERSION = 12

const LIMITS = {
  batchSize: BATCH_BYTES,
  lingerMs: 0,
  maxRequestSize: 1024 * 1024,
  bufferMemory: 8 * 1024 * 1024,
  deliveryTimeoutMs: 60_000,
  retries: 10,
  retryBackoffMs: 10,
  retryBackoffMaxMs: 100,
  maxInFlight: 5,
  maxBlockMs: 10_000,
  metadataMaxAgeMs: 300_000,
  idempotence: true,
  ignoreKeys: false,
}

export interface Delivery {
  /** Works off what one poll gave. */
  deliver(polled: Polled): Promise<void>
  /** Resolves when all are acknowledged. @returns how many that were since the last time */
  drain(): Promise<number>
  close(): Promise<void>
}

/** Transforms, converters, offsets and the producer, with a cluster that takes all: everything but poll and broker. */
export const openDelivery = (value: Converter, chain: Chain | null): Delivery => {
  const offsets = createCommittableOffsets()
  const deliveries: Deliveries = {
    delivered: (owner, count) => (owner as OffsetRun).done(count),
    failed: (_owner, _count, error) => {
      throw error
    },
  }
  const producer = createRecordProducer(takesAll(), LIMITS, deliveries, (message) => {
    throw new Error(message)
  })
  const { signal } = new AbortController()
  const deliver = createDeliver({
    chain,
    key: value,
    value,
    header: { fromConnectHeader: () => null, toConnectHeader: () => ({ schema: null, value: null }) },
    classNames: { key: '', value: '', header: '' },
    tolerance: createTolerance<SourceRecord>({ settings: NO_TOLERANCE, reporters: [], log: NO_LOG, signal }),
    offsets,
    producer,
    prepareTopic: (topic) => producer.learn(topic, signal),
    frames: createTextFrames({ chain, key: value, value }),
    signal,
  })
  return {
    deliver,
    async drain() {
      await producer.drain(10_000)
      if (offsets.outstanding > 0) throw new Error(`${offsets.outstanding} records were not acknowledged`)
      const { doneSinceTake } = offsets
      offsets.take()
      return doneSinceTake
    },
    close: () => producer.close(),
  }
}

/** Encodes each request as the real one does, and acknowledges it at once. */
const takesAll = (): ProduceCluster => {
  let offset = 0
  return {
    leaders: () => [1],
    refresh: async () => undefined,
    async send(_node, batches) {
      for (const { bytes } of batches) produceRequest(bytes!)
      return {
        throttleMs: 0,
        answers: batches.map(({ builder }) => {
          offset += builder.recordCount
          return { baseOffset: offset - builder.recordCount }
        }),
      }
    },
    identity: async () => ({ id: 1, epoch: 0 }),
    finish: ({ builder, identity, baseSequence }) =>
      builder.finish({ producerId: identity?.id ?? -1, producerEpoch: identity?.epoch ?? -1, baseSequence }),
    close: async () => undefined,
  }
}

/** As the producer encodes it: the batch itself is not copied. */
export const produceRequest = (batch: Buffer): void => {
  const writer = new Writer(1024, true)
  const topicData = [{ name: TOPIC, partitionData: [{ index: 0, records: batch }] }]
  encodeRequestBody(produce, PRODUCE_VERSION, { transactionalId: null, acks: -1, timeoutMs: 30_000, topicData }, writer)
  writer.pieces()
}
