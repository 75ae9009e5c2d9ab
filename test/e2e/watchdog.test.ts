import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSink, fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines } from './numbered-lines.ts'
import { installPlugins } from './plugin-folder.ts'

const HELD = [
  ['block', 'task NAME-0 in its poll, at block'],
  ['block.later', 'task NAME-0, after a wait, at block'],
] as const

test('the log names the task, the call and the line of code that hold up the event loop, and others go on after it', {
  timeout: 300_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('held')
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeFileSync(from, 'one\n')
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, { 'plugin.path': installPlugins(folder) }),
    connectors: [fileSource('from', from, topic), fileSink(uniqueName('to'), to, topic)],
  })
  t.after(() => worker.kill9())
  const arrives = (lines: number): Promise<unknown> =>
    waitUntil(() => countLines(to) >= lines, { timeoutMs: 120_000, what: `line ${lines}` })
  await arrives(1)
  assert.doesNotMatch(worker.output(), /event loop/)
  for (const [number, [how, said]] of HELD.entries()) {
    const name = `holder-${number}`
    const offset = worker.output().length
    const config = { 'connector.class': 'test.e2e.BadSource', topic: 'none', where: 'poll', how, ms: '8000' }
    void fetch(`${worker.restUrl()}/connectors`, {
      method: 'POST',
      body: JSON.stringify({ name, config }),
      headers: { 'content-type': 'application/json' },
    }).catch(() => undefined)
    const wait = { timeoutMs: 90_000, from: offset }
    const line = await worker.waitForLog('The event loop has not turned for', wait)
    assert.ok(line.includes(' WARN  '), line)
    assert.ok(line.includes(said.replace('NAME', name)), line)
    assert.match(line, /misbehave\.js:\d+\)/)
    const end = await worker.waitForLog('The event loop turns again, after', wait)
    assert.ok(end.includes(`task ${name}-0`), end)
    appendFileSync(from, 'another\n')
    await arrives(number + 2)
    assert.equal((await fetch(`${worker.restUrl()}/connectors/${name}`, { method: 'DELETE' })).status, 204)
  }
})

test('a machine that stands still for seconds is no event loop that is held up', { timeout: 180_000 }, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'plugin.path': installPlugins(folder),
      // Set: the watchdog runs though no plug-in does
      'watchdog.blocked.ms': 2000,
    }),
  })
  t.after(() => worker.kill9())
  await delay(1500)
  for (let time = 0; time < 6; time++) {
    worker.signal('SIGSTOP')
    await delay(2300)
    worker.signal('SIGCONT')
    await delay(700 + 130 * time)
  }
  assert.equal(await worker.stop(), 143)
  assert.doesNotMatch(worker.output(), /event loop/)
})
