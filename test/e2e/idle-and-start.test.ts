import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, type OurWorker, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines } from './numbered-lines.ts'

const TASK_RUNS = /finished initialization and start/

const setUp = async (t: TestContext, ready?: RegExp): Promise<{ worker: OurWorker; from: string; to: string }> => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  writeFileSync(from, 'the first line\n')
  const topic = await server.newTopic('idle')
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'offset.flush.interval.ms': 10_000 }),
    connectors: [fileSource(uniqueName('source'), from, topic), fileSink(uniqueName('sink'), to, topic)],
    ...(ready === undefined ? {} : { ready }),
  })
  t.after(() => worker.kill9())
  return { worker, from, to }
}

test('the first task runs within a second of the start of the program', { timeout: 60_000 }, async (t) => {
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    const { worker, to } = await setUp(t, TASK_RUNS)
    times.push(Math.round(worker.readyAfterMs))
    await waitUntil(() => countLines(to) === 1, { timeoutMs: 10_000, what: 'the line in the file' })
    assert.equal(await worker.stop(), 143)
  }
  t.diagnostic(`from the start of the process to the first running task: ${times.join(', ')} ms`)
  // Half a second more than promised: tests share the machine with a broker.
  assert.ok(Math.min(...times) < 1500, `${times} ms`)
})

test('two connectors without work use less than 1 % of a processor', { timeout: 90_000 }, async (t) => {
  const { worker, to } = await setUp(t)
  await waitUntil(() => countLines(to) === 1, { timeoutMs: 10_000, what: 'the line in the file' })
  await delay(3000)
  const shares: number[] = []
  // On a machine that others keep busy each wake-up costs more: one of two times must do.
  while (shares.length < 2 && Math.min(...shares) >= 0.01) {
    const before = worker.cpuMs()
    const began = performance.now()
    await delay(20_000)
    shares.push((worker.cpuMs() - before) / (performance.now() - began))
  }
  const shown = shares.map((share) => `${(share * 100).toFixed(2)} %`).join(', then ')
  t.diagnostic(`${shown} of a processor, ${worker.memory().residentMb.toFixed(0)} MB resident`)
  assert.ok(Math.min(...shares) < 0.01, shown)
  assert.equal(await worker.stop(), 143)
})

const TRICKLE_SECONDS = isSoak() ? 600 : 60
const MOST_GROWTH_MB = isSoak() ? 10 : 15

test(`a line a second for ${TRICKLE_SECONDS} s arrives at once, costs little and does not make the program grow`, {
  timeout: (TRICKLE_SECONDS + 60) * 1000,
}, async (t) => {
  const { worker, from, to } = await setUp(t)
  await waitUntil(() => countLines(to) === 1, { timeoutMs: 10_000, what: 'the line in the file' })
  let slowest = 0
  let sizeAfterWarmUp = 0
  const cpuBefore = worker.cpuMs()
  const began = performance.now()
  for (let second = 1; second <= TRICKLE_SECONDS; second++) {
    const sent = performance.now()
    appendFileSync(from, `second ${second}\n`)
    await waitUntil(() => countLines(to) === second + 1, { timeoutMs: 5000, intervalMs: 10, what: `line ${second}` })
    slowest = Math.max(slowest, performance.now() - sent)
    if (second === Math.floor(TRICKLE_SECONDS / 4)) sizeAfterWarmUp = worker.memory().residentMb
    await delay(Math.max(0, began + second * 1000 - performance.now()))
  }
  const share = (worker.cpuMs() - cpuBefore) / (performance.now() - began)
  const growth = worker.memory().residentMb - sizeAfterWarmUp
  t.diagnostic(
    `${(share * 100).toFixed(2)} % of a processor, ${growth.toFixed(1)} MB more than after a quarter of the time, slowest line ${slowest.toFixed(0)} ms`,
  )
  assert.ok(growth < MOST_GROWTH_MB, `${growth} MB`)
  assert.ok(share < 0.03, `${share * 100} %`)
  assert.ok(slowest < 3000, `${slowest} ms`)
  assert.equal(await worker.stop(), 143)
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
})
