import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { whyDevBroker } from '../helpers/choose-broker.ts'
import { startBroker } from '../helpers/kafka-broker.ts'
import { kafkaServer } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, type OurWorker, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { growFile } from './grow-file.ts'
import { countLines, tallyFile, tallyOf } from './numbered-lines.ts'

const untilThere = async (worker: OurWorker, file: string, lines: number): Promise<void> => {
  await waitUntil(() => countLines(file) >= lines, {
    timeoutMs: 120_000,
    intervalMs: 100,
    what: `${lines} lines in ${file}`,
    giveUp: () => (worker.exit === undefined ? undefined : `the worker ended: ${worker.output()}`),
  }).catch((error: unknown) => {
    throw new Error(`${error}\nthere were ${countLines(file)}\n${worker.output().slice(-8000)}`)
  })
}

test('a broker that is away for 20 s, and one that is killed: work goes on by itself, nothing is lost or written twice', {
  timeout: 540_000,
}, async (t) => {
  const broker = await startBroker()
  t.after(() => broker.close())
  const server = kafkaServer(broker.bootstrap)
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  const topic = await server.newTopic('outage')
  const growing = growFile(from, { lines: 100, everyMs: 20 })
  t.after(() => growing.stop())
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(broker.bootstrap, folder),
    connectors: [fileSource('source', from, topic), fileSink('sink', to, topic)],
  })
  t.after(() => worker.kill9())
  await untilThere(worker, to, 1000)

  const beforeStop = worker.output().length
  await broker.stop()
  await delay(20_000)
  assert.deepEqual(
    [...(await worker.settledTaskStates()).values()],
    ['RUNNING', 'RUNNING'],
    'REST answers without a broker',
  )
  const whileAway = worker.output().slice(beforeStop)
  await broker.start()
  await untilThere(worker, to, growing.lines)
  assert.match(whileAway, / WARN .*127\.0\.0\.1/, 'the log says that the broker is away')
  assert.ok(whileAway.split('\n').length < 200, `the log is not flooded:\n${whileAway.slice(0, 10_000)}`)

  await delay(1000)
  await broker.kill()
  await delay(2000)
  await broker.start()
  await untilThere(worker, to, growing.lines)
  await delay(1000)

  const lines = await growing.stop()
  await untilThere(worker, to, lines)
  assert.equal(await worker.stop(), 143)
  const log = worker.output()
  assert.doesNotMatch(log, /FAILED|unrecoverable|Task is being killed/)
  const inTopic = tallyOf(lines)
  for (const { value } of await server.consume(topic, { timeoutMs: 60_000 })) inTopic.add(String(value))
  const inFile = await tallyFile(to, lines)
  t.diagnostic(`${lines} lines; in the file ${inFile.repeated()} are repeated`)
  for (const [where, tally] of Object.entries({ topic: inTopic, file: inFile })) {
    assert.deepEqual(tally.strange, [], where)
    assert.deepEqual(tally.missing(), [], where)
    // The development broker forgets who is in a group: the sink then goes on from its last commit
    if (where === 'file' && (await whyDevBroker()) !== undefined) continue
    assert.equal(tally.repeated(), 0, where)
    assert.ok(tally.inOrder, where)
  }
})
