import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postgresReader } from '../../../../src/connectors/jdbc/dialects/postgres-reader.ts'
import { WireRows } from '../../../../src/connectors/jdbc/wire-rows.ts'
import { UTC } from '../../../../src/connectors/jdbc/zone.ts'
import { CASES, column, options, ZONES } from '../postgres-texts.ts'

test("values out of a server's bytes are those out of its text", () => {
  let compared = 0
  for (const zone of ZONES) {
    for (const flavour of ['confluent', 'aiven'] as const) {
      for (const [one, texts, more] of CASES) {
        const reader = postgresReader(one, options(zone, { flavour, ...more }))
        assert.ok(reader?.readWire !== undefined)
        for (const text of texts) {
          const bytes = Buffer.from(`before ${text} behind`)
          const rows = new WireRows(bytes, 2, bytes.length)
          const read = (): unknown => reader.readWire?.(rows, 7, Buffer.byteLength(text))
          let expected: unknown
          try {
            expected = reader.read(text)
          } catch (error) {
            assert.throws(read, error as Error)
            continue
          }
          const message = `${one.typeName} ${text} in ${zone.name}`
          assert.deepStrictEqual(read(), expected, message)
          // Twice: some readers remember what they saw last
          assert.deepStrictEqual(read(), expected, message)
          compared++
        }
      }
    }
  }
  assert.ok(compared > 500)
})

test('a number of any value is read as its text is', () => {
  const reader = postgresReader(column('double', 'float8', 17, 17), options(UTC))
  let state = 1
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  for (let i = 0; i < 20_000; i++) {
    const value = (random() - 0.5) * 10 ** Math.floor(random() * 20 - 5)
    const text = i % 2 === 0 ? String(value) : value.toFixed(Math.floor(random() * 10))
    const bytes = Buffer.from(text)
    assert.ok(Object.is(reader?.readWire?.(new WireRows(bytes, 0, bytes.length), 0, bytes.length), Number(text)), text)
  }
})
