import { loadCodec } from '../../src/protocol/compression.ts'
import { zeroUuid } from '../../src/protocol/message-fields.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { offsetForLeaderEpoch } from '../../src/protocol/messages/offset-for-leader-epoch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { batchOf, noon } from './batches.ts'
import type { Conversation } from './conversation.ts'

export type Scenario = (talk: Conversation) => Promise<void>

export const produceTo = (
  topic: string,
  records: Buffer | null,
  more: { index?: number; acks?: number; transactionalId?: string; topicId?: string } = {},
) => ({
  transactionalId: more.transactionalId ?? null,
  acks: more.acks ?? -1,
  timeoutMs: 60_000,
  topicData: [{ name: topic, topicId: more.topicId ?? zeroUuid, partitionData: [{ index: more.index ?? 0, records }] }],
})

export const fetchFrom = (
  topic: string,
  fetchOffset: number,
  more: {
    partition?: number
    maxBytes?: number
    partitionMaxBytes?: number
    committed?: boolean
    sessionId?: number
    sessionEpoch?: number
    topicId?: string
    epoch?: number
    maxWaitMs?: number
    minBytes?: number
  } = {},
) => ({
  replicaId: -1,
  maxWaitMs: more.maxWaitMs ?? 0,
  minBytes: more.minBytes ?? 1,
  maxBytes: more.maxBytes ?? 1024 * 1024,
  isolationLevel: more.committed ? 1 : 0,
  sessionId: more.sessionId ?? 0,
  sessionEpoch: more.sessionEpoch ?? -1,
  topics: [
    {
      topic,
      topicId: more.topicId ?? zeroUuid,
      partitions: [
        {
          partition: more.partition ?? 0,
          currentLeaderEpoch: more.epoch ?? -1,
          fetchOffset,
          partitionMaxBytes: more.partitionMaxBytes ?? 1024 * 1024,
        },
      ],
    },
  ],
  forgottenTopicsData: [],
  rackId: '',
})

export const offsetsAt = (
  topic: string,
  timestamp: number,
  more: { partition?: number; committed?: boolean } = {},
) => ({
  replicaId: -1,
  isolationLevel: more.committed ? 1 : 0,
  topics: [{ name: topic, partitions: [{ partitionIndex: more.partition ?? 0, timestamp }] }],
})

const producing: Scenario = async (talk) => {
  const topic = await talk.topic('written', { partitions: 2 })
  for (const version of [3, 5, 8, 9, 11]) {
    await talk.call(produce, version, produceTo(topic, batchOf([`version ${version}`, 'and one more'])))
  }
  await talk.call(produce, 9, produceTo(topic, batchOf(['other']), { index: 1, acks: 1 }))
  await talk.call(produce, 9, produceTo(topic, batchOf(['nowhere']), { index: 2 }))
  await talk.call(produce, 9, produceTo(talk.name('missing'), batchOf(['nowhere'])))
  await talk.call(produce, 9, produceTo(topic, batchOf(['acks 2']), { acks: 2 }))
  const damaged = batchOf(['damaged'])
  damaged[damaged.length - 1]! ^= 1
  await talk.call(produce, 9, produceTo(topic, damaged))
  const two = Buffer.concat([batchOf(['one']), batchOf(['two'])])
  await talk.call(produce, 9, produceTo(topic, two))
  await talk.call(produce, 9, produceTo(topic, batchOf(['x'.repeat(1_100_000)])))
  const { topics } = await talk.ask(metadata, 12, {
    topics: [{ name: topic }],
    includeTopicAuthorizedOperations: false,
  })
  const topicId = topics[0]!.topicId
  await talk.call(produce, 13, produceTo('', batchOf(['by id']), { topicId }))
  await talk.call(produce, 13, produceTo('', batchOf(['by id']), { topicId: '12345678-1234-1234-1234-123456789abc' }))
  for (const name of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const codec = await loadCodec(name)
    await talk.call(produce, 9, produceTo(topic, batchOf(['compressed', name], { codec })))
  }
  await talk.call(listOffsets, 7, offsetsAt(topic, -1))
}

const fetching: Scenario = async (talk) => {
  const topic = await talk.topic('read', { partitions: 2 })
  for (let i = 0; i < 5; i++) await talk.ask(produce, 9, produceTo(topic, batchOf([`a${i}`, `b${i}`, `c${i}`])))
  const { topics } = await talk.ask(metadata, 12, {
    topics: [{ name: topic }],
    includeTopicAuthorizedOperations: false,
  })
  const topicId = topics[0]!.topicId
  for (const version of [4, 7, 11, 12]) await talk.call(fetchApi, version, fetchFrom(topic, 0))
  for (const version of [13, 15, 16, 17]) await talk.call(fetchApi, version, fetchFrom('', 4, { topicId }))
  await talk.call(fetchApi, 13, fetchFrom('', 0, { topicId: '12345678-1234-1234-1234-123456789abc' }))
  await talk.call(fetchApi, 12, fetchFrom(topic, 15))
  await talk.call(fetchApi, 12, fetchFrom(topic, 16))
  await talk.call(fetchApi, 12, fetchFrom(topic, -1))
  await talk.call(fetchApi, 12, fetchFrom(topic, 0, { partition: 1 }))
  await talk.call(fetchApi, 12, fetchFrom(topic, 0, { partition: 7 }))
  await talk.call(fetchApi, 12, fetchFrom(talk.name('missing'), 0))
  await talk.call(fetchApi, 12, fetchFrom(topic, 0, { epoch: 0 }))
  await talk.call(fetchApi, 12, fetchFrom(topic, 0, { epoch: 9 }))
  await talk.call(fetchApi, 12, fetchFrom(topic, 0, { sessionId: 77, sessionEpoch: 3 }))
  await talk.call(fetchApi, 12, fetchFrom(topic, 3, { committed: true }))
  await talk.call(offsetForLeaderEpoch, 4, {
    topics: [
      {
        topic,
        partitions: [
          { partition: 0, currentLeaderEpoch: 0, leaderEpoch: 0 },
          { partition: 9, leaderEpoch: 0 },
        ],
      },
    ],
  })
}

const lookingUp: Scenario = async (talk) => {
  const topic = await talk.topic('times')
  const times = [10, 20, 30, 25, 40]
  for (const time of times) {
    const codec = time === 30 ? await loadCodec('gzip') : undefined
    const records = [
      { value: 'a', timestamp: noon + time },
      { value: 'b', timestamp: noon + time + 1 },
    ]
    await talk.ask(produce, 9, produceTo(topic, batchOf(records, { codec })))
  }
  for (const version of [1, 4, 6, 7]) {
    for (const timestamp of [-1, -2]) await talk.call(listOffsets, version, offsetsAt(topic, timestamp))
  }
  for (const time of [0, 10, 11, 12, 26, 31, 32, 41, 42]) {
    await talk.call(listOffsets, 7, offsetsAt(topic, noon + time))
  }
  await talk.call(listOffsets, 7, offsetsAt(topic, -3))
  await talk.call(listOffsets, 8, offsetsAt(topic, -4))
  await talk.call(listOffsets, 7, offsetsAt(topic, -1, { partition: 5 }))
  const empty = await talk.topic('empty')
  for (const timestamp of [-1, -2, -3, noon]) await talk.call(listOffsets, 7, offsetsAt(empty, timestamp))
}

const idempotence: Scenario = async (talk) => {
  const topic = await talk.topic('idempotent')
  const { producerId, producerEpoch } = await talk.call(initProducerId, 4, {
    transactionalId: null,
    transactionTimeoutMs: 60_000,
  })
  const write = (baseSequence: number, count: number, epoch = producerEpoch) => {
    const records = Array.from({ length: count }, (_, i) => `${baseSequence + i}`)
    return talk.call(produce, 9, produceTo(topic, batchOf(records, { producerId, producerEpoch: epoch, baseSequence })))
  }
  await write(0, 3)
  await write(3, 2)
  await write(3, 2) // again: the same offset
  await write(0, 3)
  await write(7, 1) // a gap
  await write(5, 1)
  await write(4, 2) // overlaps
  for (let i = 6; i < 12; i++) await write(i, 1)
  await write(5, 1) // too long ago to be known
  await write(4, 1, producerEpoch + 1) // a new epoch begins at 0
  await write(0, 1, producerEpoch + 1)
  await write(12, 1)
  await talk.call(listOffsets, 7, offsetsAt(topic, -1))
}

const deletingRecords: Scenario = async (talk) => {
  const topic = await talk.topic('shortened')
  for (let i = 0; i < 4; i++) await talk.ask(produce, 9, produceTo(topic, batchOf([`a${i}`, `b${i}`])))
  const remove = (offset: number, partitionIndex = 0, name = topic) =>
    talk.call(deleteRecords, 2, { topics: [{ name, partitions: [{ partitionIndex, offset }] }], timeoutMs: 60_000 })
  await remove(3)
  await talk.call(fetchApi, 12, fetchFrom(topic, 2))
  await talk.call(fetchApi, 12, fetchFrom(topic, 3))
  await talk.call(listOffsets, 7, offsetsAt(topic, -2))
  await remove(2)
  await remove(9)
  await remove(0, 4)
  await remove(-1)
  await talk.call(listOffsets, 7, offsetsAt(topic, -2))
}

const compactedTopic: Scenario = async (talk) => {
  const topic = await talk.topic('compacted', { config: { 'cleanup.policy': 'compact' } })
  await talk.call(produce, 9, produceTo(topic, batchOf([{ key: 'k', value: 'v' }])))
  await talk.call(produce, 9, produceTo(topic, batchOf(['without a key'])))
  await talk.call(
    produce,
    9,
    produceTo(topic, batchOf([{ key: 'k', value: null }], { codec: await loadCodec('gzip') })),
  )
  await talk.call(deleteRecords, 2, {
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset: 1 }] }],
    timeoutMs: 60_000,
  })
}

const appendTime: Scenario = async (talk) => {
  const topic = await talk.topic('stamped', { config: { 'message.timestamp.type': 'LogAppendTime' } })
  await talk.call(produce, 9, produceTo(topic, batchOf(['a', 'b'])))
  await talk.call(listOffsets, 7, offsetsAt(topic, -1))
  const future = await talk.topic('future')
  await talk.call(produce, 9, produceTo(future, batchOf([{ value: 'a', timestamp: Date.now() + 7_200_000 }])))
}

export const recordScenarios: Readonly<Record<string, Scenario>> = {
  'records are written, and refused with the same errors': producing,
  'records are read, and refused with the same errors': fetching,
  'offsets are looked up by time and position': lookingUp,
  'an idempotent producer is followed by its sequence numbers': idempotence,
  'records are deleted up to an offset': deletingRecords,
  'a compacted topic wants keys': compactedTopic,
  'the broker stamps its own time': appendTime,
}
