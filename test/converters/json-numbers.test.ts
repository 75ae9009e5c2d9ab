import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonBytesWriter } from '../../src/converters/json-bytes-writer.ts'
import { writeDecimal, writeInteger } from '../../src/converters/json-numbers.ts'
import { bigIntToBytes } from '../../src/data/logical-types.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const below = seededRandom(3)
const around = (edge: number): number[] => [edge - 1, edge, edge + 1, 1 - edge, -edge, -1 - edge]
const NUMBERS = [
  ...Array.from({ length: 53 }, (_, power) => around(2 ** power)).flat(),
  ...Array.from({ length: 16 }, (_, power) => around(10 ** power)).flat(),
  ...Array.from({ length: 20_000 }, (_, at) => {
    const value = Math.floor(below(2 ** 31) * 2 ** (below(23) - 1) + below(1000))
    return at % 2 === 0 ? value : -value
  }),
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0],
].filter((value) => Number.isSafeInteger(value))

for (const [what, write, textOf] of [
  ['integers', writeInteger, String],
  ['decimals', writeDecimal, (value: number) => `"${bigIntToBytes(BigInt(value)).toString('base64')}"`],
] as const) {
  test(`${what} of every size are written as their texts`, () => {
    const out = new JsonBytesWriter()
    const target = Buffer.alloc(40, 0xee)
    for (const value of NUMBERS) {
      out.begin(target, 3)
      write(value, out)
      assert.equal(out.full, false)
      assert.equal(target.toString('latin1', 3, out.position), textOf(value))
    }
    assert.equal(target.toString('hex', 0, 3), 'eeeeee')
  })

  test(`${what} are not written where there may be no room for them`, () => {
    for (let size = 0; size < 40; size++) {
      const memory = Buffer.alloc(80, 0xee)
      const out = new JsonBytesWriter()
      out.begin(memory.subarray(0, size), 2)
      write(Number.MIN_SAFE_INTEGER, out)
      assert.ok(memory.subarray(size).every((byte) => byte === 0xee))
      if (out.full) assert.equal(out.position, 2)
      else assert.equal(memory.toString('latin1', 2, out.position), textOf(Number.MIN_SAFE_INTEGER))
      assert.equal(out.full, size < 19)
    }
  })
}
