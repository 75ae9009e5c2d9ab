import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TextReader } from '../../src/protocol/text-reader.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const ALPHABETS = [
  'abcdefghijklmnopqrstuvwxyz0123456789 {}",:',
  'aé',
  'a\u0000\u007f\u0080\u00ff',
  'zürich – 東京 😀',
  '\ufffd\ufeff',
]

test('text is what Buffer.toString gives, wherever the buffer begins, whatever the bytes are and in whatever order they are read', () => {
  const below = seededRandom(7)
  for (let round = 0; round < 400; round++) {
    const alphabet = [...ALPHABETS[below(ALPHABETS.length)]!]
    const length = below(20_000)
    let text = ''
    while (text.length < length) text += alphabet[below(alphabet.length)]
    const bytes = Buffer.from(text)
    if (round % 3 === 0) for (let damage = below(5); damage > 0; damage--) bytes[below(bytes.length)] = below(256)
    const memory = Buffer.alloc(bytes.length + 16, 0xff)
    const begin = below(9)
    bytes.copy(memory, begin)
    const buffer = memory.subarray(begin, begin + bytes.length)
    const reader = new TextReader(buffer)
    for (let at = 0, step = 0; at < buffer.length && step < 200; step++) {
      if (below(50) === 0) at = below(buffer.length) // back or far ahead
      const size = Math.min(buffer.length - at, below(20) === 0 ? below(5000) : below(below(2) === 0 ? 12 : 150))
      assert.equal(reader.read(at, size), buffer.toString('utf8', at, at + size), `round ${round}, ${at} + ${size}`)
      at += size + below(below(10) === 0 ? 400 : 8)
    }
  }
})

test('a reader knows whether there are views on its buffer, and refuses to read memory that was given back', () => {
  const buffer = Buffer.from('some text')
  const reader = new TextReader(buffer)
  assert.equal(reader.read(0, 4), 'some')
  assert.equal(reader.briefView(5, 4).toString(), 'text')
  assert.equal(reader.viewed, false)
  assert.equal(reader.view(5, 4).toString(), 'text')
  assert.equal(reader.viewed, true)
  reader.close()
  assert.throws(() => reader.read(0, 4), /memory was given back/)
  assert.throws(() => reader.view(0, 4), /memory was given back/)
})
