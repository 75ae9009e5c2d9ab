import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, type TestContext, test } from 'node:test'
import { type DevBroker, type DevBrokerOptions, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { loadCodec, loadCodecs } from '../../src/protocol/compression.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { inTime } from '../helpers/in-time.ts'
import { batchOf, noon, type ReadRecord, recordsOf } from './batches.ts'
import { type RawClient, rawClient } from './raw-client.ts'
import { fetchFrom, offsetsAt, produceTo } from './scenarios-records.ts'

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-broker-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Opened {
  readonly broker: DevBroker
  readonly client: RawClient
  close(): Promise<void>
}

const open = async (options: DevBrokerOptions): Promise<Opened> => {
  const broker = await startDevBroker({ topicDefaults: { 'retention.ms': '-1' }, ...options })
  const client = await rawClient(broker.bootstrap)
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    client.close()
    stillOpen.delete(close)
    closing ??= broker.close()
    return closing
  }
  stillOpen.add(close)
  return { broker, client, close }
}

/** Those of a test that has failed. */
const stillOpen = new Set<() => Promise<void>>()
afterEach(() => Promise.all([...stillOpen].map((close) => close())))

const create = async (client: RawClient, name: string, config: Record<string, string> = {}): Promise<void> => {
  const configs = Object.entries(config).map(([key, value]) => ({ name: key, value }))
  const { topics } = await client.call(createTopics, 5, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs }],
  })
  assert.equal(topics[0]!.errorCode, 0)
}

const write = async (client: RawClient, topic: string, batch: Buffer): Promise<number> => {
  const { responses } = await client.call(produce, 9, produceTo(topic, batch))
  const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!
  assert.equal(errorCode, 0)
  return baseOffset
}

const edges = async (client: RawClient, topic: string): Promise<readonly [first: number, end: number]> => {
  const at = async (time: number) =>
    (await client.call(listOffsets, 7, offsetsAt(topic, time))).topics[0]!.partitions[0]!.offset
  return [await at(-2), await at(-1)]
}

const lastOffsetOf = (bytes: Buffer | null): number => {
  let last = Number.MAX_SAFE_INTEGER
  for (const { lastOffset } of readBatches(bytes)) last = lastOffset
  return last
}

/** All records, over several fetches when the log has several segments. */
const readAll = async (client: RawClient, topic: string): Promise<ReadRecord[]> => {
  const codecs = await loadCodecs()
  const [first, end] = await edges(client, topic)
  const all: ReadRecord[] = []
  for (let offset = first; offset < end; ) {
    const { responses } = await client.call(fetchApi, 12, fetchFrom(topic, offset))
    const { errorCode, records } = responses[0]!.partitions[0]!
    assert.equal(errorCode, 0)
    const some = recordsOf(records, { codecs, fromOffset: offset })
    all.push(...some)
    const next = lastOffsetOf(records) + 1 // of a marker too, which is no record
    assert.ok(next > offset)
    offset = next
  }
  return all
}

const values = (records: readonly ReadRecord[]): (string | null)[] => records.map(({ value }) => value)

test('records, topics and their settings are there after a restart, with a second segment begun', async (t) => {
  const dataDir = folderOf(t)
  const first = await open({ dataDir })
  await create(first.client, 'kept', { 'internal.segment.bytes': '1024' })
  for (let i = 0; i < 40; i++) await write(first.client, 'kept', batchOf([`value ${i}`, `and ${i}`]))
  await first.close()
  assert.ok(readdirSync(join(dataDir, 'kept-0')).filter((name) => name.endsWith('.log')).length > 3)
  const second = await open({ dataDir })
  const expected = Array.from({ length: 40 }, (_, i) => [`value ${i}`, `and ${i}`]).flat()
  assert.deepEqual(values(await readAll(second.client, 'kept')), expected)
  assert.equal(await write(second.client, 'kept', batchOf(['next'])), 80)
  assert.equal(
    (await second.client.call(listOffsets, 7, offsetsAt('kept', noon + 1))).topics[0]!.partitions[0]!.offset,
    1,
  )
  await second.close()
})

/** What a killed broker leaves behind: its files as they were while it ran. */
const killed = async (dataDir: string, work: (client: RawClient) => Promise<void>): Promise<void> => {
  const { broker, client } = await open({ dataDir })
  await work(client)
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dataDir, name))
    .filter((path) => statSync(path).isFile())
  const contents = files.map((path) => readFileSync(path))
  client.close()
  await broker.close()
  for (const path of readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((name) => join(dataDir, name)))
    if (statSync(path).isFile()) rmSync(path)
  files.forEach((path, i) => {
    writeFileSync(path, path.endsWith('broker.pid') ? '999999999' : contents[i]!)
  })
}

const logFile = (dataDir: string, topic: string): string => {
  const folder = join(dataDir, `${topic}-0`)
  return join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1)!,
  )
}

test('a batch that was cut off by a kill is cut away, the acknowledged ones before it stay', async (t) => {
  const dataDir = folderOf(t)
  await killed(dataDir, async (client) => {
    await create(client, 'torn')
    for (let i = 0; i < 10; i++) await write(client, 'torn', batchOf([`value ${i}`]))
  })
  appendFileSync(logFile(dataDir, 'torn'), batchOf(['half of a batch']).subarray(0, 70))
  const lines: string[] = []
  const { client, close } = await open({ dataDir, log: (line) => lines.push(line) })
  assert.deepEqual(
    values(await readAll(client, 'torn')),
    Array.from({ length: 10 }, (_, i) => `value ${i}`),
  )
  assert.equal(await write(client, 'torn', batchOf(['after'])), 10)
  assert.match(lines.join('\n'), /torn-0: 70 bytes at the end are cut off/)
  await close()
})

test('a batch whose checksum is wrong, and what follows, is cut away', async (t) => {
  const dataDir = folderOf(t)
  await killed(dataDir, async (client) => {
    await create(client, 'damaged')
    for (let i = 0; i < 3; i++) await write(client, 'damaged', batchOf([`value ${i}`]))
  })
  const path = logFile(dataDir, 'damaged')
  const bytes = readFileSync(path)
  bytes[bytes.length - 2]! ^= 0xff
  writeFileSync(path, bytes)
  const { client, close } = await open({ dataDir })
  assert.deepEqual(values(await readAll(client, 'damaged')), ['value 0', 'value 1'])
  await close()
})

test('sequence numbers of an idempotent producer are known after a kill', async (t) => {
  const dataDir = folderOf(t)
  let producerId = -1
  const batch = (baseSequence: number) => batchOf([`${baseSequence}`], { producerId, producerEpoch: 0, baseSequence })
  await killed(dataDir, async (client) => {
    await create(client, 'once', { 'internal.segment.bytes': '1024' })
    producerId = (await client.call(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 }))
      .producerId
    for (let i = 0; i < 30; i++) await write(client, 'once', batch(i))
  })
  const { client, close } = await open({ dataDir })
  assert.equal(await write(client, 'once', batch(29)), 29)
  assert.equal(await write(client, 'once', batch(30)), 30)
  const other = await client.call(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 })
  assert.ok(other.producerId > producerId, 'no producer id is given out twice')
  await close()
})

test('an index file that is missing or does not fit is made anew by reading the segment', async (t) => {
  const dataDir = folderOf(t)
  const first = await open({ dataDir })
  await create(first.client, 'indexed', { 'internal.segment.bytes': '1024' })
  for (let i = 0; i < 30; i++) await write(first.client, 'indexed', batchOf([`value ${i}`]))
  await first.close()
  const folder = join(dataDir, 'indexed-0')
  const indexes = readdirSync(folder).filter((name) => name.endsWith('.index'))
  rmSync(join(folder, indexes[0]!))
  truncateSync(join(folder, indexes[1]!), 9)
  writeFileSync(join(folder, 'partition.json'), '{ "startOffset"')
  const second = await open({ dataDir })
  assert.equal((await readAll(second.client, 'indexed')).length, 30)
  await second.close()
})

for (const [where, isInMemory] of [
  ['in memory', true],
  ['in files', false],
] as const) {
  test(`a compacted topic keeps the last value of each key, ${where}`, async (t) => {
    const options = isInMemory ? {} : { dataDir: folderOf(t) }
    const { client, close } = await open(options)
    await create(client, 'state', {
      'cleanup.policy': 'compact',
      'internal.segment.bytes': '2048',
      'delete.retention.ms': '0',
    })
    const gzip = await loadCodec('gzip')
    for (let i = 0; i < 200; i++) {
      const records = ['a', 'b', 'c'].map((key) => ({ key, value: `${key} ${i}` }))
      await write(
        client,
        'state',
        batchOf(
          i === 0 ? [...records, { key: 'once', value: 'kept' }, { key: 'gone', value: 'x' }] : records,
          i % 3 === 0 ? { codec: gzip } : {},
        ),
      )
      if (i === 1) await write(client, 'state', batchOf([{ key: 'gone', value: null, timestamp: 1 }]))
    }
    const records = await readAll(client, 'state')
    const latest = new Map(records.map(({ key, value }) => [key, value]))
    assert.deepEqual([...latest].sort(), [
      ['a', 'a 199'],
      ['b', 'b 199'],
      ['c', 'c 199'],
      ['once', 'kept'],
    ])
    assert.ok(records.length < 300, `${records.length} of 603 records are left`)
    const offsets = records.map(({ offset }) => offset)
    assert.deepEqual(
      offsets,
      [...offsets].sort((a, b) => a - b),
    )
    assert.equal((await edges(client, 'state'))[1], 603)
    await close()
    if (isInMemory) return
    const again = await open(options)
    assert.deepEqual(await readAll(again.client, 'state'), records)
    await again.close()
  })
}

test('retention.bytes drops the oldest segments', async () => {
  const { client, close } = await open({})
  await create(client, 'small', { 'internal.segment.bytes': '1024', 'retention.bytes': '4096' })
  for (let i = 0; i < 200; i++) await write(client, 'small', batchOf([`value ${i}`]))
  const [first, end] = await edges(client, 'small')
  assert.equal(end, 200)
  assert.ok(first > 100 && first < 180, `${first}`)
  assert.equal((await readAll(client, 'small')).length, end - first)
  await close()
})

test('retention.ms drops segments whose records are all older', async () => {
  const { client, close } = await open({})
  await create(client, 'old', { 'internal.segment.bytes': '1024', 'retention.ms': '60000' })
  for (let i = 0; i < 50; i++)
    await write(client, 'old', batchOf([{ value: `old ${i}`, timestamp: Date.now() - 120_000 }]))
  for (let i = 0; i < 20; i++) await write(client, 'old', batchOf([{ value: `new ${i}`, timestamp: Date.now() }]))
  const left = values(await readAll(client, 'old'))
  assert.ok(left.length < 40 && left.length >= 20, `${left.length}`)
  assert.deepEqual(
    left.slice(-20),
    Array.from({ length: 20 }, (_, i) => `new ${i}`),
  )
  await close()
})

test('memory for records is bounded: the oldest are dropped, with one line in the log', async () => {
  const lines: string[] = []
  const { client, close } = await open({ maxMemoryBytes: 10_000_000, log: (line) => lines.push(line) })
  await create(client, 'much')
  for (let i = 0; i < 40; i++) await write(client, 'much', batchOf(['x'.repeat(900_000)]))
  const [first, end] = await edges(client, 'much')
  assert.equal(end, 40)
  assert.ok(first >= 28 && first < 40, `${first}`)
  assert.equal(lines.filter((line) => line.includes('full')).length, 1)
  await close()
})

test('a deleted topic is gone from the disk, and begins at 0 when it is created again', async (t) => {
  const dataDir = folderOf(t)
  const { client, close } = await open({ dataDir })
  await create(client, 'again')
  await write(client, 'again', batchOf(['one']))
  const { deleteTopics } = await import('../../src/protocol/messages/delete-topics.ts')
  await client.call(deleteTopics, 5, { topicNames: ['again'], timeoutMs: 1000 })
  assert.ok(!readdirSync(dataDir).includes('again-0'))
  await create(client, 'again')
  assert.equal(await write(client, 'again', batchOf(['two'])), 0)
  await close()
})

test('with fsync, and many writers at once, every record is there', async (t) => {
  const dataDir = folderOf(t)
  const { broker, client, close } = await open({ dataDir, fsync: true })
  await client.call(metadata, 9, {
    topics: [{ name: 'synced' }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  })
  const writers = await Promise.all(Array.from({ length: 5 }, () => rawClient(broker.bootstrap)))
  await Promise.all(
    writers.flatMap((writer) => Array.from({ length: 20 }, (_, i) => write(writer, 'synced', batchOf([`${i}`])))),
  )
  assert.equal((await readAll(client, 'synced')).length, 100)
  for (const writer of writers) writer.close()
  await close()
})

test('a damaged batch in the middle of the log takes what follows in its segment with it, and no more', async (t) => {
  const dataDir = folderOf(t)
  await killed(dataDir, async (client) => {
    await create(client, 'holed', { 'internal.segment.bytes': '1024' })
    for (let i = 0; i < 40; i++) await write(client, 'holed', batchOf([`value ${i}`]))
  })
  const folder = join(dataDir, 'holed-0')
  const [first] = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort() as [string]
  const bytes = readFileSync(join(folder, first))
  bytes[Math.floor(bytes.length / 2)]! ^= 0xff
  writeFileSync(join(folder, first), bytes)
  rmSync(join(folder, first.replace('.log', '.index'))) // or it would not be looked at
  const lines: string[] = []
  const { client, close } = await open({ dataDir, log: (line) => lines.push(line) })
  const left = await readAll(client, 'holed')
  assert.equal(left[0]!.value, 'value 0')
  assert.equal(left.at(-1)!.value, 'value 39')
  assert.ok(left.length >= 30 && left.length < 40, `${left.length}`)
  assert.ok(left.every(({ offset, value }) => value === `value ${offset}`))
  assert.match(lines.join('\n'), /holed-0: \d+ bytes at the end of 0+\.log are cut off/)
  await close()
})

test('a look-up by time passes over records that were deleted, within their segment', async () => {
  const { client, close } = await open({})
  await create(client, 'times')
  await write(client, 'times', batchOf([{ value: 'late', timestamp: noon + 100 }]))
  await write(client, 'times', batchOf([{ value: 'later', timestamp: noon + 200 }]))
  const { deleteRecords } = await import('../../src/protocol/messages/delete-records.ts')
  await client.call(deleteRecords, 2, {
    topics: [{ name: 'times', partitions: [{ partitionIndex: 0, offset: 1 }] }],
    timeoutMs: 1000,
  })
  const found = await client.call(listOffsets, 7, offsetsAt('times', noon))
  assert.deepEqual([found.topics[0]!.partitions[0]!.offset, found.topics[0]!.partitions[0]!.timestamp], [1, noon + 200])
  await close()
})

test('records of aborted transactions do not count when a topic is compacted, and their markers stay', async () => {
  const { client, close } = await open({})
  const { addPartitionsToTxn } = await import('../../src/protocol/messages/add-partitions-to-txn.ts')
  const { endTxn } = await import('../../src/protocol/messages/end-txn.ts')
  await create(client, 'ledger', { 'cleanup.policy': 'compact', 'internal.segment.bytes': '2048' })
  const transactionalId = 'writer'
  const { producerId, producerEpoch } = await client.call(initProducerId, 4, {
    transactionalId,
    transactionTimeoutMs: 60_000,
  })
  const producer = { transactionalId, producerId, producerEpoch }
  for (let i = 0; i < 100; i++) {
    await client.call(addPartitionsToTxn, 3, { ...producer, topics: [{ name: 'ledger', partitions: [0] }] })
    const committed = i % 2 === 0
    const records = [{ key: 'a', value: `${committed ? 'good' : 'bad'} ${i}` }]
    const batch = batchOf(records, { producerId, producerEpoch, baseSequence: i, transactional: true })
    const { responses } = await client.call(produce, 9, produceTo('ledger', batch, { transactionalId }))
    assert.equal(responses[0]!.partitionResponses[0]!.errorCode, 0)
    await client.call(endTxn, 4, { ...producer, committed })
  }
  const all = values(await readAll(client, 'ledger'))
  const [good, bad] = [
    all.filter((value) => value?.startsWith('good')),
    all.filter((value) => value?.startsWith('bad')),
  ]
  assert.equal(good.at(-1), 'good 98')
  assert.ok(good.length < 30 && bad.length < 30, `${good.length} of 50 good and ${bad.length} of 50 bad ones are left`)
  // What is left of the latter is in the segment that is still written to: a reader of committed records does not get it
  let committed = 0
  for (let offset = 0; offset < 200; ) {
    const { responses } = await client.call(fetchApi, 12, fetchFrom('ledger', offset, { committed: true }))
    const { records, abortedTransactions: aborted } = responses[0]!.partitions[0]!
    committed += recordsOf(records, { aborted: aborted ?? [], fromOffset: offset }).length
    offset = lastOffsetOf(records) + 1
  }
  assert.equal(committed, good.length)
  await close()
})

test('a start with 20 topics on disk takes less than 100 ms, also after a kill', async (t) => {
  const dataDir = folderOf(t)
  await killed(dataDir, async (client) => {
    for (let topic = 0; topic < 20; topic++) {
      await create(client, `topic-${topic}`)
      for (let i = 0; i < 50; i++) await write(client, `topic-${topic}`, batchOf([`value ${i}`, 'x'.repeat(1000)]))
    }
  })
  await inTime(100, 50, async () => {
    const began = performance.now()
    const broker = await startDevBroker({ dataDir })
    const took = performance.now() - began
    await broker.close()
    t.diagnostic(`${took.toFixed(0)} ms`)
    return took
  })
})
