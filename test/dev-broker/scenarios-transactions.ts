import { addOffsetsToTxn } from '../../src/protocol/messages/add-offsets-to-txn.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { txnOffsetCommit } from '../../src/protocol/messages/txn-offset-commit.ts'
import { waitUntil } from '../helpers/processes.ts'
import { batchOf } from './batches.ts'
import type { Conversation } from './conversation.ts'
import { fetchFrom, offsetsAt, produceTo, type Scenario } from './scenarios-records.ts'

interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

const steps = (talk: Conversation, transactionalId: string, topic: string) => ({
  init: () => talk.call(initProducerId, 4, { transactionalId, transactionTimeoutMs: 60_000 }),
  add: ({ producerId, producerEpoch }: Producer, partitions = [0], name = topic) =>
    talk.call(addPartitionsToTxn, 3, { transactionalId, producerId, producerEpoch, topics: [{ name, partitions }] }),
  write: (producer: Producer, baseSequence: number, values: string[], index = 0) =>
    talk.call(
      produce,
      9,
      produceTo(topic, batchOf(current(values), { ...pick(producer), baseSequence, transactional: true }), {
        transactionalId,
        index,
      }),
    ),
  end: ({ producerId, producerEpoch }: Producer, committed: boolean) =>
    talk.call(endTxn, 4, { transactionalId, producerId, producerEpoch, committed }),
  /** Kafka writes the markers after it has answered: waits until the partition is stable. */
  settled: async (partition = 0) => {
    await waitUntil(
      async () => {
        const [stable, end] = [
          await talk.ask(listOffsets, 7, offsetsAt(topic, -1, { committed: true, partition })),
          await talk.ask(listOffsets, 7, offsetsAt(topic, -1, { partition })),
        ]
        return stable.topics[0]!.partitions[0]!.offset === end.topics[0]!.partitions[0]!.offset
      },
      { timeoutMs: 60_000, what: 'the transaction to end' },
    )
  },
})

/** With the time of now, which markers have as well: Kafka begins a new segment when times are a week apart. */
const current = (values: readonly string[]) => values.map((value) => ({ value, timestamp: Date.now() }))

const pick = ({ producerId, producerEpoch }: Producer): Producer => ({ producerId, producerEpoch })

/** The outcome of a read, without the records: markers have the broker's time. */
const readAll = async (talk: Conversation, topic: string, committed: boolean): Promise<void> => {
  const { responses } = await talk.ask(fetchApi, 12, fetchFrom(topic, 0, { committed }))
  const { records, abortedTransactions, ...rest } = responses[0]!.partitions[0]!
  const aborted = abortedTransactions?.map(({ firstOffset }) => firstOffset) ?? null
  talk.transcript.push({ api: 'Fetch', version: 12, answer: { ...rest, aborted, bytes: records?.length } })
}

const commitAndAbort: Scenario = async (talk) => {
  const id = talk.name('writer')
  const topic = await talk.topic('ledger', { partitions: 2 })
  await talk.coordinator(id, 1)
  const { init, add, write, end, settled } = steps(talk, id, topic)
  const me = await init()
  await add(me, [0, 1])
  await write(me, 0, ['a', 'b'])
  await write(me, 0, ['c'], 1)
  await readAll(talk, topic, true)
  await talk.call(listOffsets, 7, offsetsAt(topic, -1, { committed: true }))
  await end(me, true)
  await settled()
  await readAll(talk, topic, true)
  await end(me, true) // again
  await end(me, false) // too late
  await add(me)
  await write(me, 2, ['d'])
  await end(me, false)
  await settled()
  await readAll(talk, topic, true)
  await readAll(talk, topic, false)
  await add(me)
  await write(me, 3, ['e'])
  await end(me, true)
  await settled()
  await readAll(talk, topic, true)
  await talk.call(fetchApi, 12, fetchFrom(topic, 9, { committed: true }))
}

const refusals: Scenario = async (talk) => {
  const id = talk.name('refused')
  const topic = await talk.topic('ledger')
  await talk.coordinator(id, 1)
  const { init, add, write, end } = steps(talk, id, topic)
  await talk.call(initProducerId, 4, { transactionalId: id, transactionTimeoutMs: 10_000_000 })
  await talk.call(initProducerId, 4, { transactionalId: '', transactionTimeoutMs: 1000 })
  await add({ producerId: 123_456, producerEpoch: 0 })
  await end({ producerId: 123_456, producerEpoch: 0 }, true)
  const me = await init()
  await end(me, true) // nothing has begun
  await add(me, [0, 5])
  await add(me, [0], talk.name('missing'))
  await add({ ...pick(me), producerEpoch: 7 })
  await add({ ...pick(me), producerId: me.producerId + 1000 })
  await add(me)
  await write(me, 0, ['a'])
  await write({ ...pick(me), producerEpoch: 5 }, 1, ['b'])
  await end({ ...pick(me), producerEpoch: 5 }, true)
  await end(me, false)
}

const fencing: Scenario = async (talk) => {
  const id = talk.name('fenced')
  const topic = await talk.topic('ledger')
  await talk.coordinator(id, 1)
  const { init, add, write, end, settled } = steps(talk, id, topic)
  const old = await init()
  await add(old)
  await write(old, 0, ['lost'])
  const current = await init()
  await settled()
  await readAll(talk, topic, true)
  await write(old, 1, ['zombie'])
  await add(old)
  await end(old, true)
  await talk.call(endTxn, 1, { transactionalId: id, ...pick(old), committed: true })
  await add(current)
  await write(current, 0, ['new'])
  await end(current, true)
  await settled()
  await readAll(talk, topic, true)
  await talk.call(initProducerId, 4, { transactionalId: id, transactionTimeoutMs: 60_000, ...pick(current) })
  await talk.call(initProducerId, 4, { transactionalId: id, transactionTimeoutMs: 60_000, ...pick(old) })
  await talk.call(initProducerId, 3, { transactionalId: id, transactionTimeoutMs: 60_000, ...pick(old) })
}

const offsetsInTransaction: Scenario = async (talk) => {
  const id = talk.name('mover')
  const group = talk.name('moved')
  const topic = await talk.topic('input', { partitions: 2 })
  await talk.coordinator(id, 1)
  await talk.coordinator(group, 0)
  const { init, end } = steps(talk, id, topic)
  const me = await init()
  const commit = (committedOffset: number, producer: Producer = me) =>
    talk.call(txnOffsetCommit, 3, {
      transactionalId: id,
      groupId: group,
      ...pick(producer),
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: '' }] }],
    })
  const read = (requireStable: boolean) =>
    talk.call(offsetFetch, 7, { groupId: group, topics: [{ name: topic, partitionIndexes: [0, 1] }], requireStable })
  await talk.call(addOffsetsToTxn, 3, { transactionalId: id, ...pick(me), groupId: group })
  await commit(5)
  await read(false)
  await read(true)
  await end(me, true)
  await stableOffsets(talk, group, topic)
  await read(true)
  await talk.call(addOffsetsToTxn, 3, { transactionalId: id, ...pick(me), groupId: group })
  await commit(9)
  await end(me, false)
  await stableOffsets(talk, group, topic)
  await read(true)
  await talk.call(addOffsetsToTxn, 3, { transactionalId: id, ...pick(me), producerEpoch: 99, groupId: group })
}

const stableOffsets = async (talk: Conversation, groupId: string, topic: string): Promise<void> => {
  await waitUntil(
    async () => {
      const { topics } = await talk.ask(offsetFetch, 7, {
        groupId,
        topics: [{ name: topic, partitionIndexes: [0] }],
        requireStable: true,
      })
      return topics[0]!.partitions[0]!.errorCode === 0
    },
    { timeoutMs: 60_000, what: 'the offsets to be stable' },
  )
}

export const transactionScenarios: Readonly<Record<string, Scenario>> = {
  'transactions are committed and aborted': commitAndAbort,
  'a transaction is refused with the same errors': refusals,
  'an old producer is fenced': fencing,
  'offsets are committed with a transaction': offsetsInTransaction,
}
