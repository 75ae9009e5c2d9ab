import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOrThrow } from '../../src/config/parse.ts'
import { stringConverter } from '../../src/converters/string.ts'
import type { Converter } from '../../src/plugin/converter.ts'

const converter = (encoding?: string): Converter => {
  const raw = encoding === undefined ? {} : { 'converter.encoding': encoding }
  const made = stringConverter.create?.(parseOrThrow(stringConverter.config, raw), 'value')
  assert.ok(made)
  return made
}

test('a string goes on as it is, without a copy in bytes', () => {
  assert.equal(converter().fromConnect('t', null, 'aé€😀'), 'aé€😀')
  assert.equal(converter().fromConnect('t', null, 'a\ud800b'), 'a?b')
  assert.equal(converter().fromConnect('t', null, null), null)
})

test('text in other encodings is written as Java writes it', () => {
  const cases: [string, string][] = [
    ['UTF-16', '/v8AYQDpIKzYPd4A'],
    ['UTF-16LE', 'YQDpAKwgPdgA3g=='],
    ['UTF-16BE', 'AGEA6SCs2D3eAA=='],
    ['US-ASCII', 'YT8/Pw=='],
    ['latin1', 'Yek/Pw=='],
    ['windows-1252', 'YemAPw=='],
    ['Cp1252', 'YemAPw=='],
    ['ISO-8859-15', 'YemkPw=='],
  ]
  for (const [encoding, base64] of cases) {
    const bytes = converter(encoding).fromConnect('t', null, 'aé€😀')
    assert.equal(Buffer.from(bytes as Uint8Array).toString('base64'), base64, encoding)
  }
})

test('bytes in other encodings are read as Java reads them', () => {
  const bytes = Buffer.from([0xfe, 0xff, 0, 0x41, 0x80, 0xe9])
  const cases: [string, string][] = [
    ['UTF-16', 'A\u80e9'],
    ['UTF-16LE', '\ufffe\u4100\ue980'],
    ['US-ASCII', '\ufffd\ufffd\0A\ufffd\ufffd'],
    ['latin1', 'þÿ\0A\x80é'],
    ['windows-1252', 'þÿ\0A€é'],
    ['utf8', '\ufffd\ufffd\0A\ufffd\ufffd'],
  ]
  for (const [encoding, text] of cases) assert.equal(converter(encoding).toConnect('t', bytes).value, text, encoding)
})

test('text that was decoded already is taken as it is, where the encoding is UTF-8', () => {
  const bytes = Buffer.from('zürich\ufffd')
  assert.deepEqual(converter().toConnectText?.('t', String(bytes)), converter().toConnect('t', bytes))
  assert.deepEqual(converter().toConnectText?.('t', null), converter().toConnect('t', null))
  assert.equal(converter('latin1').toConnectText, undefined)
})

test('an unknown encoding is refused when the converter is made', () => {
  assert.throws(() => converter('nope'), { name: 'SerializationException', message: 'Unsupported encoding nope' })
})

test('half a surrogate pair in UTF-16 becomes U+FFFD, written and read', () => {
  assert.deepEqual(converter('UTF-16BE').fromConnect('t', null, 'a\ud800'), Buffer.of(0, 0x61, 0xff, 0xfd))
  const read = (...bytes: number[]): unknown => converter('UTF-16BE').toConnect('t', Buffer.from(bytes)).value
  assert.equal(read(0xd9, 0xa3), '\ufffd')
  assert.equal(read(0xd8, 0x3d, 0xde, 0x00), '😀')
  assert.equal(read(0xd8, 0x3d, 0, 0x41, 0, 0x42), '\ufffdB')
  assert.equal(read(0xde, 0x00, 0, 0x42), '\ufffdB')
  assert.equal(read(0xd8, 0x3d, 0), '\ufffd')
})
