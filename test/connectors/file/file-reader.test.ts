import assert from 'node:assert/strict'
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { FileReader } from '../../../src/connectors/file/file-reader.ts'
import { fileSource } from '../../../src/connectors/file/file-source.ts'
import { ChunkPool } from '../../../src/connectors/file/line-buffer.ts'
import { TailSet } from '../../../src/connectors/file/tail-set.ts'
import type { SourceRecord } from '../../../src/plugin/record.ts'
import { isTextBlock, type TextBlock } from '../../../src/plugin/text-block.ts'
import { FakeLogger, FakeOffsets, openSource, pollUntil } from '../../helpers/fake-context.ts'
import { waitUntil } from '../../helpers/processes.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { tempFolder } from './temp-folder.ts'

/** Reads with small chunks and batches of random size, without watching. */
const smallReader = (file: string, offsets: FakeOffsets, chunk: number, most: number) => {
  const controller = new AbortController()
  const log = new FakeLogger()
  const tail = { topic: 't', chunks: new ChunkPool(chunk), log, lastLineTimeout: -1, withIdentity: true }
  const tails = new TailSet({ list: async () => [file], readOffset: offsets.read, tail })
  const context = { log, signal: controller.signal }
  const reader = new FileReader({ most, many: false, watch: undefined, context, tails })
  const stop = async (): Promise<void> => {
    controller.abort()
    await reader.stop()
  }
  return { reader, stop, log }
}

const recordsOf = (block: TextBlock): SourceRecord[] =>
  Array.from({ length: block.length }, (_, index) => block.record(index))

test('files that have much to read take turns, polled for records or for blocks', async (t) => {
  const path = tempFolder(t)
  for (const name of ['a', 'b', 'c']) writeFileSync(path(`${name}.log`), `line of ${name}\n`.repeat(150_000))
  for (const byBlocks of [false, true]) {
    const { task, stop } = await openSource(fileSource, { topic: 't', file: path('*.log'), 'file.watch': 'false' })
    const turns: string[] = []
    for (let polls = 0; polls < 400; polls++) {
      const polled = await (byBlocks ? task.pollTexts!() : task.poll())
      if (polled === null) break
      assert.equal(isTextBlock(polled), byBlocks)
      const first = isTextBlock(polled) ? polled.record(0) : polled[0]!
      const name = String(first.value).at(-1)!
      if (turns.at(-1) !== name) turns.push(name)
    }
    await stop()
    // 1.5 MB each, half a megabyte at a turn
    assert.ok(turns.length >= 9, `turns: ${turns}`)
    assert.deepEqual(new Set(turns.slice(0, 3)).size, 3, `turns: ${turns}`)
  }
})

test('whatever is appended, rotated, truncated and restarted, each finished line comes once and in order', async (t) => {
  const path = tempFolder(t)
  const file = path('app.log')
  const random = seededRandom(4711)
  const pieces = ['\n', '\n', '\r\n', '\r', 'a', 'ä€🎉', ' part ', 'y'.repeat(300), '\0']
  const offsets = new FakeOffsets()
  /** Lines of files and contents that are gone. */
  const before: string[] = []
  /** What is in the file now. */
  let text = ''
  const read: string[] = []
  let rotations = 0

  const append = (more: string): void => {
    appendFileSync(file, more)
    text += more
  }
  // A carriage return at the very end waits for what follows.
  const expected = (): string[] => [...before, ...text.replace(/\r$/, '').split(/\r\n|\n|\r/).slice(0, -1)] // biome-ignore format: one step
  const pollOnce = async (): Promise<void> => {
    // Records and blocks of lines are one to whoever takes them
    const polled = random(2) === 0 ? await reader.poll() : await reader.pollTexts()
    for (const record of polled === null ? [] : isTextBlock(polled) ? recordsOf(polled) : polled) {
      read.push(String(record.value))
      offsets.store(record.sourcePartition, record.sourceOffset)
    }
  }
  const readAll = async (): Promise<void> => {
    for (let polls = 0; read.length < expected().length && polls < 500; polls++) await pollOnce()
    assert.deepEqual(read, expected())
  }

  writeFileSync(file, '')
  let { reader, stop, log } = smallReader(file, offsets, 64, 5)
  for (let step = 0; step < 300; step++) {
    const what = random(100)
    if (what === 0 && rotations < 2) {
      // Nobody finishes the last line of a rotated file any more: it is a line as it stands.
      before.push(...text.split(/\r\n|\n|\r/))
      if (/[\r\n]$/.test(text) || text === '') before.pop()
      renameSync(file, path(`app.log.${++rotations}`))
      text = `new file ${rotations}\n`
      writeFileSync(file, text)
      await readAll()
    } else if (what < 5) {
      append('.\n')
      await readAll()
      before.push(...text.split(/\r\n|\n|\r/).slice(0, -1))
      text = ''
      truncateSync(file, 0)
      // A look at the empty file: of a truncation that nobody could see, nothing is promised.
      const told = log.messages('warn').length
      const polled = pollOnce()
      const isSeen = (): boolean => log.messages('warn').length > told
      await waitUntil(isSeen, { timeoutMs: 20_000, intervalMs: 5, what: 'the truncation to be seen' })
      append(`after truncation ${step}\n`)
      await polled
    } else if (what < 20) {
      await stop()
      ;({ reader, stop, log } = smallReader(file, offsets, 16 + random(200), 1 + random(20)))
    } else append(Array.from({ length: random(30) }, () => pieces[random(pieces.length)]).join(''))
    if (random(4) === 0) await readAll()
  }
  append('.\n')
  await readAll()
  await stop()
  assert.ok(read.length > 1000 && rotations > 0, `${read.length} lines, ${rotations} rotations`)
})

test('a file that does not change costs next to no processor time', async (t) => {
  const file = tempFolder(t)('in.txt')
  writeFileSync(file, 'a\n')
  const { task, stop } = await openSource(fileSource, { topic: 't', file })
  await pollUntil(task, { records: 1 })
  await task.poll()
  const used: number[] = []
  // More tries where compilers and collectors are still at work, or the machine is slow: one without them is enough
  do {
    const before = process.cpuUsage()
    for (let count = 0; count < 2; count++) assert.equal(await task.poll(), null)
    const { user, system } = process.cpuUsage(before)
    used.push(user + system)
  } while (used.at(-1)! >= 200_000 && used.length < 5)
  await stop()
  assert.ok(used.at(-1)! < 200_000, `${used} µs in two seconds each`)
})
