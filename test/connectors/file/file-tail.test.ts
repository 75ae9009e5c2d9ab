import assert from 'node:assert/strict'
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawConfig } from '../../../src/config/define.ts'
import { fileSource } from '../../../src/connectors/file/file-source.ts'
import type { SourceTask } from '../../../src/plugin/connector.ts'
import { FakeOffsets, type OpenOptions, openSource, pollUntil } from '../../helpers/fake-context.ts'
import { inTime } from '../../helpers/in-time.ts'
import { tempFolder } from './temp-folder.ts'

const open = async (t: TestContext, raw: RawConfig, options?: OpenOptions) => {
  const opened = await openSource(fileSource, { topic: 'lines', ...raw }, options)
  t.after(() => opened.stop())
  return opened
}

const values = async (task: SourceTask, count: number): Promise<unknown[]> =>
  (await pollUntil(task, { records: count, within: 20_000 })).map((record) => record.value)

const NEW_FROM_START = 'was truncated or written anew: reading it from the start'

for (const watch of ['true', 'false']) {
  test(`a truncated file is read from its start (file.watch=${watch})`, async (t) => {
    const file = tempFolder(t)('in.txt')
    writeFileSync(file, 'one\ntwo\nthree\n')
    const { task, log } = await open(t, { file, 'file.watch': watch })
    assert.deepEqual(await values(task, 3), ['one', 'two', 'three'])
    truncateSync(file, 0)
    await task.poll()
    appendFileSync(file, 'four\n')
    const [record] = await pollUntil(task, { records: 1, within: 20_000 })
    assert.deepEqual([record?.value, record?.sourceOffset], ['four', { position: 5 }])
    assert.deepEqual(log.messages('warn'), [`File ${file} ${NEW_FROM_START}`])
  })

  test(`a renamed file is read to its end, then the new one from its start (file.watch=${watch})`, async (t) => {
    const path = tempFolder(t)
    const file = path('app.log')
    writeFileSync(file, 'one\n')
    const { task } = await open(t, { file, 'file.watch': watch })
    assert.deepEqual(await values(task, 1), ['one'])
    renameSync(file, path('app.log.1'))
    appendFileSync(path('app.log.1'), 'late\nunfinished')
    writeFileSync(file, 'new\n')
    const records = await pollUntil(task, { records: 3, within: 20_000 })
    assert.deepEqual(
      records.map((record) => [record.value, record.sourceOffset]),
      [
        ['late', { position: 9 }],
        ['unfinished', { position: 19 }],
        ['new', { position: 4 }],
      ],
    )
    appendFileSync(file, 'more\n')
    assert.deepEqual(await values(task, 1), ['more'])
  })
}

test('a file written anew in place is read from its start, also when it is longer than before', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\nb\n')
  const { task } = await open(t, { file })
  assert.deepEqual(await values(task, 2), ['a', 'b'])
  writeFileSync(file, 'x\ny\nz\n')
  assert.deepEqual(await values(task, 3), ['x', 'y', 'z'])
})

test('a file replaced by a rename over it is read from its start', async (t) => {
  const path = tempFolder(t)
  writeFileSync(path('in.txt'), 'a\nb\n')
  const { task } = await open(t, { file: path('in.txt') })
  assert.deepEqual(await values(task, 2), ['a', 'b'])
  writeFileSync(path('new.txt'), 'a\nb\nc\n')
  renameSync(path('new.txt'), path('in.txt'))
  assert.deepEqual(await values(task, 3), ['a', 'b', 'c'])
})

test('a removed file is waited for', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\n')
  const { task } = await open(t, { file })
  assert.deepEqual(await values(task, 1), ['a'])
  rmSync(file)
  assert.equal(await task.poll(), null)
  writeFileSync(file, 'b\n')
  assert.deepEqual(await values(task, 1), ['b'])
})

test('offsets hold the position alone unless file.identity asks for more', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\n')
  const plain = await open(t, { file })
  assert.deepEqual((await pollUntil(plain.task, { records: 1 }))[0]?.sourceOffset, { position: 2 })
  const telling = await open(t, { file, 'file.identity': 'true' })
  const { position, identity, ...rest } = (await pollUntil(telling.task, { records: 1 }))[0]?.sourceOffset ?? {}
  assert.equal(position, 2)
  assert.match(String(identity), /^\d+:2:[0-9a-f]{16}$/)
  assert.deepEqual(rest, {})
})

test('a file rotated while the worker was down is read to its end, then the new one (file.identity=true)', async (t) => {
  const path = tempFolder(t)
  const file = path('app.log')
  const raw = { file, 'file.identity': 'true' }
  const offsets = new FakeOffsets()
  writeFileSync(file, 'one\ntwo\n')
  const first = await open(t, raw, { offsets })
  offsets.storeAll((await pollUntil(first.task, { records: 2 })).slice(0, 1))
  await first.stop()
  appendFileSync(file, 'three\n')
  renameSync(file, path('app.log.1'))
  writeFileSync(file, 'a new file that is longer\nthan the old one\n')
  const second = await open(t, raw, { offsets })
  assert.deepEqual(await values(second.task, 4), ['two', 'three', 'a new file that is longer', 'than the old one'])
})

test('a file replaced while the worker was down is read from its start (file.identity=true)', async (t) => {
  const file = tempFolder(t)('app.log')
  const raw = { file, 'file.identity': 'true' }
  const offsets = new FakeOffsets()
  writeFileSync(file, 'one\ntwo\n')
  const first = await open(t, raw, { offsets })
  offsets.storeAll(await pollUntil(first.task, { records: 2 }))
  await first.stop()
  writeFileSync(file, 'a new file that is longer\n')
  const second = await open(t, raw, { offsets })
  assert.deepEqual(await values(second.task, 1), ['a new file that is longer'])
  assert.deepEqual(second.log.messages('warn'), [`File ${file} is another one than before: reading it from the start`])
})

test('a file that only grew while the worker was down is resumed (file.identity=true)', async (t) => {
  const file = tempFolder(t)('app.log')
  const raw = { file, 'file.identity': 'true' }
  const offsets = new FakeOffsets()
  writeFileSync(file, 'one\n')
  const first = await open(t, raw, { offsets })
  offsets.storeAll(await pollUntil(first.task, { records: 1 }))
  await first.stop()
  appendFileSync(file, 'x'.repeat(1000))
  appendFileSync(file, '\ntwo\n')
  const second = await open(t, raw, { offsets })
  assert.deepEqual(await values(second.task, 2), ['x'.repeat(1000), 'two'])
})

test('a change is noticed at once when it is watched', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\n')
  const { task } = await open(t, { file })
  assert.deepEqual(await values(task, 1), ['a'])
  // Looks come further and further apart while nothing happens: only watching is this fast then.
  for (let count = 0; count < 2; count++) await task.poll()
  await inTime(100, 20, async (count) => {
    const polled = task.poll()
    await sleep(count === 0 ? 100 : 40)
    const began = performance.now()
    appendFileSync(file, `line ${count}\n`)
    const [record] = (await polled) ?? (await pollUntil(task, { records: 1, within: 20_000 }))
    const delay = performance.now() - began
    assert.equal(record?.value, `line ${count}`)
    return delay
  })
})
