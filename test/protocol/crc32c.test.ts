import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, crc32c } from '../../src/protocol/crc32c.ts'
import { BLOCK_BYTES, blockChecksum } from '../../src/protocol/crc32c-blocks.ts'
import { seededRandom } from './recorded-lines.ts'

const bytewise = (bytes: Uint8Array, polynomial: number): number => {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  }
  return ~crc >>> 0
}

test('the checksums of the catalogue are met', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa)
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43)
  assert.equal(crc32c(Buffer.alloc(0)), 0)
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926)
})

test('any length at any alignment gives what the bytewise loop gives', () => {
  const random = seededRandom(2)
  const bytes = Buffer.from(Array.from({ length: 300 }, () => random(256)))
  for (let start = 0; start < 12; start++) {
    for (let end = start; end < start + 70; end++) {
      const part = bytes.subarray(start, end)
      assert.equal(crc32c(bytes, start, end), bytewise(part, 0x82f63b78))
      assert.equal(crc32(part), bytewise(part, 0xedb88320))
    }
  }
})

test('so do lengths around whole blocks, wherever they start', () => {
  const random = seededRandom(3)
  const bytes = Buffer.from(Array.from({ length: 3 * BLOCK_BYTES + 20 }, () => random(256)))
  for (const blocks of [1, 2, 3]) {
    for (const start of [0, 1, 7]) {
      for (const beyond of [-1, 0, 1, 8]) {
        const end = start + blocks * BLOCK_BYTES + beyond
        assert.equal(crc32c(bytes, start, end), bytewise(bytes.subarray(start, end), 0x82f63b78), `${start} ${end}`)
      }
    }
  }
})

test('blocks are gone through by WebAssembly here', () => {
  assert.notEqual(blockChecksum(new Int32Array(8 * 256)), undefined)
})
