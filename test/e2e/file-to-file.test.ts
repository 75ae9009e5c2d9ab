import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, writeLines } from './numbered-lines.ts'

const LINES = 1_000_000
/** Source and sink in one process. The V8 of newer versions keeps some 20 MB more. */
const MOST_MEMORY_MB = process.version.startsWith('v20.') ? 150 : 175

test('a million lines go from a file through a topic to a file, in order, in little memory', {
  timeout: 400_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  const topic = await server.newTopic('million')
  writeLines(from, 0, LINES)
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder),
    connectors: [fileSource(uniqueName('source'), from, topic), fileSink(uniqueName('sink'), to, topic)],
  })
  t.after(() => worker.kill9())
  const began = performance.now()
  await waitUntil(() => countLines(to) >= LINES, {
    timeoutMs: 240_000,
    intervalMs: 250,
    what: `${LINES} lines in the sink's file`,
    giveUp: () => (worker.exit === undefined ? undefined : worker.output()),
  })
  const seconds = (performance.now() - began) / 1000
  const { peakMb } = worker.memory()
  t.diagnostic(`${LINES} lines there and back in ${seconds.toFixed(1)} s, at most ${peakMb.toFixed(0)} MB resident`)
  assert.equal(await worker.stop(), 143)
  assert.deepEqual(await server.endOffsets(topic), [LINES])
  assert.ok(readFileSync(to).equals(readFileSync(from)), 'the files are equal')
  assert.ok(peakMb < MOST_MEMORY_MB, `${peakMb} MB`)
  assert.doesNotMatch(worker.output(), / (WARN|ERROR) /)
})
