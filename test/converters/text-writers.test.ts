import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quoteJson } from '../../src/converters/json-string.ts'
import { jsonTexts, plainTexts } from '../../src/converters/text-writers.ts'
import type { TextWriter } from '../../src/plugin/converter.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

/** What the writer makes of a text that stands at `start` of its memory, when it is to go to `position`. */
const written = (writer: TextWriter, text: string, start: number, position: number) => {
  const bytes = Buffer.from(text)
  const source = Buffer.concat([Buffer.alloc(start, '"'), bytes, Buffer.alloc(8, '"')])
  const target = Buffer.alloc(position + bytes.length + 8, 0xaa)
  const asItIs = writer.copy(target, position, source, start, start + bytes.length)
  if (!asItIs) return { asItIs, text: Buffer.from(writer.encode(source, start, start + bytes.length)).toString() }
  const end = position + bytes.length
  assert.ok(
    target.subarray(0, position).every((byte) => byte === 0xaa),
    'nothing before it is touched',
  )
  assert.ok(
    target.subarray(end).every((byte) => byte === 0xaa),
    'nor behind it',
  )
  return { asItIs, text: target.toString('utf8', position, end) }
}

const PIECES = [
  ...[
    'a',
    'Z',
    ' ',
    '~',
    '\u007f',
    'é',
    '\u0080',
    '€',
    '\u2028',
    '\uffff',
    '\ud7ff',
    '\ue000',
    '🎉',
    '\u{10000}',
    '\u{10ffff}',
  ],
  ...['"', '\\', '\n', '\r', '\t', '\b', '\f', '\u0000', '\u001f', '/', '!', '#', '[', ']'],
]

const texts = (): string[] => {
  const random = seededRandom(8)
  const all: string[] = []
  for (let length = 0; length < 40; length++) {
    all.push('x'.repeat(length))
    for (const piece of PIECES) {
      const at = random(length + 1)
      all.push(`${'x'.repeat(at)}${piece}${'y'.repeat(length - at)}`)
    }
  }
  for (const length of [255, 256, 257, 1000, 70_000]) all.push('z'.repeat(length), `${'z'.repeat(length)}é`)
  all.push('"\u0001🎉'.repeat(20), '"'.repeat(20_000), '🎉\n'.repeat(50_000))
  for (let round = 0; round < 2000; round++) {
    all.push(Array.from({ length: random(30) }, () => PIECES[random(PIECES.length)]).join(''))
  }
  return all
}

test('a text goes from bytes to bytes as the JSON converter writes its string', () => {
  const writer = jsonTexts()
  let copied = 0
  for (const [index, text] of texts().entries()) {
    const found = written(writer, text, index % 5, index % 7)
    assert.equal(`"${found.text}"`, quoteJson(text))
    if (found.asItIs) copied++
  }
  assert.ok(copied > 500, 'the usual text is copied')
  assert.ok(written(writer, 'déjà vu, 10 €', 0, 0).asItIs, 'so is most of what is beyond ASCII')
})

test('a text goes from bytes to bytes as the string converter writes it: as it is', () => {
  const writer = plainTexts()
  for (const [index, text] of texts().entries()) {
    assert.deepEqual(written(writer, text, index % 5, index % 7), { asItIs: true, text })
  }
})
