// Whether memory stays flat when records flow as fast as they can: into a topic and out of it, in one worker.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { median } from '../../bench/statistics.ts'
import { startBroker } from '../helpers/kafka-broker.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const MINUTE = 60_000
const TOPIC = 'at-speed'
/** Compilers and caches have settled by then. */
const WARM_UP_MS = MINUTE
const RUN_MS = 10 * MINUTE
const LOOK_MS = 5000
const MOST_GROWTH_MB = 10
const LEAST_RECORDS = 10_000_000

test('memory is flat over ten minutes at full speed', {
  timeout: WARM_UP_MS + RUN_MS + 3 * MINUTE,
  skip: isSoak() ? false : 'takes eleven minutes: npm run soak',
}, async (t) => {
  const folder = temporaryDir(t)
  const broker = await startBroker({ jvmOptions: ['-Xmx1g'], settings: { 'log.retention.check.interval.ms': 2000 } })
  t.after(() => broker.close())
  const server = kafkaServer(broker.bootstrap)
  // The disk need not hold what nobody reads any more.
  await server.createTopic(TOPIC, { config: { 'segment.bytes': `${64 << 20}`, 'retention.bytes': `${1 << 30}` } })
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(broker.bootstrap, folder, { 'offset.flush.interval.ms': 10_000 }),
    connectors: [fileSource('source', pipe, TOPIC), fileSink('sink', '/dev/null', TOPIC)],
  })
  t.after(() => worker.kill9())
  const line = 'a line of 85 bytes '.repeat(5).slice(0, 85)
  const writer = spawn('sh', ['-c', 'exec yes "$1" > "$2"', 'sh', line, pipe], { stdio: 'ignore' })
  t.after(() => writer.kill('SIGKILL'))
  const written = async (): Promise<number> => (await server.endOffsets(TOPIC))[0]!
  await waitUntil(async () => (await written()) > 0, { timeoutMs: 30_000, what: 'the first records' })
  await delay(WARM_UP_MS)
  const residentMb: number[] = []
  const before = await written()
  for (const end = performance.now() + RUN_MS; performance.now() < end; ) {
    await delay(LOOK_MS)
    residentMb.push(worker.memory().residentMb)
    assert.equal(worker.exit, undefined, worker.output().slice(-3000))
  }
  const records = (await written()) - before
  const third = Math.floor(residentMb.length / 3)
  const [early, late] = [median(residentMb.slice(0, third)), median(residentMb.slice(-third))]
  t.diagnostic(
    `${records} records in and out in ${RUN_MS / MINUTE} minutes; ${early.toFixed(0)} MB resident in the first third, ${late.toFixed(0)} MB in the last`,
  )
  assert.doesNotMatch(worker.output(), /FAILED/)
  assert.ok(records > LEAST_RECORDS, `${records}`)
  assert.ok(late < early + MOST_GROWTH_MB, residentMb.map((mb) => mb.toFixed(0)).join(' '))
  assert.equal(await worker.stop(), 143)
})
