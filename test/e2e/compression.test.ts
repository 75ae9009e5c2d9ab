import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { withoutApacheKafka, withoutApachePrograms } from '../helpers/choose-broker.ts'
import { type KafkaServer, kafka, uniqueName } from '../helpers/kafka-server.ts'
import { runKafkaTool } from '../helpers/kafka-tools.ts'
import { fileSink, fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, lineOf, tallyOf, writeLines } from './numbered-lines.ts'

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const
const TYPES = ['none', ...CODECS]
const LINES = 20_000
const skip = await withoutApachePrograms()

let compressed: { readonly server: KafkaServer; readonly prefix: string } | undefined

test('records of a source are compressed as the worker file and the connectors say, and our sink reads them', {
  timeout: 240_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  writeLines(from, 0, LINES)
  const prefix = uniqueName('compressed')
  for (const type of TYPES) await server.createTopic(`${prefix}-${type}`)
  // The codec of the worker file holds for one of them, each connector may say otherwise.
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'producer.compression.type': 'gzip' }),
    connectors: TYPES.flatMap((type) => [
      fileSource(`${prefix}-source-${type}`, from, `${prefix}-${type}`, {
        ...(type !== 'gzip' && { 'producer.override.compression.type': type }),
      }),
      fileSink(`${prefix}-sink-${type}`, join(folder, type), `${prefix}-${type}`),
    ]),
  })
  t.after(() => worker.kill9())
  await waitUntil(() => TYPES.every((type) => countLines(join(folder, type)) >= LINES), {
    timeoutMs: 120_000,
    intervalMs: 200,
    what: 'all lines in all files',
  })
  assert.equal(await worker.stop(), 143)
  for (const type of TYPES) assert.ok(readFileSync(join(folder, type)).equals(readFileSync(from)), type)
  compressed = { server, prefix }
})

test('the Java consumer reads what our source compressed', { skip, timeout: 200_000 }, async () => {
  assert.ok(compressed, 'the test before this one wrote the topics')
  const { server, prefix } = compressed
  const consumed = await runKafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', server.bootstrap, '--include', `${prefix}-.*`, '--from-beginning'],
    ...['--max-messages', String(LINES * TYPES.length), '--timeout-ms', '60000'],
  ])
  const tally = tallyOf(LINES)
  for (const line of consumed.trimEnd().split('\n')) tally.add(line)
  assert.deepEqual(tally.strange, [])
  assert.deepEqual(tally.missing(), [])
  assert.equal(tally.repeated(), LINES * CODECS.length)
})

interface LogDirs {
  readonly brokers: readonly {
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[]
    }[]
  }[]
}

/** Bytes on the broker's disk, of topics with one partition. */
const topicSizes = async (bootstrap: string, topics: readonly string[]): Promise<Map<string, number>> => {
  const output = await runKafkaTool('org.apache.kafka.tools.LogDirsCommand', [
    ...['--bootstrap-server', bootstrap, '--describe', '--topic-list', topics.join(',')],
  ])
  const { brokers } = JSON.parse(output.slice(output.indexOf('{'))) as LogDirs
  const partitions = brokers.flatMap(({ logDirs }) => logDirs.flatMap(({ partitions }) => partitions))
  return new Map(partitions.map(({ partition, size }) => [partition.replace(/-0$/, ''), size]))
}

test('what our source compressed is smaller on the disk', { skip: skip || (await withoutApacheKafka()) }, async (t) => {
  assert.ok(compressed, 'the test before this one wrote the topics')
  const { server, prefix } = compressed
  const topics = TYPES.map((type) => `${prefix}-${type}`)
  const sizes = await topicSizes(server.bootstrap, topics)
  t.diagnostic(JSON.stringify(Object.fromEntries(sizes)))
  for (const codec of CODECS) {
    const share = sizes.get(`${prefix}-${codec}`)! / sizes.get(`${prefix}-none`)!
    assert.ok(share < 0.6, `${codec}: ${share}`)
  }
})

test('records that Java producers compressed are read by our sink', { skip, timeout: 400_000 }, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const prefix = uniqueName('java-compressed')
  for (const codec of CODECS) await server.createTopic(`${prefix}-${codec}`)
  let input = ''
  for (let n = 0; n < LINES; n++) input += `${lineOf(n)}\n`
  const produce = (codec: string): Promise<string> =>
    runKafkaTool(
      'org.apache.kafka.tools.ConsoleProducer',
      ['--bootstrap-server', server.bootstrap, '--topic', `${prefix}-${codec}`, '--compression-codec', codec],
      { input },
    )
  await Promise.all([produce('gzip'), produce('snappy')])
  await Promise.all([produce('lz4'), produce('zstd')])
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder),
    connectors: CODECS.map((codec) => fileSink(`${prefix}-${codec}`, join(folder, codec), `${prefix}-${codec}`)),
  })
  t.after(() => worker.kill9())
  await waitUntil(() => CODECS.every((codec) => countLines(join(folder, codec)) >= LINES), {
    timeoutMs: 120_000,
    intervalMs: 200,
    what: 'all lines in all files',
  })
  assert.equal(await worker.stop(), 143)
  for (const codec of CODECS) assert.equal(readFileSync(join(folder, codec), 'utf8'), input, codec)
})
