import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openOffsetFile } from '../../src/storage/offset-file.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { inTime } from '../helpers/in-time.ts'
import { type KafkaServer, kafka, uniqueName } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  type OurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
} from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { growFile } from './grow-file.ts'
import { countLines, tallyFile, tallyOf } from './numbered-lines.ts'
import { installPlugins } from './plugin-folder.ts'

interface Setup {
  readonly server: KafkaServer
  readonly folder: string
  readonly from: string
  readonly to: string
  readonly topic: string
  readonly offsetFile: string
  readonly start: () => Promise<OurWorker>
}

/** A source and a sink on one topic, in one worker that can be started again and again. */
const setUp = async (t: TestContext, more: Settings = {}): Promise<Setup> => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  const topic = await server.newTopic('restart')
  const connectors = [fileSource(uniqueName('source'), from, topic), fileSink(uniqueName('sink'), to, topic)]
  const start = async (): Promise<OurWorker> => {
    const worker = workerSettings(server.bootstrap, folder, { 'offset.flush.interval.ms': 200, ...more })
    const started = await startOurWorker({ folder, worker, connectors })
    t.after(() => started.kill9())
    return started
  }
  return { server, folder, from, to, topic, start, offsetFile: join(folder, 'connect.offsets') }
}

/** Waits until the sink's file holds so many lines and does not grow any more. */
const untilWritten = (worker: OurWorker, file: string, lines: number): Promise<unknown> =>
  waitUntil(() => countLines(file) >= lines, {
    timeoutMs: 120_000,
    intervalMs: 250,
    what: `${lines} lines in ${file}`,
    giveUp: () => (worker.exit === undefined ? undefined : `the worker ended: ${worker.output()}`),
  })

const untilGrown = (file: string): Promise<unknown> => {
  const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const before = size()
  return waitUntil(() => size() > before, { timeoutMs: 60_000, what: `${file} to grow` })
}

const topicTally = async (server: KafkaServer, topic: string, lines: number) => {
  const tally = tallyOf(lines)
  for (const { value } of await server.consume(topic, { timeoutMs: 120_000 })) tally.add(String(value))
  return tally
}

test('ten times kill -9 in mid-work: no line is missing in the topic or the file, and offsets can always be read', {
  timeout: 300_000,
}, async (t) => {
  // A static member is back in its group at once; others wait until the group forgot those that were killed.
  const { server, from, to, topic, offsetFile, start } = await setUp(t, {
    'consumer.group.instance.id': uniqueName('i'),
  })
  const random = seededRandom(20_261)
  const growing = growFile(from, { lines: 500, everyMs: 50 })
  t.after(() => growing.stop())
  let offsets = 0
  for (let round = 0; round < 10; round++) {
    const worker = await start()
    // Sometimes while it is still getting ready, sometimes in the middle of writing.
    if (round % 2 === 1) await untilGrown(to)
    await delay(random(800))
    await worker.kill9()
    const log = new FakeLogger()
    const store = await openOffsetFile(offsetFile, log)
    assert.deepEqual(log.messages('warn'), [], 'the offset file is whole')
    assert.deepEqual(log.messages('error'), [], 'the offset file is whole')
    offsets = Math.max(offsets, store.entries().length)
  }
  assert.equal(offsets, 1, 'there was an offset to read')
  const lines = await growing.stop()
  const worker = await start()
  await untilWritten(worker, to, lines)
  await waitUntil(async () => (await tallyFile(to, lines)).missing().length === 0, {
    timeoutMs: 60_000,
    intervalMs: 500,
    what: 'each line in the file',
  })
  assert.equal(await worker.stop(), 143)
  const inTopic = await topicTally(server, topic, lines)
  const inFile = await tallyFile(to, lines)
  t.diagnostic(`${lines} lines, ${inTopic.repeated()} repeated in the topic, ${inFile.repeated()} in the file`)
  assert.deepEqual(inTopic.strange, [])
  assert.deepEqual(inTopic.missing(), [])
  assert.deepEqual(inFile.strange, [])
  assert.deepEqual(inFile.missing(), [])
})

test('six orderly stops in mid-work: no line is missing and none is there twice', { timeout: 300_000 }, async (t) => {
  const { server, from, to, topic, start } = await setUp(t)
  const random = seededRandom(7)
  const growing = growFile(from, { lines: 500, everyMs: 50 })
  t.after(() => growing.stop())
  for (let round = 0; round < 6; round++) {
    const worker = await start()
    await delay(random(1000))
    const [signal, code] = round % 2 === 0 ? (['SIGTERM', 143] as const) : (['SIGINT', 130] as const)
    const began = performance.now()
    assert.equal(await worker.stop(signal), code)
    assert.ok(performance.now() - began < 5000, 'it ends promptly')
    assert.match(worker.output(), /Kafka Connect stopped\n$/)
    assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
  }
  const lines = await growing.stop()
  const worker = await start()
  await untilWritten(worker, to, lines)
  assert.equal(await worker.stop(), 143)
  const inTopic = await topicTally(server, topic, lines)
  const inFile = await tallyFile(to, lines)
  for (const [where, tally] of Object.entries({ topic: inTopic, file: inFile })) {
    assert.deepEqual(tally.strange, [], where)
    assert.deepEqual(tally.missing(), [], where)
    assert.equal(tally.repeated(), 0, where)
    assert.ok(tally.inOrder, where)
  }
})

test('a second signal ends the program at once', { timeout: 180_000 }, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('stuck')
  await inTime(1000, 4, async () => {
    const worker = await startOurWorker({
      folder,
      worker: workerSettings(server.bootstrap, folder, {
        'plugin.path': installPlugins(folder),
        'task.shutdown.graceful.timeout.ms': 30_000,
      }),
      connectors: [{ name: uniqueName('stuck'), 'connector.class': 'test.e2e.StuckSource', topic }],
    })
    t.after(() => worker.kill9())
    await worker.waitForLog('polling, and will not come back')
    worker.signal('SIGTERM')
    await worker.waitForLog('Kafka Connect stopping')
    await delay(500)
    assert.equal(worker.exit, undefined, 'the first signal waits for the task')
    const began = performance.now()
    assert.equal(await worker.stop('SIGTERM'), 143)
    return performance.now() - began
  })
})
