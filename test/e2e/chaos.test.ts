/**
 * Numbered lines go from a file through topics into files while connectors are paused, stopped, restarted, changed and made
 * anew at random, and the broker goes away. `SOAK=1` does it for ten minutes, `CHAOS_SEED` repeats a run.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Broker } from '../helpers/broker-program.ts'
import { startBroker } from '../helpers/kafka-broker.ts'
import { type KafkaServer, kafka, kafkaServer, uniqueName } from '../helpers/kafka-server.ts'
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
import { askRest } from './ask-rest.ts'
import { type Chaos, chaosOn, type Random } from './chaos-operations.ts'
import { type GrowingFile, growFile } from './grow-file.ts'
import { countLines, tallyFile, tallyOf } from './numbered-lines.ts'

const SOAK = process.env['SOAK'] === '1'
const SEED = Number(process.env['CHAOS_SEED'] ?? 2_026)
const ORDERLY_MS = SOAK ? 120_000 : 10_000
const OUTAGES_MS = SOAK ? 600_000 : 15_000

/** One partition keeps the order; three are shared by as many tasks as there happen to be. */
const PIPELINES = [
  { name: 'one', partitions: 1, tasks: ['1'] },
  { name: 'three', partitions: 3, tasks: ['1', '2', '3'] },
] as const

/** A task that gets no time to end in order does some work again; on a slow machine the usual 5 s may be none. */
const TIME_TO_END: Settings = { 'offset.flush.timeout.ms': 60_000, 'task.shutdown.graceful.timeout.ms': 60_000 }

interface Pipeline {
  readonly topic: string
  readonly to: string
  readonly partitions: number
}

interface Setup {
  readonly worker: OurWorker
  readonly chaos: Chaos
  readonly random: Random
  readonly growing: GrowingFile
  readonly pipelines: readonly Pipeline[]
}

const setUp = async (t: TestContext, server: KafkaServer, more: Settings = {}): Promise<Setup> => {
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const growing = growFile(from, { lines: 10, everyMs: 20 })
  t.after(() => growing.stop())
  const random = seededRandom(SEED)
  const made = await Promise.all(
    PIPELINES.map(async ({ name, partitions, tasks }) => {
      const topic = await server.newTopic('chaos', { partitions })
      const to = join(folder, `${name}.txt`)
      const source = fileSource(uniqueName(`source-${name}`), from, topic)
      const sink = fileSink(uniqueName(`sink-${name}`), to, topic)
      return {
        pipeline: { topic, to, partitions },
        targets: [
          { settings: source, changes: ['5', '100', '2000'].map((size) => ({ 'batch.size': size })) },
          {
            settings: sink,
            changes: tasks.map((count) => ({
              'tasks.max': count,
              'consumer.override.max.poll.records': `${1 + random(500)}`,
            })),
          },
        ],
      }
    }),
  )
  const targets = made
    .flatMap(({ targets }) => targets)
    .map((target) => ({ ...target, name: String(target.settings['name']) }))
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'offset.flush.interval.ms': 1000, ...more }),
    connectors: targets.map(({ settings }) => settings),
  })
  t.after(() => worker.kill9())
  return {
    worker,
    random,
    growing,
    chaos: chaosOn(worker, targets, random),
    pipelines: made.map(({ pipeline }) => pipeline),
  }
}

/** Lets everything go on, waits until each line is there, and ends the worker. @returns how many lines there are */
const drain = async ({ worker, chaos, growing, pipelines }: Setup): Promise<number> => {
  const lines = await growing.stop()
  await chaos.resumeAll()
  const missing = async (): Promise<number> => {
    let count = 0
    for (const { to } of pipelines) count += countLines(to) < lines ? 1 : (await tallyFile(to, lines)).missing().length
    return count
  }
  await waitUntil(async () => (await missing()) === 0, {
    timeoutMs: 180_000,
    intervalMs: 500,
    what: `each of ${lines} lines in ${pipelines.map(({ to }) => to)}`,
    giveUp: () => (worker.exit === undefined ? undefined : `the worker ended (${worker.exit})`),
  }).catch(async (error: unknown) => {
    const counts = pipelines.map(({ to }) => countLines(to))
    const { json } = await askRest(worker, 'GET /connectors?expand=status')
    throw new Error(`${error}\nlines there: ${counts}\n${JSON.stringify(json, null, 1)}`)
  })
  // Lines may have been there before a task was told to go on, and has
  let states: readonly string[] = []
  await waitUntil(
    async () => {
      states = [...(await worker.taskStates()).values()]
      return states.length > 0 && states.every((state) => state === 'RUNNING')
    },
    { timeoutMs: 60_000, what: 'all tasks to be RUNNING' },
  ).catch((error: unknown) => {
    throw new Error(`${error}, not ${states}`)
  })
  assert.equal(await worker.stop(), 143)
  return lines
}

/** With the seed and what was done, when it fails. */
const telling = async (t: TestContext, setup: Setup, work: () => Promise<void>): Promise<void> => {
  const { worker, chaos } = setup
  try {
    await work()
  } catch (error) {
    const log = worker.output().split('\n').slice(-200)
    for (const line of [`CHAOS_SEED=${SEED}`, ...chaos.log, 'log of the worker:', ...log]) t.diagnostic(line)
    throw error
  }
}

const tally = async (server: KafkaServer, { topic, to }: Pipeline, lines: number) => {
  const inTopic = tallyOf(lines)
  for (const { value } of await server.consume(topic, { timeoutMs: 180_000 })) inTopic.add(String(value))
  const inFile = await tallyFile(to, lines)
  for (const [where, found] of Object.entries({ topic: inTopic, file: inFile })) {
    assert.deepEqual(found.strange, [], where)
    assert.deepEqual(found.missing(), [], where)
  }
  return { inTopic, inFile }
}

const figures = ({ worker, chaos }: Setup, lines: number, repeated: readonly string[], peakMb: number): string =>
  `seed ${SEED}: ${chaos.operations} operations, the broker away ${chaos.log.filter((line) => line.endsWith('is back')).length} times; the slowest answered after ${chaos.slowestMs.toFixed(0)} ms; ${lines} lines, ` +
  `repeated: ${repeated.join(', ')}; at most ${peakMb.toFixed(0)} MB; ${worker.output().split('\n').length} lines of log`

test('connectors paused, stopped, restarted, changed and made anew at random: no line is lost, none is written twice', {
  timeout: ORDERLY_MS + 300_000,
}, async (t) => {
  const server = await kafka()
  const setup = await setUp(t, server, TIME_TO_END)
  const { worker, chaos, pipelines } = setup
  await telling(t, setup, async () => {
    await chaos.stepsFor(ORDERLY_MS, 300)
    assert.deepEqual(chaos.refused, [])
    const { peakMb } = worker.memory()
    const lines = await drain(setup)
    const repeated: string[] = []
    for (const pipeline of pipelines) {
      const { inTopic, inFile } = await tally(server, pipeline, lines)
      repeated.push(`${inTopic.repeated()} in the topic and ${inFile.repeated()} in the file`)
      if (pipeline.partitions === 1) assert.ok(inTopic.inOrder && inFile.inOrder, 'in order')
    }
    t.diagnostic(figures(setup, lines, repeated, peakMb))
    assert.deepEqual(new Set(repeated), new Set(['0 in the topic and 0 in the file']))
  })
})

/** Takes the broker away while the connectors are still played with, and brings it back. */
const outage = async (broker: Broker, { chaos, random }: Setup): Promise<void> => {
  const kills = random(2) === 1
  chaos.note(kills ? 'the broker is killed' : 'the broker is stopped')
  await (kills ? broker.kill() : broker.stop())
  for (let step = random(4); step > 0; step--) await chaos.step()
  await delay(random(SOAK ? 6000 : 1500))
  await broker.start()
  chaos.note('the broker is back')
}

test('the same, and the broker is stopped and killed time and again: no line is lost', {
  timeout: OUTAGES_MS + 600_000,
}, async (t) => {
  const broker = await startBroker()
  t.after(() => broker.close())
  const server = kafkaServer(broker.bootstrap)
  const setup = await setUp(t, server)
  const { worker, chaos, pipelines } = setup
  await telling(t, setup, async () => {
    for (const end = performance.now() + OUTAGES_MS; performance.now() < end; ) {
      await chaos.stepsFor(SOAK ? 20_000 : 3000, 500)
      await outage(broker, setup)
    }
    assert.deepEqual(chaos.refused, [])
    const { peakMb } = worker.memory()
    const lines = await drain(setup)
    const repeated: string[] = []
    for (const pipeline of pipelines) {
      const { inTopic, inFile } = await tally(server, pipeline, lines)
      repeated.push(`${inTopic.repeated()} in the topic and ${inFile.repeated()} in the file`)
    }
    t.diagnostic(figures(setup, lines, repeated, peakMb))
  })
})
