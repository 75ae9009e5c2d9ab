import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RawConfig } from '../../../src/config/define.ts'
import { fileSource } from '../../../src/connectors/file/file-source.ts'
import type { OffsetFields } from '../../../src/plugin/record.ts'
import { FakeOffsets, type OpenOptions, openSource, pollUntil } from '../../helpers/fake-context.ts'
import { inTime } from '../../helpers/in-time.ts'
import { tempFolder } from './temp-folder.ts'

const open = async (t: TestContext, raw: RawConfig, options?: OpenOptions) => {
  const opened = await openSource(fileSource, { topic: 'lines', ...raw }, options)
  t.after(() => opened.stop())
  return opened
}

const storedAt = (filename: string, offset: OffsetFields): FakeOffsets => {
  const offsets = new FakeOffsets()
  offsets.store({ filename }, offset)
  return offsets
}

test('a line becomes the record that the JVM connector makes of it', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'foo\nbar\r\n')
  const before = Date.now()
  const { task } = await open(t, { file })
  const [foo, bar] = await pollUntil(task, { records: 2 })
  assert.ok(foo && bar)
  const { timestamp, valueSchema, ...rest } = foo
  assert.ok(timestamp !== null && timestamp >= before && timestamp <= Date.now())
  assert.deepEqual(
    { type: valueSchema?.type, optional: valueSchema?.optional, name: valueSchema?.name },
    { type: 'string', optional: false, name: null },
  )
  assert.deepEqual(rest, {
    topic: 'lines',
    partition: null,
    keySchema: null,
    key: null,
    value: 'foo',
    headers: [],
    sourcePartition: { filename: file },
    sourceOffset: { position: 4 },
  })
  assert.deepEqual([bar.value, bar.sourceOffset], ['bar', { position: 9 }])
  assert.equal(bar.sourcePartition, foo.sourcePartition)
})

test('positions count bytes, so that text beyond ASCII is resumed at the next line', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'héllo\n€uro\nlast\n')
  const first = await open(t, { file })
  const records = await pollUntil(first.task, { records: 3 })
  assert.deepEqual(
    records.map((record) => record.sourceOffset),
    [{ position: 7 }, { position: 14 }, { position: 19 }],
  )
  for (const [index, { sourceOffset }] of records.entries()) {
    const { task } = await open(t, { file }, { offsets: storedAt(file, sourceOffset ?? {}) })
    appendFileSync(file, `more ${index}\n`)
    const [next] = await pollUntil(task, { records: 1 })
    assert.equal(next?.value, ['€uro', 'last', 'more 0'][index])
  }
})

test('no more than batch.size records come at a time, and the rest without waiting for growth', async (t) => {
  const path = tempFolder(t)
  await inTime(500, 10, async (number) => {
    const file = path(`${number}.txt`)
    writeFileSync(file, 'a\nb\nc\n')
    const { task } = await open(t, { file, 'batch.size': '1' })
    const began = performance.now()
    for (const value of ['a', 'b', 'c'])
      assert.deepEqual(
        (await task.poll())?.map((record) => record.value),
        [value],
      )
    return performance.now() - began
  })
})

test('the default batch holds 2000 lines', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'x\n'.repeat(2003))
  const { task } = await open(t, { file })
  assert.equal((await task.poll())?.length, 2000)
  assert.equal((await task.poll())?.length, 3)
})

test('a batch size below one counts as one', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\nb\n')
  const { task } = await open(t, { file, 'batch.size': '-5' })
  assert.equal((await task.poll())?.length, 1)
})

test('a last line without line end is held back, also over a restart, until its line end comes', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'one\ntw')
  const offsets = new FakeOffsets()
  const first = await open(t, { file }, { offsets })
  const records = await pollUntil(first.task, { records: 1 })
  records.push(...(await pollUntil(first.task, { records: 1, within: 300 })))
  assert.deepEqual(
    records.map((record) => record.value),
    ['one'],
  )
  offsets.storeAll(records)
  await first.stop()
  const second = await open(t, { file }, { offsets })
  assert.deepEqual(await second.task.poll(), null)
  appendFileSync(file, 'o\n')
  const [two] = await pollUntil(second.task, { records: 1 })
  assert.deepEqual([two?.value, two?.sourceOffset], ['two', { position: 8 }])
})

test('a quiet last line becomes a record after last.line.timeout.ms, and its late line end no empty one', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'one\ntwo')
  const offsets = new FakeOffsets()
  const raw = { file, 'last.line.timeout.ms': '100' }
  const first = await open(t, raw, { offsets })
  const records = await pollUntil(first.task, { records: 2 })
  assert.deepEqual(
    records.map((record) => [record.value, record.sourceOffset]),
    [
      ['one', { position: 4 }],
      ['two', { position: 7 }],
    ],
  )
  appendFileSync(file, '\nthree\nfour')
  const more = await pollUntil(first.task, { records: 2 })
  offsets.storeAll(more)
  await first.stop()
  appendFileSync(file, '\r\nfive\n')
  const second = await open(t, raw, { offsets })
  const last = await pollUntil(second.task, { records: 1 })
  assert.deepEqual(
    [...more, ...last].map((record) => record.value),
    ['three', 'four', 'five'],
  )
})

test('a missing file is told once, waited for and read when it is there', async (t) => {
  const file = tempFolder(t)('later.txt')
  const { task, log } = await open(t, { file })
  assert.equal(await task.poll(), null)
  assert.equal(await task.poll(), null)
  assert.deepEqual(log.messages('warn'), [`File ${file} does not exist; waiting for it to be created`])
  writeFileSync(file, 'here\n')
  const [record] = await pollUntil(task, { records: 1, within: 20_000 })
  assert.equal(record?.value, 'here')
})

test('a stored position beyond the end starts again from the beginning, with a warning', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\nb\n')
  const { task, log } = await open(t, { file }, { offsets: storedAt(file, { position: 100 }) })
  const records = await pollUntil(task, { records: 2 })
  assert.deepEqual(
    records.map((record) => record.sourceOffset),
    [{ position: 2 }, { position: 4 }],
  )
  assert.deepEqual(log.messages('warn'), [
    `File ${file} has 4 bytes, but byte 100 was stored: reading it from the start`,
  ])
})

for (const [name, offset] of [
  ['null', { position: null }],
  ['missing', {}],
] as const) {
  test(`a stored position that is ${name} means the start`, async (t) => {
    const file = tempFolder(t)('in.txt')
    writeFileSync(file, 'a\n')
    const { task } = await open(t, { file }, { offsets: storedAt(file, offset) })
    const [record] = await pollUntil(task, { records: 1 })
    assert.equal(record?.value, 'a')
  })
}

test('a stored position that is no integer fails the task in the JVM words', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\n')
  for (const position of ['7', 1.5, true]) {
    const { task } = await open(t, { file }, { offsets: storedAt(file, { position }) })
    await assert.rejects(() => task.poll(), /^ConnectException: Offset position is the incorrect type$/)
  }
})

const mayReadAll = process.getuid?.() === 0 && 'whoever runs the tests may read everything'
test('a file that must not be read fails the task with the reason', { skip: mayReadAll }, async (t) => {
  const file = tempFolder(t)('secret.txt')
  writeFileSync(file, 'a\n')
  await chmod(file, 0)
  const { task } = await open(t, { file })
  await assert.rejects(() => task.poll(), /^ConnectException: Could not open .*secret\.txt: EACCES: permission denied/)
})

test('a path below a file, which can never be created, fails the task', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\n')
  const { task } = await open(t, { file: `${file}/below` })
  await assert.rejects(() => task.poll(), /^ConnectException: Could not open .*: ENOTDIR: not a directory/)
})

test('a line of many megabytes comes whole', async (t) => {
  const file = tempFolder(t)('in.txt')
  const long = 'é'.repeat(5_000_000)
  writeFileSync(file, `a\n${long}\nb\n`)
  const { task } = await open(t, { file })
  const records = await pollUntil(task, { records: 3 })
  assert.deepEqual(
    records.map((record) => record.sourceOffset),
    [{ position: 2 }, { position: 10_000_003 }, { position: 10_000_005 }],
  )
  assert.ok(records[1]?.value === long)
})

test('a file that is as large as disks get is resumed near its end', async (t) => {
  const file = tempFolder(t)('sparse.txt')
  const start = 5 * 2 ** 40
  const fd = openSync(file, 'w')
  try {
    writeSync(fd, 'first\n', 0)
    writeSync(fd, 'last\n', start)
  } catch {
    return t.skip('the file system has no files of this size')
  } finally {
    closeSync(fd)
  }
  const { task } = await open(t, { file }, { offsets: storedAt(file, { position: start }) })
  const [record] = await pollUntil(task, { records: 1 })
  assert.deepEqual([record?.value, record?.sourceOffset], ['last', { position: start + 5 }])
})

test('a named pipe is read without positions', {
  skip: process.platform === 'win32' && 'Windows has no named pipes in folders',
}, async (t) => {
  const file = tempFolder(t)('pipe')
  execFileSync('mkfifo', [file])
  const { task } = await open(t, { file })
  appendFileSync(file, 'a\nb\n')
  const records = await pollUntil(task, { records: 2 })
  appendFileSync(file, 'c\n')
  records.push(...(await pollUntil(task, { records: 1 })))
  assert.deepEqual(
    records.map((record) => [record.value, record.sourcePartition, record.sourceOffset]),
    ['a', 'b', 'c'].map((value) => [value, { filename: file }, { position: null }]),
  )
})

test('without a file, standard input is read, its last line included', async () => {
  const script = `
    import { fileSource } from './src/connectors/file/file-source.ts'
    import { openSource, pollUntil } from './test/helpers/fake-context.ts'
    const { task, stop } = await openSource(fileSource, { topic: 't' })
    for (const { value, sourcePartition, sourceOffset } of await pollUntil(task, { records: 3, within: 30_000 })) {
      console.log(JSON.stringify({ value, sourcePartition, sourceOffset }))
    }
    await stop()`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    timeout: 60_000,
  })
  child.stdin.write('one\r\ntwo\nthr')
  child.stdin.end('ee')
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8')) output += text
  const line = (value: string) =>
    `{"value":"${value}","sourcePartition":{"filename":null},"sourceOffset":{"position":null}}\n`
  assert.equal(output, line('one') + line('two') + line('three'))
})

const alter = (offset: OffsetFields | null, partition: OffsetFields | null = { filename: 'f' }, file = 'f') =>
  fileSource.alterOffsets?.({ file, topic: 't' }, [[partition, offset]])

test('offsets are altered with the checks of the JVM connector', () => {
  const rows = [
    [null, { filename: 'f' }, true],
    [null, null, true],
    [{ position: 0 }, { filename: 'f' }, true],
    [{ position: 10n }, { filename: 'other' }, true],
    [{ other: 1 }, { filename: 'f' }, "Offset objects should either be null or contain the key 'position'"],
    [{ position: 'x' }, null, "The value for the 'position' key in the offset is expected to be a Long value"],
    [
      { position: null },
      { filename: 'f' },
      "The value for the 'position' key in the offset is expected to be a Long value",
    ],
    [
      { position: 1.5 },
      { filename: 'f' },
      "The value for the 'position' key in the offset is expected to be a Long value",
    ],
    [{ position: -1 }, null, "The value for the 'position' key in the offset should be a non-negative value"],
    [{ position: -1n }, null, "The value for the 'position' key in the offset should be a non-negative value"],
    [{ position: 1 }, null, 'Partition objects cannot be null'],
    [{ position: 1 }, { file: 'f' }, "Partition objects should contain the key 'filename'"],
  ] as const
  for (const [offset, partition, expected] of rows) {
    if (expected === true) assert.equal(alter(offset, partition), true)
    else assert.throws(() => alter(offset, partition), { name: 'ConnectException', message: expected })
  }
})

test('offsets of standard input cannot be altered', () => {
  const message =
    "Offsets cannot be modified if the 'file' configuration is unspecified. " +
    'This is because stdin is used for input and offsets are not tracked.'
  assert.throws(() => alter({ position: 1 }, { filename: 'f' }, ''), { message })
  assert.throws(() => fileSource.alterOffsets?.({ topic: 't' }, []), { message })
})

test('one file is one task, with the config of the connector, whatever tasks.max says', async (t) => {
  const file = tempFolder(t)('in.txt')
  const raw = { file, topic: 't', anything: 'else' }
  const settings = { file, topic: 't', 'batch.size': 2000, 'file.watch': true, 'file.identity': null }
  assert.deepEqual(await fileSource.tasks?.({ ...settings, 'last.line.timeout.ms': -1 }, 5, raw), [raw])
})
