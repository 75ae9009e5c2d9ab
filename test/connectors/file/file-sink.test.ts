import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RawConfig } from '../../../src/config/define.ts'
import { parseOrThrow } from '../../../src/config/parse.ts'
import { fileSink } from '../../../src/connectors/file/file-sink.ts'
import { schemaOf } from '../../../src/data/schema.ts'
import { openSink, sinkRecord } from '../../helpers/fake-context.ts'
import { tempFolder } from './temp-folder.ts'

const open = async (t: TestContext, raw: RawConfig) => {
  const opened = await openSink(fileSink, raw)
  t.after(() => opened.stop())
  return opened
}

test('values are written as Java shows them, one a line', async (t) => {
  const file = tempFolder(t)('out.txt')
  const { task } = await open(t, { file })
  const struct = schemaOf({
    type: 'struct',
    fields: [
      { name: 'a', schema: schemaOf({ type: 'int32' }) },
      { name: 'b', schema: schemaOf({ type: 'string' }) },
    ],
  })
  const rows: readonly (readonly [text: string, value: unknown, schema?: ReturnType<typeof schemaOf>])[] = [
    ['text', 'text'],
    ['äöü €🎉', 'äöü €🎉'],
    ['', ''],
    ['null', null],
    ['true', true],
    ['42', 42],
    ['9007199254740993', 9007199254740993n],
    ['1.0', 1, schemaOf({ type: 'float64' })],
    ['1.0E10', 1e10, schemaOf({ type: 'float64' })],
    ['0.1', 0.1],
    ['Struct{a=1,b=x}', { a: 1, b: 'x' }, struct],
    ['{a=1, b=x}', { a: 1, b: 'x' }],
    ['[1, 2]', [1, 2]],
    ['bytes as text: é', Buffer.from('bytes as text: é')],
  ]
  await task.put(rows.map(([, value, schema]) => sinkRecord(value, { valueSchema: schema ?? null })))
  assert.deepEqual(readFileSync(file, 'utf8').split('\n'), [...rows.map(([text]) => text), ''])
})

test('lines are appended to what is there', async (t) => {
  const file = tempFolder(t)('out.txt')
  writeFileSync(file, 'before\n')
  const { task } = await open(t, { file })
  await task.put([sinkRecord('after')])
  assert.equal(readFileSync(file, 'utf8'), 'before\nafter\n')
})

const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`)

test('large batches are in the file after a flush, in order and once', async (t) => {
  const file = tempFolder(t)('out.txt')
  const { task } = await open(t, { file })
  const lines: string[] = []
  for (const count of [500, 20_000, 3, 500, 1, 100_000, 500]) {
    const batch = numbered(lines.length, count)
    lines.push(...batch)
    await task.put(batch.map((line) => sinkRecord(line)))
  }
  const huge = ['é'.repeat(1_000_000), 'x'.repeat(300_000), 'last']
  await task.put(Array.from({ length: 200 }, (_, index) => sinkRecord(huge[index] ?? '')))
  await task.flush?.(new Map())
  assert.ok(readFileSync(file, 'utf8') === `${[...lines, ...huge, ...Array(197).fill('')].join('\n')}\n`)
})

test('a large batch that cannot be written fails the flush, so its offsets are not committed, and every put after it', async (t) => {
  const { task } = await open(t, { file: '/dev/full' })
  const batch = numbered(0, 500).map((line) => sinkRecord(line))
  await Promise.resolve(task.put(batch)).catch(() => undefined) // it may know already
  await assert.rejects(async () => task.flush?.(new Map()), /Could not write to file '\/dev\/full'.*ENOSPC/)
  await assert.rejects(async () => task.put(batch), /ENOSPC/)
})

test('every task gets the config of the connector', async () => {
  const raw = { file: 'f', topics: 't' }
  assert.deepEqual(await fileSink.tasks?.(parseOrThrow(fileSink.config, raw), 3, raw), [raw, raw, raw])
})

test('tasks that write to the same file do not mix their lines', async (t) => {
  const file = tempFolder(t)('out.txt')
  const sinks = await Promise.all([1, 2, 3].map(() => open(t, { file })))
  await Promise.all(
    sinks.map(async ({ task }, index) => {
      for (let batch = 0; batch < 20; batch++) {
        await task.put(
          Array.from({ length: 50 }, (_, line) => sinkRecord(`${index}/${batch}/${line} ${'x'.repeat(200)}`)),
        )
      }
    }),
  )
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  assert.equal(lines.length, 3000)
  for (const line of lines) assert.match(line, /^\d\/\d+\/\d+ x{200}$/)
})

test('a batch of large values is written in pieces and comes whole', async (t) => {
  const file = tempFolder(t)('out.txt')
  const { task } = await open(t, { file })
  const value = 'ü'.repeat(1_500_000)
  await task.put(Array.from({ length: 7 }, () => sinkRecord(value)))
  const lines = readFileSync(file, 'utf8').split('\n')
  assert.equal(lines.length, 8)
  assert.ok(lines.slice(0, 7).every((line) => line === value))
})

test('a write that fails is an error, and names the file and the reason', {
  skip: !existsSync('/dev/full'),
}, async (t) => {
  const { task } = await open(t, { file: '/dev/full' })
  await assert.rejects(
    async () => task.put([sinkRecord('x')]),
    /^ConnectException: Could not write to file '\/dev\/full': ENOSPC: no space left on device/,
  )
})

test('a renamed file is written on, unless file.reopen says to go on in a new one', async (t) => {
  const path = tempFolder(t)
  for (const reopen of ['false', 'true']) {
    const file = path(`${reopen}.txt`)
    const { task } = await open(t, { file, 'file.reopen': reopen })
    await task.put([sinkRecord('one')])
    renameSync(file, `${file}.1`)
    await new Promise((resolve) => setTimeout(resolve, 1050))
    await task.put([sinkRecord('two')])
    await task.flush?.(new Map())
    assert.equal(readFileSync(`${file}.1`, 'utf8'), reopen === 'true' ? 'one\n' : 'one\ntwo\n')
    assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : null, reopen === 'true' ? 'two\n' : null)
  }
})

test('something that cannot be synced, such as a device, can be written to', {
  skip: !existsSync('/dev/null'),
}, async (t) => {
  const { task } = await open(t, { file: '/dev/null' })
  await task.put([sinkRecord('x')])
  await task.flush?.(new Map())
})

test('a target of offsets may be set to anything', () => {
  assert.equal(fileSink.alterOffsets?.({}, new Map()), true)
})

const runWithStdout = (use: (child: ReturnType<typeof spawn>) => void): Promise<string> =>
  new Promise((resolve, reject) => {
    const script = `
      import { fileSink } from './src/connectors/file/file-sink.ts'
      import { openSink, sinkRecord } from './test/helpers/fake-context.ts'
      const { task, stop } = await openSink(fileSink, {})
      try {
        for (let count = 0; count < 200; count++) await task.put([sinkRecord('line ' + count + 'x'.repeat(2000)), sinkRecord(7)])
      } catch (error) {
        console.error(String(error))
      }
      await stop()`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      timeout: 60_000,
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', reject).on('close', () => resolve(output))
    use(child)
  })

test('without a file, lines go to standard output', async () => {
  const lines = (await runWithStdout(() => {})).split('\n')
  assert.equal(lines.length, 401)
  assert.equal(lines[0], `line 0${'x'.repeat(2000)}`)
  assert.equal(lines[399], '7')
})

test('a standard output that nobody reads any more is an error', async () => {
  const output = await runWithStdout((child) => child.stdout?.destroy())
  assert.match(output, /^ConnectException: Could not write to standard output: write EPIPE\n$/)
})
