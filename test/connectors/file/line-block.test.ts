import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineBlock } from '../../../src/connectors/file/line-block.ts'
import { ChunkPool, LineBuffer } from '../../../src/connectors/file/line-buffer.ts'
import { lineRecord } from '../../../src/connectors/file/line-record.ts'
import type { SourceRecord } from '../../../src/plugin/record.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

const PARTITION = { filename: 'f' }
const make = (line: string, position: number): SourceRecord => lineRecord('t', line, 7, PARTITION, { position })

/** All lines of `bytes`, by blocks where there can be one. */
const take = (bytes: Buffer, piece: number, most: number, byBlocks: boolean) => {
  const buffer = new LineBuffer(new ChunkPool(256))
  const block = new LineBlock()
  const all: SourceRecord[] = []
  let blocks = 0
  for (let at = 0; at < bytes.length; at += piece) {
    buffer.append(bytes.subarray(at, at + piece))
    for (;;) {
      const some: SourceRecord[] = []
      if (byBlocks && buffer.takeBlock(block, most)) {
        block.describe(PARTITION, buffer.position, make)
        blocks++
        for (let index = 0; index < block.length; index++) {
          some.push(block.record(index))
          assert.deepEqual(block.offsetAfter(index), some[index]!.sourceOffset)
          assert.equal(block.record(index, 'other').value, 'other')
        }
        assert.ok(block.length <= most)
      } else buffer.take(some, most, make)
      if (some.length === 0) break
      all.push(...some)
    }
  }
  return { all, blocks, left: buffer.held, position: buffer.position }
}

test('lines by blocks are the same records as lines one by one, whatever the bytes and wherever they are cut', () => {
  const random = seededRandom(11)
  const pieces = ['a', 'bc', 'é', '€', '🎉', '\n', '\n', '\r\n', '\r', '\n\n', '\r\r\n', 'x'.repeat(300), '\u0000']
  let blocks = 0
  for (let round = 0; round < 300; round++) {
    const parts = Array.from({ length: random(60) }, () => Buffer.from(pieces[random(pieces.length)]!))
    // Something that is no UTF-8, now and then
    if (round % 3 === 0) parts.splice(random(parts.length + 1), 0, Buffer.of(0xff - random(64)))
    const bytes = Buffer.concat(parts)
    const [piece, most] = [1 + random(50), 1 + random(5)]
    const { blocks: count, ...byBlocks } = take(bytes, piece, most, true)
    const { blocks: _, ...oneByOne } = take(bytes, piece, most, false)
    assert.deepEqual(byBlocks, oneByOne, JSON.stringify(bytes.toString('latin1')))
    blocks += count
  }
  assert.ok(blocks > 1000, `${blocks} blocks`)
})

test('a block is bounded whatever a poll may return, and the rest is left for the next', () => {
  const lines = 20_000
  const buffer = new LineBuffer(new ChunkPool())
  buffer.append(Buffer.from('\n'.repeat(lines)))
  const block = new LineBlock()
  let seen = 0
  while (buffer.takeBlock(block, Number.POSITIVE_INFINITY)) {
    assert.ok(block.length <= 8192)
    seen += block.length
  }
  assert.equal(seen, lines)
  assert.equal(buffer.position, lines)
})

test('what is not UTF-8 makes no block, and can be taken as text then', () => {
  const buffer = new LineBuffer(new ChunkPool(64))
  buffer.append(Buffer.from([0x61, 0xff, 0x0a, 0x62, 0x0a]))
  const block = new LineBlock()
  assert.equal(buffer.takeBlock(block, 10), false)
  assert.equal(block.length, 0)
  const records: SourceRecord[] = []
  buffer.take(records, 10, make)
  assert.deepEqual(
    records.map(({ value }) => value),
    ['a\ufffd', 'b'],
  )
})

test('a terminator that belongs to a line handed out unfinished is left out of a block, too', () => {
  const buffer = new LineBuffer(new ChunkPool(64))
  const block = new LineBlock()
  buffer.append(Buffer.from('a'))
  const records: SourceRecord[] = []
  buffer.takeUnfinished(records, make)
  buffer.append(Buffer.from('\r\nb\n'))
  assert.ok(buffer.takeBlock(block, 10))
  block.describe(PARTITION, buffer.position, make)
  assert.equal(block.length, 1)
  assert.deepEqual(block.record(0), make('b', 5))
})
