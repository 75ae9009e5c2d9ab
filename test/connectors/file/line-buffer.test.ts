import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChunkPool, LineBuffer } from '../../../src/connectors/file/line-buffer.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

type Cut = readonly [line: string, position: number]
const cut = (line: string, position: number): Cut => [line, position]

/** All lines of `bytes`, given in pieces of `piece` bytes to a buffer with chunks of `chunk` bytes. */
const linesOf = (bytes: Buffer, piece: number, chunk: number, most = Number.POSITIVE_INFINITY): Cut[] => {
  const buffer = new LineBuffer(new ChunkPool(chunk))
  const all: Cut[] = []
  for (let at = 0; at < bytes.length; at += piece) {
    buffer.append(bytes.subarray(at, at + piece))
    for (;;) {
      const some: Cut[] = []
      buffer.take(some, most, cut)
      all.push(...some)
      if (some.length === 0) break
    }
    if (at % 3 === 0) buffer.rest()
  }
  return all
}

const ROWS: readonly { readonly name: string; readonly text: string; readonly lines: readonly Cut[] }[] = [
  { name: 'nothing', text: '', lines: [] },
  { name: 'a line feed', text: 'a\nb\n', lines: [['a', 2], ['b', 4]] }, // biome-ignore format: rows
  { name: 'carriage return and line feed', text: 'a\r\nb\r\n', lines: [['a', 3], ['b', 6]] }, // biome-ignore format: rows
  { name: 'a lone carriage return', text: 'a\rb\rc', lines: [['a', 2], ['b', 4]] }, // biome-ignore format: rows
  { name: 'a carriage return at the end, which waits', text: 'a\nb\r', lines: [['a', 2]] },
  { name: 'carriage returns in a row', text: 'a\r\r\r\nb\n', lines: [['a', 2], ['', 3], ['', 5], ['b', 7]] }, // biome-ignore format: rows
  { name: 'line feed before carriage return', text: 'a\n\rb\n', lines: [['a', 2], ['', 3], ['b', 5]] }, // biome-ignore format: rows
  { name: 'empty lines', text: '\n\n\r\n', lines: [['', 1], ['', 2], ['', 4]] }, // biome-ignore format: rows
  { name: 'a last line without end, which is held back', text: 'a\nbc', lines: [['a', 2]] },
  { name: 'characters of two, three and four bytes', text: 'hé€🎉\nx\n', lines: [['hé€🎉', 11], ['x', 13]] }, // biome-ignore format: rows
  { name: 'NUL bytes', text: 'a\0b\n\0\n', lines: [['a\0b', 4], ['\0', 6]] }, // biome-ignore format: rows
]

for (const { name, text, lines } of ROWS) {
  test(`lines are cut right, in pieces of any size: ${name}`, () => {
    const bytes = Buffer.from(text)
    for (const piece of [1, 2, 3, 5, 1000]) {
      for (const chunk of [1, 4, 7, 1024]) assert.deepEqual(linesOf(bytes, piece, chunk), lines, `${piece} ${chunk}`)
      assert.deepEqual(linesOf(bytes, piece, 16, 1), lines, `${piece}, one at a time`)
    }
  })
}

test('bytes that are no UTF-8 are replaced, the line ends around them stay', () => {
  const bytes = Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3, 0x0a, 0xe2, 0x82, 0x0d, 0x0a, 0x63, 0x0a])
  assert.deepEqual(linesOf(bytes, 1, 8), [
    ['a\ufffdb', 4],
    ['\ufffd', 6],
    ['\ufffd', 10],
    ['c', 12],
  ])
})

test('lines are cut alike where the text is ASCII, where it is not, and where one becomes the other', () => {
  const random = seededRandom(5)
  const ends = ['\n', '\n', '\n', '\r\n', '\r']
  const pieces: string[] = []
  // Long stretches of each kind, and lines about as long as what is decoded at once (32 KiB).
  for (let stretch = 0; stretch < 40; stretch++) {
    const foreign = stretch % 3 === 1
    for (let line = 0; line < 200; line++) {
      const length = line === 0 && stretch % 5 === 0 ? 32_760 + random(16) : random(120)
      const text = 'x'.repeat(length)
      pieces.push(foreign && random(10) === 0 ? `${text}é€🎉` : text, ends[random(ends.length)]!)
    }
  }
  const whole = `${pieces.join('')}\n`
  const expected = whole.split(/\r\n|\r|\n/).slice(0, -1)
  const bytes = Buffer.from(whole)
  for (const [piece, most] of [
    [bytes.length, 2000],
    [64 * 1024, 7],
    [10_000, 1],
  ] as const) {
    const found = linesOf(bytes, piece, 512 * 1024, most)
    assert.equal(found.length, expected.length)
    assert.ok(found.every(([line], index) => line === expected[index]))
    let position = 0
    for (const [line, next] of found) {
      const after = position + Buffer.byteLength(line)
      assert.ok(next - after === 1 || (next - after === 2 && bytes[after] === 0x0d && bytes[after + 1] === 0x0a))
      position = next
    }
    assert.equal(position, bytes.length)
  }
})

test('a line much longer than a chunk comes whole, and the chunk is small again after it', () => {
  const pool = new ChunkPool(64)
  const buffer = new LineBuffer(pool)
  const long = 'x'.repeat(100_000)
  const lines: Cut[] = []
  for (let at = 0; at < long.length; at += 1000) {
    buffer.append(Buffer.from(long.slice(at, at + 1000)))
    buffer.take(lines, 10, cut)
  }
  buffer.append(Buffer.from('\nshort\n'))
  buffer.take(lines, 10, cut)
  assert.deepEqual(lines, [
    [long, 100_001],
    ['short', 100_007],
  ])
  assert.ok(buffer.room().length <= 64)
})

test('positions count on from where the buffer was moved to, beyond 2^32', () => {
  const buffer = new LineBuffer(new ChunkPool(64))
  buffer.moveTo(2 ** 52)
  buffer.append(Buffer.from('a\nb\nc'))
  const lines: Cut[] = []
  buffer.take(lines, 1, cut)
  assert.deepEqual(lines, [['a', 2 ** 52 + 2]])
  assert.equal(buffer.position, 2 ** 52 + 2)
  assert.equal(buffer.end, 2 ** 52 + 5)
  assert.equal(buffer.unsearched, true)
})

test('a line handed out unfinished takes the line end that comes later with it', () => {
  for (const [before, after, expected] of [
    [
      'a',
      '\nb\n',
      [
        ['a', 1],
        ['b', 4],
      ],
    ],
    [
      'a',
      '\r\nb\n',
      [
        ['a', 1],
        ['b', 5],
      ],
    ],
    [
      'a',
      '\rb\n',
      [
        ['a', 1],
        ['b', 4],
      ],
    ],
    [
      'a\r',
      '\nb\n',
      [
        ['a', 2],
        ['b', 5],
      ],
    ],
    [
      'a\r',
      'b\n',
      [
        ['a', 2],
        ['b', 4],
      ],
    ],
    [
      'a',
      'b\n',
      [
        ['a', 1],
        ['b', 3],
      ],
    ],
    [
      'a',
      '\n\nb\n',
      [
        ['a', 1],
        ['', 3],
        ['b', 5],
      ],
    ],
  ] as const) {
    // biome-ignore format: rows
    const buffer = new LineBuffer(new ChunkPool(8))
    const lines: Cut[] = []
    buffer.append(Buffer.from(before))
    buffer.take(lines, 9, cut)
    buffer.takeUnfinished(lines, cut)
    for (const byte of Buffer.from(after)) {
      buffer.append(Buffer.of(byte))
      buffer.take(lines, 9, cut)
    }
    assert.deepEqual(lines, expected, JSON.stringify(before + after))
  }
})

test('random text in random pieces gives the lines that a whole-text split gives', () => {
  const random = seededRandom(20260823)
  const alphabet = ['a', 'b', 'é', '€', '🎉', '\n', '\n', '\r', '\r\n', '\0']
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: random(60) }, () => alphabet[random(alphabet.length)]).join('')
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text
    const expected = whole.split(/\r\n|\n|\r/).slice(0, -1)
    const lines = linesOf(Buffer.from(text), 1 + random(9), 1 + random(20), 1 + random(3))
    assert.deepEqual(
      lines.map(([line]) => line),
      expected,
      JSON.stringify(text),
    )
  }
})
