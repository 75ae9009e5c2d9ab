import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { askRest } from './ask-rest.ts'
import { installPlugins } from './plugin-folder.ts'

const SOURCES = 90
const SINKS = 10
const TASKS = 4
const MOST_MB = 500

test(`${SOURCES + SINKS} connectors of ${TASKS} tasks on one worker: all run, REST lists them in a second, and they stop in time`, {
  timeout: 360_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('many', { partitions: TASKS })
  const sources = Array.from({ length: SOURCES }, (_, number) => ({
    ...{ name: `source-${number}`, 'connector.class': 'test.e2e.TickSource', 'tasks.max': TASKS, topic },
  }))
  const sinks = Array.from({ length: SINKS }, (_, number) => {
    const diary = join(folder, `diary-${number}`)
    writeFileSync(diary, '')
    return {
      ...fileSink(uniqueName(`sink-${number}`), diary, topic, { 'tasks.max': TASKS }),
      'connector.class': 'test.e2e.DiarySink',
      diary,
    }
  })
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'plugin.path': installPlugins(folder),
      'offset.flush.interval.ms': 5000,
    }),
    connectors: [...sources, ...sinks],
    ready: 'nothing',
  })
  t.after(() => worker.kill9())
  await worker.waitForLog('Kafka Connect started', { timeoutMs: 150_000 })
  const all = (SOURCES + SINKS) * TASKS
  await waitUntil(
    async () => {
      const states = [...(await worker.taskStates()).values()]
      return states.length === all && states.every((state) => state === 'RUNNING')
    },
    { timeoutMs: 120_000, intervalMs: 300, what: `${all} tasks to be RUNNING` },
  )
  const times: number[] = []
  for (let n = 0; n < 3; n++) {
    const began = performance.now()
    const { json } = await askRest(worker, 'GET /connectors?expand=status&expand=info')
    times.push(performance.now() - began)
    assert.equal(Object.keys(json).length, SOURCES + SINKS)
  }
  const cpu = worker.cpuMs()
  const began = performance.now()
  await delay(5000)
  const share = (worker.cpuMs() - cpu) / (performance.now() - began)
  const { residentMb, peakMb } = worker.memory()
  const stopped = performance.now()
  assert.equal(await worker.stop('SIGTERM', 60_000), 143)
  const stopMs = performance.now() - stopped
  t.diagnostic(
    `${all} tasks: list in ${Math.min(...times).toFixed(0)} ms, ${(share * 100).toFixed(1)} % of a processor, ` +
      `${residentMb.toFixed(0)} MB resident (most ${peakMb.toFixed(0)}), stopped in ${stopMs.toFixed(0)} ms`,
  )
  assert.ok(Math.min(...times) < 1000, `${times}`)
  assert.ok(residentMb < MOST_MB, `${residentMb} MB`)
})
