import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonBytesWriter } from '../../src/converters/json-bytes-writer.ts'
import { quoteJson } from '../../src/converters/json-string.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const PIECES = [
  'a',
  ' ',
  '"',
  '\\',
  '/',
  '\n',
  '\t',
  '\b',
  '\f',
  '\r',
  '\0',
  '\u001f',
  '\u007f',
  '~',
  '!',
  '#',
  '[',
  ']',
]
const FOREIGN = ['é', '\u0080', '€', '\uffff', '\ufffd', '\ud7ff', '\ue000', '😀', '\ud800', '\udc00']

/** What a writer writes at a place of a buffer, and the bytes around it. */
const written = (
  write: (out: JsonBytesWriter) => void,
  place: number,
  size = 1000,
  target = Buffer.alloc(size, 0xee),
) => {
  const out = new JsonBytesWriter()
  out.begin(target, place)
  write(out)
  assert.ok(
    target.subarray(0, place).every((byte) => byte === 0xee),
    'bytes before its place are changed',
  )
  return out.full ? undefined : target.toString('utf8', place, out.position)
}

test('texts are quoted and escaped as the text writer does it, wherever in memory they are written', () => {
  const below = seededRandom(11)
  for (let i = 0; i < 20_000; i++) {
    const special = [0, 0, 1, 3, 20][i % 5]!
    const pieces = i % 4 === 0 ? [...PIECES, ...FOREIGN] : PIECES
    const text = Array.from({ length: below(60) }, () =>
      below(20) < special ? pieces[below(pieces.length)]! : 'x',
    ).join('')
    assert.equal(
      written((out) => out.quoted(text), below(9)),
      quoteJson(text),
    )
  }
})

test('each ASCII character is found at each place of a word', () => {
  for (let code = 0; code < 0x80; code++) {
    for (let place = 0; place < 40; place++) {
      const text = `${'z'.repeat(place)}${String.fromCharCode(code)}${'z'.repeat(40 - place)}`
      assert.equal(
        written((out) => out.quoted(text), place % 4),
        quoteJson(text),
      )
    }
  }
})

test('memory that does not begin at a multiple of four is written to as well', () => {
  const target = Buffer.alloc(1000, 0xee).subarray(1)
  const text = 'a "quoted" text of more than a few characters'
  assert.equal(
    written((out) => out.quoted(text), 2, 999, target),
    quoteJson(text),
  )
})

test('what has no room is not written, and the writer is full until it begins anew', () => {
  for (const write of [
    (out: JsonBytesWriter) => out.quoted('\u0001'.repeat(30)),
    (out: JsonBytesWriter) => out.text('[1,2,3,4,5,6,7,8,9,10]'),
    (out: JsonBytesWriter) => out.encoded(Buffer.from('{"a":')),
  ]) {
    for (let size = 4; size < 300; size++) {
      const target = Buffer.alloc(300, 0xee)
      const text = written(write, 3, size, target.subarray(0, size))
      assert.ok(
        target.subarray(size).every((byte) => byte === 0xee),
        `bytes behind ${size} are changed`,
      )
      if (text !== undefined) assert.equal(text, written(write, 3))
    }
    assert.equal(written(write, 3, 4), undefined)
    assert.notEqual(written(write, 3, 300), undefined)
  }
  const out = new JsonBytesWriter()
  out.begin(Buffer.alloc(2), 0)
  out.encoded(Buffer.from('123'))
  assert.equal(out.full, true)
  out.begin(Buffer.alloc(3), 0)
  out.encoded(Buffer.from('123'))
  assert.deepEqual([out.full, out.position], [false, 3])
})
