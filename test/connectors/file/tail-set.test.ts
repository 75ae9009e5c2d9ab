import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { RawConfig } from '../../../src/config/define.ts'
import { parseOrThrow } from '../../../src/config/parse.ts'
import { fileSource } from '../../../src/connectors/file/file-source.ts'
import type { SourceRecord } from '../../../src/plugin/record.ts'
import { FakeOffsets, type OpenOptions, openSource, pollUntil } from '../../helpers/fake-context.ts'
import { rememberRunning } from '../../helpers/left-running.ts'
import { waitUntil } from '../../helpers/processes.ts'
import { tempFolder } from './temp-folder.ts'

const open = async (t: TestContext, raw: RawConfig, options?: OpenOptions) => {
  const opened = await openSource(fileSource, { topic: 'lines', ...raw }, options)
  t.after(() => opened.stop())
  return opened
}

/** `name: line` of each record, sorted: the order of files among each other is not promised. */
const linesOf = (records: readonly SourceRecord[]): string[] =>
  records.map((record) => `${String(record.sourcePartition?.['filename']).split('/').at(-1)}: ${record.value}`).sort()

test('all files that match are read, each a source partition of its own, new ones too', async (t) => {
  const path = tempFolder(t)
  writeFileSync(path('a.log'), 'one\ntwo\n')
  writeFileSync(path('b.log'), 'three\n')
  writeFileSync(path('c.txt'), 'not this\n')
  const { task } = await open(t, { file: path('*.log') })
  const records = await pollUntil(task, { records: 3 })
  assert.deepEqual(linesOf(records), ['a.log: one', 'a.log: two', 'b.log: three'])
  assert.deepEqual(records[0]?.sourcePartition, { filename: path('a.log') })
  await task.poll()
  writeFileSync(path('d.log'), 'four\n')
  appendFileSync(path('b.log'), 'five\n')
  assert.deepEqual(linesOf(await pollUntil(task, { records: 2 })), ['b.log: five', 'd.log: four'])
})

test('a directory that ends with a slash may come later', async (t) => {
  const path = tempFolder(t)
  const { task } = await open(t, { file: path('later/') })
  assert.equal(await task.poll(), null)
  mkdirSync(path('later'))
  writeFileSync(path('later/x'), 'one\n')
  assert.deepEqual(linesOf(await pollUntil(task, { records: 1 })), ['x: one'])
})

test('tasks share the files: each is read once', async (t) => {
  const path = tempFolder(t)
  const expected: string[] = []
  for (let file = 0; file < 20; file++) {
    writeFileSync(path(`${file}.log`), 'line\n')
    expected.push(`${file}.log: line`)
  }
  const settings = parseOrThrow(fileSource.config, { file: path('*.log'), topic: 't' })
  assert.equal((await fileSource.tasks?.(settings, 3, {}))?.length, 3)
  const tasks = await Promise.all(
    [0, 1, 2].map(async (task) => (await open(t, { file: path('*.log') }, { maxTasks: 3, task })).task),
  )
  const read: string[] = []
  for (let round = 0; read.length < expected.length && round < 20; round++) {
    for (const task of tasks) read.push(...linesOf(await pollUntil(task, { records: 20, within: 300 })))
  }
  // Nothing comes twice
  for (const task of tasks) read.push(...linesOf((await task.poll()) ?? []))
  assert.deepEqual(read.sort(), expected.sort())
})

test('after a restart each file is resumed where it was', async (t) => {
  const path = tempFolder(t)
  const offsets = new FakeOffsets()
  writeFileSync(path('a.log'), 'a1\na2\n')
  writeFileSync(path('b.log'), 'b1\nb2\n')
  const first = await open(t, { file: path('*.log') }, { offsets })
  const records = await pollUntil(first.task, { records: 4 })
  offsets.storeAll(records.filter((record) => record.value !== 'b2'))
  await first.stop()
  appendFileSync(path('a.log'), 'a3\n')
  const second = await open(t, { file: path('*.log') }, { offsets })
  assert.deepEqual(linesOf(await pollUntil(second.task, { records: 2 })), ['a.log: a3', 'b.log: b2'])
})

test('a renamed file that still matches is read on under its new name, not again', async (t) => {
  const path = tempFolder(t)
  writeFileSync(path('app.log'), 'one\n')
  writeFileSync(path('app.1.log'), 'old\n')
  const { task } = await open(t, { file: path('app*.log') })
  assert.deepEqual(linesOf(await pollUntil(task, { records: 2 })), ['app.1.log: old', 'app.log: one'])
  renameSync(path('app.1.log'), path('app.2.log'))
  renameSync(path('app.log'), path('app.1.log'))
  appendFileSync(path('app.1.log'), 'late\n')
  writeFileSync(path('app.log'), 'new\n')
  const records = await pollUntil(task, { records: 2, within: 20_000 })
  records.push(...(await pollUntil(task, { records: 1, within: 2000 })))
  assert.deepEqual(records.map((record) => record.value).sort(), ['late', 'new'])
  appendFileSync(path('app.log'), 'newer\n')
  assert.deepEqual(linesOf(await pollUntil(task, { records: 1 })), ['app.log: newer'])
})

test('files that were renamed among each other while the worker was down are not read again', async (t) => {
  const path = tempFolder(t)
  const offsets = new FakeOffsets()
  writeFileSync(path('app.log'), 'one\ntwo\n')
  writeFileSync(path('app.1.log'), 'old\n')
  const first = await open(t, { file: path('app*.log') }, { offsets })
  offsets.storeAll((await pollUntil(first.task, { records: 3 })).filter((record) => record.value !== 'two'))
  await first.stop()
  renameSync(path('app.1.log'), path('app.2.log'))
  renameSync(path('app.log'), path('app.1.log'))
  writeFileSync(path('app.log'), 'new\n')
  const second = await open(t, { file: path('app*.log') }, { offsets })
  const records = await pollUntil(second.task, { records: 2, within: 20_000 })
  records.push(...(await pollUntil(second.task, { records: 1, within: 2000 })))
  assert.deepEqual(linesOf(records), ['app.1.log: two', 'app.log: new'])
})

test('one file that cannot be read does not keep the others from being read', async (t) => {
  const path = tempFolder(t)
  writeFileSync(path('a.log'), 'one\n')
  writeFileSync(path('b.log'), 'two\n')
  const offsets = new FakeOffsets()
  const { task, log } = await open(t, { file: path('*.log') }, { offsets })
  await pollUntil(task, { records: 2 })
  writeFileSync(path('c.log'), 'x'.repeat(10))
  rmSync(path('b.log'))
  mkdirSync(path('b.log'))
  appendFileSync(path('a.log'), 'three\n')
  const records = await pollUntil(task, { records: 1, within: 20_000 })
  const isTold = async (): Promise<boolean> => {
    records.push(...((await task.poll()) ?? []))
    return log.messages('error').length > 0
  }
  await waitUntil(isTold, { timeoutMs: 40_000, what: 'the file that cannot be read to be told' })
  records.push(...(await pollUntil(task, { records: 1, within: 2000 })))
  assert.deepEqual(linesOf(records), ['a.log: three'])
  assert.deepEqual(log.messages('error'), [
    `Could not open ${path('b.log')}: it is a directory; end it with / to read the files in it; going on with the other files`,
  ])
})

test('many files are closed and unwatched when the task stops', async (t) => {
  const path = tempFolder(t)
  for (let file = 0; file < 30; file++) writeFileSync(path(`${file}.log`), 'line\npart')
  const warmUp = await open(t, { file: path('*.log') })
  await pollUntil(warmUp.task, { records: 30 })
  await warmUp.task.poll()
  await warmUp.stop()
  const leftRunning = await rememberRunning()
  const { task, stop } = await openSource(fileSource, { topic: 't', file: path('*.log') })
  assert.equal((await pollUntil(task, { records: 30 })).length, 30)
  await task.poll()
  await stop()
  assert.deepEqual(await leftRunning(), [])
})

test('a folder that vanishes just before the task stops leaves no watch behind', async (t) => {
  const path = tempFolder(t)
  const files = Array.from({ length: 20 }, (_, file) => path(`logs/${file}.log`))
  for (let run = 0; run < 2; run++) {
    mkdirSync(path('logs'))
    for (const file of files) writeFileSync(file, 'line\n')
    const leftRunning = await rememberRunning()
    const { task, stop } = await openSource(fileSource, { topic: 't', file: path('logs/') })
    assert.equal((await pollUntil(task, { records: 20 })).length, 20)
    await task.poll()
    rmSync(path('logs'), { recursive: true })
    await stop()
    if (run === 1) assert.deepEqual(await leftRunning(), [])
  }
})
