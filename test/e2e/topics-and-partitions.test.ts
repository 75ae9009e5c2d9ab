import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import kafkajs from 'kafkajs'
import { withoutApachePrograms } from '../helpers/choose-broker.ts'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { runKafkaTool } from '../helpers/kafka-tools.ts'
import { startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { installPlugins } from './plugin-folder.ts'

const topicConfig = async (bootstrap: string, topic: string): Promise<Map<string, string>> => {
  const admin = new kafkajs.Kafka({
    clientId: 'test',
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin()
  await admin.connect()
  try {
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false })
    return new Map(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
  } finally {
    await admin.disconnect()
  }
}

interface JsonRecord {
  readonly topic: string
  readonly key?: string
  readonly value: string
  readonly partition?: number
  readonly timestamp?: number
  readonly headers?: readonly (readonly [string, string])[]
}

test('a source creates its topics as topic.creation says: partitions, configs, and groups by pattern', {
  timeout: 180_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const prefix = uniqueName('created')
  const existing = await server.newTopic(`${prefix}-existing`, { partitions: 2 })
  const topics = [`${prefix}-plain`, `${prefix}-compact-a`, existing]
  const records: JsonRecord[] = topics.map((topic) => ({ topic, key: 'k', value: 'v' }))
  writeFileSync(join(folder, 'records.json'), JSON.stringify(records))
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) }),
    connectors: [
      {
        name: uniqueName('creator'),
        'connector.class': 'test.e2e.JsonSource',
        file: join(folder, 'records.json'),
        'topic.creation.default.partitions': 5,
        'topic.creation.default.replication.factor': -1,
        'topic.creation.default.retention.ms': 123_456_789,
        'topic.creation.groups': 'compacted',
        'topic.creation.compacted.include': '.*-compact-.*',
        'topic.creation.compacted.partitions': 3,
        'topic.creation.compacted.cleanup.policy': 'compact',
      },
    ],
  })
  t.after(() => worker.kill9())
  // Only then are they asked for: asking would create them.
  for (const topic of topics.slice(0, 2)) await worker.waitForLog(`Created topic ${topic} `)
  for (const topic of topics) assert.equal((await server.consume(topic, { count: 1 })).length, 1)
  assert.equal(await worker.stop(), 143)
  assert.deepEqual(await Promise.all(topics.map((topic) => server.partitionCount(topic))), [5, 3, 2])
  const [plain, compacted] = await Promise.all(topics.map((topic) => topicConfig(server.bootstrap, topic)))
  assert.equal(plain!.get('retention.ms'), '123456789')
  assert.equal(plain!.get('cleanup.policy'), 'delete')
  assert.equal(compacted!.get('cleanup.policy'), 'compact')
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
})

const skip = await withoutApachePrograms()

test("keys go to the partitions that Java's producer takes them to", { skip, timeout: 180_000 }, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const [ours, java] = [
    await server.newTopic('our-keys', { partitions: 7 }),
    await server.newTopic('java-keys', { partitions: 7 }),
  ]
  const keys = ['', 'k', 'ümläut', '漢字', '🎉', ...Array.from({ length: 500 }, (_, n) => `key-${n * n}`)]
  const records: JsonRecord[] = keys.map((key) => ({ topic: ours, key, value: `of ${key}` }))
  writeFileSync(join(folder, 'records.json'), JSON.stringify(records))
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) }),
    connectors: [
      { name: uniqueName('keys'), 'connector.class': 'test.e2e.JsonSource', file: join(folder, 'records.json') },
    ],
  })
  t.after(() => worker.kill9())
  const byUs = await server.consume(ours, { count: keys.length })
  assert.equal(await worker.stop(), 143)
  await runKafkaTool(
    'org.apache.kafka.tools.ConsoleProducer',
    [
      ...['--bootstrap-server', server.bootstrap, '--topic', java],
      ...['--property', 'parse.key=true', '--property', 'key.separator=='],
    ],
    { input: keys.map((key) => `${key}=of ${key}\n`).join('') },
  )
  const byJava = await server.consume(java, { count: keys.length })
  const places = (found: typeof byUs): string[] => found.map(({ key, partition }) => `${key} in ${partition}`).sort()
  assert.deepEqual(places(byUs), places(byJava))
  assert.equal(new Set(byUs.map(({ partition }) => partition)).size, 7)
})

test('partition, timestamp and headers that a source gives its records are kept', { timeout: 180_000 }, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('as-given', { partitions: 4 })
  const records: JsonRecord[] = [
    {
      topic,
      key: 'k',
      value: 'a',
      partition: 3,
      timestamp: 1_234_567_890_123,
      headers: [
        ['h', 'x'],
        ['h', 'y'],
        ['ä', ''],
      ],
    },
    { topic, value: 'b', partition: 0, timestamp: 0 },
    { topic, value: 'c', partition: 3 },
  ]
  writeFileSync(join(folder, 'records.json'), JSON.stringify(records))
  const began = Date.now()
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'plugin.path': installPlugins(folder),
      'header.converter': 'org.apache.kafka.connect.storage.StringConverter',
    }),
    connectors: [
      { name: uniqueName('given'), 'connector.class': 'test.e2e.JsonSource', file: join(folder, 'records.json') },
    ],
  })
  t.after(() => worker.kill9())
  const found = await server.consume(topic, { count: 3 })
  assert.equal(await worker.stop(), 143)
  const [b, a, c] = found.map(({ partition, timestamp, key, value, headers }) => ({
    partition,
    timestamp,
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: headers.map(([name, header]) => [name, header?.toString()]),
  }))
  assert.deepEqual(a, {
    partition: 3,
    timestamp: 1_234_567_890_123,
    key: 'k',
    value: 'a',
    headers: [
      ['h', 'x'],
      ['h', 'y'],
      ['ä', ''],
    ],
  })
  assert.deepEqual(b, { partition: 0, timestamp: 0, key: null, value: 'b', headers: [] })
  assert.ok(c!.timestamp >= began && c!.timestamp <= Date.now(), 'no timestamp means the time of sending')
  assert.deepEqual({ ...c, timestamp: 0 }, { partition: 3, timestamp: 0, key: null, value: 'c', headers: [] })
})
