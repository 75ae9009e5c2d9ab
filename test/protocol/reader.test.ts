import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { Reader } from '../../src/protocol/reader.ts'
import { Writer } from '../../src/protocol/writer.ts'
import { seededRandom } from './recorded-lines.ts'

const written = (write: (writer: Writer) => void) => {
  const writer = new Writer(1)
  write(writer)
  return writer.written()
}

test('every primitive is read as it was written', () => {
  const bytes = written((w) => {
    w.boolean(true)
    w.int8(-128)
    w.int16(-32768)
    w.uint16(65535)
    w.int32(-2147483648)
    w.uint32(4294967295)
    w.int64(-9007199254740991)
    w.bigint64(-9223372036854775808n)
    w.float64(-0.1)
    w.uuid('123e4567-e89b-12d3-a456-426614174000')
    w.string('größer')
    w.compactString(null)
    w.compactString('')
    w.bytes(Buffer.from([1, 2]))
    w.compactBytes(null)
    w.arrayLength(null, true)
  })
  const r = new Reader(bytes)
  assert.equal(r.boolean(), true)
  assert.equal(r.int8(), -128)
  assert.equal(r.int16(), -32768)
  assert.equal(r.uint16(), 65535)
  assert.equal(r.int32(), -2147483648)
  assert.equal(r.uint32(), 4294967295)
  assert.equal(r.int64(), -9007199254740991)
  assert.equal(r.bigint64(), -9223372036854775808n)
  assert.equal(r.float64(), -0.1)
  assert.equal(r.uuid(), '123e4567-e89b-12d3-a456-426614174000')
  assert.equal(r.string(), 'größer')
  assert.equal(r.compactString(), null)
  assert.equal(r.compactString(), '')
  assert.deepEqual(r.bytes(), Buffer.from([1, 2]))
  assert.equal(r.compactBytes(), null)
  assert.equal(r.arrayLength(true), null)
  assert.equal(r.remaining, 0)
})

test('variable-length integers have the bytes of the protocol', () => {
  const hex = (write: (w: Writer) => void) => written(write).toString('hex')
  assert.equal(
    hex((w) => w.uvarint(0)),
    '00',
  )
  assert.equal(
    hex((w) => w.uvarint(300)),
    'ac02',
  )
  assert.equal(
    hex((w) => w.uvarint(4294967295)),
    'ffffffff0f',
  )
  assert.equal(
    hex((w) => w.varint(-1)),
    '01',
  )
  assert.equal(
    hex((w) => w.varint(64)),
    '8001',
  )
  assert.equal(
    hex((w) => w.varint(-2147483648)),
    'ffffffff0f',
  )
  assert.equal(
    hex((w) => w.varlong(-9223372036854775808n)),
    'ffffffffffffffffff01',
  )
  assert.equal(
    hex((w) => w.varlong(9007199254740991)),
    'feffffffffffff1f',
  )
})

test('int64, varint and varlong keep whole numbers of every size', () => {
  const random = seededRandom(1)
  for (let bits = 0; bits <= 53; bits++) {
    for (const sign of [1, -1]) {
      const value = sign * Math.min(2 ** bits + random(1000), Number.MAX_SAFE_INTEGER)
      const r = new Reader(
        written((w) => {
          w.int64(value)
          w.varlong(value)
          w.varlong(BigInt(value))
          w.varint(value | 0)
        }),
      )
      assert.deepEqual([r.int64(), r.varlong(), r.bigVarlong(), r.varint()], [value, value, BigInt(value), value | 0])
    }
  }
})

test('reading beyond the end is an error that says where', () => {
  const r = new Reader(Buffer.from([0, 5, 97]))
  assert.throws(() => r.string(), { name: 'ProtocolError', message: 'Truncated: 5 bytes expected at index 2, 1 left' })
  assert.throws(() => new Reader(Buffer.alloc(4, 0xff)).uvarint(), ProtocolError)
  assert.throws(() => new Reader(Buffer.alloc(11, 0xff)).varlong(), /longer than 10 bytes/)
  assert.throws(
    () => new Reader(Buffer.from([0, 0, 1, 0, 1])).arrayLength(false),
    /256 elements cannot be in the 1 bytes/,
  )
  assert.throws(() => new Reader(Buffer.from([0xff, 0xff, 0xff, 0xfe])).bytes(), ProtocolError)
})

test('values that do not fit are refused', () => {
  assert.throws(() => new Writer().int64(1.5), ProtocolError)
  assert.throws(() => new Writer().string('x'.repeat(32768)), /too long/)
  assert.throws(() => new Writer().uuid('123'), /Not a UUID: 123/)
})
