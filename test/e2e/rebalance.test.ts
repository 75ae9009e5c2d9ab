import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AssignerProtocol, Kafka, logLevel } from 'kafkajs'
import { kafka, type NewRecord, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, lineOf, tallyFile, tallyOf } from './numbered-lines.ts'
import { installPlugins, readDiary } from './plugin-folder.ts'

const PARTITIONS = 6
const ROUND = 3000

/** How many members a stable group has, and which partitions of the topic each of them owns. */
const owned = async (bootstrap: string, group: string, topic: string): Promise<number[][]> => {
  const admin = new Kafka({ clientId: 'test', brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const description = (await admin.describeGroups([group])).groups[0]
    if (description?.state !== 'Stable') return []
    return description.members.map(
      ({ memberAssignment }) => AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? [],
    )
  } finally {
    await admin.disconnect()
  }
}

const untilShared = async (bootstrap: string, group: string, topic: string, members: number): Promise<void> => {
  let last: number[][] = []
  await waitUntil(
    async () => {
      last = await owned(bootstrap, group, topic)
      return last.length === members
    },
    { timeoutMs: 60_000, intervalMs: 200, what: `${members} members in group ${group}` },
  )
  const partitions = last.flat().sort((a, b) => a - b)
  assert.deepEqual(partitions, [0, 1, 2, 3, 4, 5], 'each partition has one owner')
  for (const own of last) assert.equal(own.length, PARTITIONS / members, 'each task has its share')
}

test('a second worker joins a sink and leaves it: every record is written, and no partition is left without a task', {
  timeout: 300_000,
}, async (t) => {
  const server = await kafka()
  const topic = await server.newTopic('rebalance', { partitions: PARTITIONS })
  const name = uniqueName('shared-sink')
  const group = `connect-${name}`
  const folders = [temporaryDir(t), temporaryDir(t)] as const
  const start = async (folder: string) => {
    const worker = await startOurWorker({
      folder,
      worker: workerSettings(server.bootstrap, folder),
      connectors: [fileSink(name, join(folder, 'out.txt'), topic, { 'tasks.max': 3 })],
    })
    t.after(() => worker.kill9())
    return worker
  }
  let produced = 0
  let producing = true
  const produce = (count: number): Promise<void> => {
    const records: NewRecord[] = []
    for (const end = produced + count; produced < end; produced++) {
      records.push({ value: lineOf(produced), partition: produced % PARTITIONS })
    }
    return server.produce(topic, records)
  }
  const produceOn = async (): Promise<void> => {
    while (producing) await produce(ROUND)
  }

  const first = await start(folders[0])
  await untilShared(server.bootstrap, group, topic, 3)
  const going = produceOn()
  await delay(500)
  const second = await start(folders[1])
  await untilShared(server.bootstrap, group, topic, 6)
  await waitUntil(() => countLines(join(folders[1], 'out.txt')) > 0, {
    timeoutMs: 60_000,
    what: 'the second worker to write',
  })
  await delay(500)
  assert.equal(await second.stop(), 143)
  await untilShared(server.bootstrap, group, topic, 3)
  producing = false
  await going
  const before = produced
  await produce(PARTITIONS)
  await waitUntil(
    async () => folders.reduce((sum, folder) => sum + countLines(join(folder, 'out.txt')), 0) >= produced,
    {
      timeoutMs: 60_000,
      what: `${produced} lines (${before} before it was calm)`,
    },
  )
  assert.equal(await first.stop(), 143)
  assert.doesNotMatch(first.output() + second.output(), / ERROR /)
  const tally = tallyOf(produced)
  for (const folder of folders) await tallyFile(join(folder, 'out.txt'), produced, lineOf, tally)
  assert.deepEqual(tally.strange, [])
  assert.deepEqual(tally.missing(), [])
  assert.equal(tally.repeated(), 0, 'an orderly hand-over repeats nothing')
  assert.deepEqual(
    (await server.groupOffsets(group, topic)).reduce((sum, offset) => sum + offset, 0),
    produced,
  )
})

test('a put that takes longer than the session time-out does not cost the membership', {
  timeout: 180_000,
}, async (t) => {
  const server = await kafka()
  const topic = await server.newTopic('slow-put', { partitions: 2 })
  const folder = temporaryDir(t)
  const diary = join(folder, 'diary')
  const name = uniqueName('slow-sink')
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'plugin.path': installPlugins(folder),
      'connector.client.config.override.policy': 'All',
    }),
    connectors: [
      {
        name,
        'connector.class': 'DiarySink',
        topics: topic,
        diary,
        'put.ms': 7500,
        'consumer.override.session.timeout.ms': 6000,
        'consumer.override.heartbeat.interval.ms': 2000,
      },
    ],
  })
  t.after(() => worker.kill9())
  await server.produce(topic, [{ value: 'one', partition: 0 }])
  const done = { timeoutMs: 60_000, what: 'the slow puts' }
  await waitUntil(() => readDiary(diary).filter(({ call }) => call === 'put').length === 1, done)
  await server.produce(topic, [{ value: 'two', partition: 1 }])
  await waitUntil(() => readDiary(diary).filter(({ call }) => call === 'put').length === 2, done)
  await waitUntil(async () => String(await server.groupOffsets(`connect-${name}`, topic)) === '1,1', {
    timeoutMs: 60_000,
    what: 'the commit of both',
  })
  assert.equal(await worker.stop(), 143)
  const calls = readDiary(diary).filter(({ call }) => call === 'open' || call === 'close' || call === 'put')
  assert.deepEqual(
    calls.map(({ call, values, partitions }) => [call, values ?? partitions]),
    [
      ['open', [`${topic}-0`, `${topic}-1`]],
      ['put', ['one']],
      ['put', ['two']],
      ['close', [`${topic}-0`, `${topic}-1`]],
    ],
  )
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
})
