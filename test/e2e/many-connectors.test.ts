import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines } from './numbered-lines.ts'

const PAIRS = 50
const MOST_SHARE = 0.05
const MOST_MB = 250
/** Until fetches wait as long as they will, and what the start left behind is collected. */
const SETTLE_MS = 12_000
const WINDOW_MS = 20_000
const SLICES = 4
/** Each task by itself would wake the program some sixty times a second. */
const MOST_WAKE_UPS = 35

/** How often the program's own thread has slept, since its start. */
const sleepsOf = (pid: number): number =>
  Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/task/${pid}/status`, 'utf8'))?.[1])

test(`${2 * PAIRS} connectors without work wake the program together, use less than 5 % of a processor and 250 MB, and are there at once for a line`, {
  timeout: 360_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('many')
  const numbers = Array.from({ length: PAIRS }, (_, number) => number)
  const from = numbers.map((number) => join(folder, `from-${number}.txt`))
  const to = numbers.map((number) => join(folder, `to-${number}.txt`))
  for (const file of from) writeFileSync(file, 'first\n')
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'offset.flush.interval.ms': 10_000 }),
    connectors: [
      ...from.map((file) => fileSource(uniqueName('source'), file, topic)),
      ...to.map((file) => fileSink(uniqueName('sink'), file, topic)),
    ],
  })
  t.after(() => worker.kill9())
  const untilAll = (lines: number): Promise<unknown> =>
    waitUntil(() => to.every((file) => countLines(file) === lines), {
      timeoutMs: 90_000,
      what: `${lines} lines in each of ${PAIRS} files`,
      giveUp: () => (worker.exit === undefined ? undefined : worker.output()),
    })
  await untilAll(PAIRS)
  await delay(SETTLE_MS)
  const shares: number[] = []
  const wakeUps: number[] = []
  // On a machine that others keep busy each wake-up costs more: one of two times must do.
  while (shares.length < 2 && !(Math.min(...shares) < MOST_SHARE)) {
    const before = worker.cpuMs()
    const began = performance.now()
    for (let slice = 0; slice < SLICES; slice++) {
      const slept = sleepsOf(worker.pid)
      await delay(WINDOW_MS / SLICES)
      wakeUps.push(Math.round(((sleepsOf(worker.pid) - slept) * 1000 * SLICES) / WINDOW_MS))
    }
    shares.push((worker.cpuMs() - before) / (performance.now() - began))
  }
  const { residentMb } = worker.memory()
  const began = performance.now()
  appendFileSync(from[7]!, 'another\n')
  await untilAll(PAIRS + 1)
  const took = performance.now() - began
  const shown = shares.map((share) => `${(share * 100).toFixed(2)} %`).join(', then ')
  t.diagnostic(
    `${shown} of a processor, ${residentMb.toFixed(0)} MB resident, ${wakeUps} wake-ups a second; a line in all files after ${took.toFixed(0)} ms`,
  )
  assert.ok(Math.min(...shares) < MOST_SHARE, shown)
  // When garbage is collected there are many more: one of the slices must do.
  assert.ok(Math.min(...wakeUps) < MOST_WAKE_UPS, `${wakeUps} wake-ups a second`)
  assert.ok(residentMb < MOST_MB, `${residentMb} MB`)
  assert.ok(took < 5000, `${took} ms`)
  assert.equal(await worker.stop(), 143)
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
})
