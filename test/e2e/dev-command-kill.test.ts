// kill -9 of the one process that holds the source, the broker and the sink: nothing is lost between them.
import assert from 'node:assert/strict'
import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openOffsetFile } from '../../src/storage/offset-file.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, type OurWorker, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { freePort, waitUntil } from '../helpers/processes.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { growFile } from './grow-file.ts'
import { countLines, tallyFile, tallyOf } from './numbered-lines.ts'

const kills = process.env['SOAK'] ? 60 : 6

test(`${kills} times kill -9 of a worker with --dev: each line is in the topic and in the sink's file`, {
  timeout: process.env['SOAK'] ? 900_000 : 480_000,
}, async (t) => {
  const folder = temporaryDir(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  const bootstrap = `127.0.0.1:${await freePort()}`
  const start = async (): Promise<OurWorker> => {
    const worker = await startOurWorker({
      folder,
      worker: workerSettings(bootstrap, folder, { 'offset.flush.interval.ms': 200 }),
      connectors: [fileSource('source', from, 'lines'), fileSink('sink', to, 'lines')],
      args: ['--dev'],
    })
    t.after(() => worker.kill9())
    return worker
  }
  const random = seededRandom(20_264)
  const growing = growFile(from, { lines: 100, everyMs: 50 })
  t.after(() => growing.stop())
  for (let round = 0; round < kills; round++) {
    const worker = await start()
    // Sometimes while it is still getting ready, sometimes in the middle of writing.
    if (round % 2 === 1) {
      const before = countLines(to)
      await waitUntil(() => countLines(to) > before, { timeoutMs: 60_000, what: `${to} to grow` })
    }
    await delay(random(800))
    await worker.kill9()
    assert.doesNotMatch(worker.output(), / ERROR /)
  }
  const lines = await growing.stop()
  const worker = await start()
  await waitUntil(async () => (await tallyFile(to, lines)).missing().length === 0, {
    timeoutMs: 120_000,
    intervalMs: 500,
    what: `each of ${lines} lines in the file`,
    giveUp: () => (worker.exit === undefined ? undefined : worker.output()),
  })
  const server = kafkaServer(bootstrap)
  // All lines may be there from before the last kill, and some of them be on their way once more
  const read = async (): Promise<unknown> =>
    (await openOffsetFile(join(folder, 'connect.offsets'))).entries()[0]?.offset['position']
  const isCommitted = async (): Promise<boolean> => {
    const [ends, sink] = [await server.endOffsets('lines'), await server.groupOffsets('connect-sink', 'lines')]
    return ends[0] === sink[0] && Number(await read()) === statSync(from).size
  }
  await waitUntil(isCommitted, { timeoutMs: 60_000, intervalMs: 100, what: 'all to be committed' })
  const inTopic = tallyOf(lines)
  for (const { value } of await server.consume('lines', { timeoutMs: 60_000 })) {
    inTopic.add(String(value))
  }
  const inFile = await tallyFile(to, lines)
  t.diagnostic(`${lines} lines, ${inTopic.repeated()} repeated in the topic, ${inFile.repeated()} in the file`)
  assert.deepEqual(inTopic.strange, [])
  assert.deepEqual(inTopic.missing(), [])
  assert.ok(inTopic.inOrder)
  assert.deepEqual(inFile.strange, [])
  assert.deepEqual(inFile.missing(), [])

  // What was committed before a kill is not done again after it.
  await worker.kill9()
  const [inTopicBefore, inFileBefore] = [inTopic.repeated() + lines, countLines(to)]
  const last = await start()
  appendFileSync(from, 'one more\n')
  await waitUntil(() => countLines(to) > inFileBefore, { timeoutMs: 60_000, what: 'one more line' })
  assert.deepEqual(await server.endOffsets('lines'), [inTopicBefore + 1])
  assert.equal(await last.stop(), 143)
  assert.equal(countLines(to), inFileBefore + 1)
})
