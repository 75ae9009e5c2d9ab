import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { codecOf, compressionName } from '../../src/protocol/codec.ts'
import { zstdCodec } from '../../src/protocol/compression/zstd.ts'
import { wasmZstd } from '../../src/protocol/compression/zstd-wasm.ts'
import { type Codec, compressionNames, loadCodec, loadCodecs } from '../../src/protocol/compression.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { seededRandom } from './recorded-lines.ts'

const random = seededRandom(8)
const noise = (length: number) => Buffer.from(Array.from({ length }, () => random(256)))
const samples: Record<string, Buffer> = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('x'),
  'eleven bytes': Buffer.from('hello world'),
  'one letter many times': Buffer.alloc(300_000, 'a'),
  'a short row many times': Buffer.alloc(70_001, 'abc'),
  lines: Buffer.from(
    Array.from({ length: 4000 }, (_, i) => `${i} GET /path/${random(50)} 200 ${random(9999)}`).join('\n'),
  ),
  noise: noise(100_000),
  'noise and rows': Buffer.concat([noise(5000), Buffer.alloc(70_000, 'z'), noise(40_000), Buffer.alloc(20, 'q')]),
  'long distances': Buffer.concat([noise(65_536), Buffer.alloc(10), noise(65_530)]).fill(noise(200), 65_400, 65_600),
}

const codecsToTest: [string, Codec][] = []
for (const name of compressionNames) {
  const levels = { none: [], gzip: [1, 9], snappy: [], lz4: [1, 5, 17], zstd: [-5, 1, 19] }[name]
  for (const level of [undefined, ...levels])
    codecsToTest.push([`${name} ${level ?? ''}`, await loadCodec(name, { level })])
}
codecsToTest.push(['zstd for older Node versions', zstdCodec(wasmZstd, 3)])

for (const [title, codec] of codecsToTest) {
  test(`what ${title.trim()} compresses it also decompresses`, () => {
    for (const [name, bytes] of Object.entries(samples)) {
      assert.ok(codec.decompress(codec.compress(bytes), bytes.length || 1).equals(bytes), name)
    }
    for (let length = 0; length < 60; length++) {
      const bytes = Buffer.alloc(length, 'ab')
      assert.ok(codec.decompress(codec.compress(bytes), 100).equals(bytes), `${length} bytes`)
    }
  })

  test(`what ${title.trim()} is given damaged is refused, and never becomes more than allowed`, () => {
    if (codec.id === 0) return
    const compressed = codec.compress(samples['lines']!)
    for (let round = 0; round < 150; round++) {
      const copy = Buffer.from(compressed.subarray(0, round % 3 === 0 ? random(compressed.length) : compressed.length))
      for (let changes = random(4); changes > 0 && copy.length > 0; changes--)
        copy[random(Math.min(copy.length, 400))] = random(256)
      try {
        assert.ok(codec.decompress(copy, 500_000).length <= 500_000)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, (error as Error).stack)
      }
    }
    assert.throws(() => codec.decompress(codec.compress(samples['one letter many times']!), 299_999), ProtocolError)
    assert.throws(() => codec.decompress(Buffer.alloc(0), 100), ProtocolError)
    assert.throws(() => codec.decompress(noise(50), 1000), ProtocolError)
  })
}

test('text gets smaller with every compression', async () => {
  for (const name of compressionNames.slice(1)) {
    const lines = samples['lines']!
    const { length } = (await loadCodec(name)).compress(lines)
    assert.ok(length < lines.length * 0.55, `${name}: ${length} of ${lines.length}`)
  }
})

test('a higher level does not make text larger', async () => {
  for (const [name, low, high] of [
    ['gzip', 1, 9],
    ['lz4', 9, 12],
    ['zstd', -5, 19],
  ] as const) {
    const size = async (level: number) => (await loadCodec(name, { level })).compress(samples['lines']!).length
    assert.ok((await size(high)) < (await size(low)), name)
  }
})

test('gzip of several members, a bare snappy block, and lz4 with all checksums and linked blocks are read', async () => {
  const codecs = await loadCodecs()
  const two = Buffer.concat([gzipSync('one '), gzipSync('two')])
  assert.equal(codecOf(codecs, 1).decompress(two, 100).toString(), 'one two')
  // length 11, literal of 5, copy of 6 from 5 before
  const bare = Buffer.concat([Buffer.from([11, 4 << 2]), Buffer.from('hello'), Buffer.from([1 | (2 << 2), 5])])
  assert.equal(codecOf(codecs, 2).decompress(bare, 100).toString(), 'hellohelloh')
  // written by the reference lz4 command, `lz4 -BD -BX --content-size`
  const linked = Buffer.from(linkedLz4, 'base64')
  assert.equal(codecOf(codecs, 3).decompress(linked, 100_000).toString(), 'abcdefgh'.repeat(9000))
})

const linkedLz4 =
  'BCJNGFxAQBkBAAAAAAAREgEAAI9hYmNkZWZnaAgA/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////+BQZGVmZ2jBtIT4KwAAAI9hYmNkZWZnaAgA/////////////////////////////////zlQZGVmZ2goIcuNAAAAAOP5rxI='

test('the framing is what the Java client reads', async () => {
  const snappy = (await loadCodec('snappy')).compress(Buffer.from('x'))
  assert.equal(snappy.toString('hex'), '82534e41505059000000000100000001' + '00000003' + '010078')
  const lz4 = (await loadCodec('lz4')).compress(Buffer.from('x'))
  assert.equal(lz4.toString('hex'), '04224d18' + '6040' + '82' + '01000080' + '78' + '00000000')
})

test('unknown compression types are refused', () => {
  assert.throws(() => compressionName(5), {
    name: 'ProtocolError',
    message: 'Unknown compression type 5 in a record batch',
  })
})
