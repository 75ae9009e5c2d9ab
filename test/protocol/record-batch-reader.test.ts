import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compressionNames, loadCodec, loadCodecs } from '../../src/protocol/compression.ts'
import { crc32c } from '../../src/protocol/crc32c.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'
import { type ReadOptions, readBatches } from '../../src/protocol/record-batch-reader.ts'
import { recordedLines, seededRandom } from './recorded-lines.ts'

interface RecordedBatch {
  magic: number
  compression?: string
  timestampType?: 'CREATE' | 'LOG_APPEND'
  control?: 'abort' | 'commit'
  base64: string
}
const recorded = recordedLines<RecordedBatch>('batches')
const codecs = await loadCodecs()

const readAll = (bytes: Buffer, options: ReadOptions = {}) => {
  const all: unknown[][] = []
  for (const batch of readBatches(bytes, { codecs, ...options })) {
    const cursor = batch.records()
    while (cursor.next()) {
      const headers = cursor.headers().map((h) => [h.key, h.value?.toString('hex') ?? null])
      all.push([
        cursor.offset,
        cursor.timestamp,
        cursor.key()?.toString() ?? null,
        cursor.value()?.toString() ?? null,
        headers,
      ])
    }
  }
  return all
}

/** What the recorded batches hold. */
const expected = ({ magic, timestampType }: RecordedBatch) =>
  Array.from({ length: 6 }, (_, i) => [
    1000 + i,
    magic === 0 ? -1 : timestampType === 'LOG_APPEND' ? 1700000000123 : 1700000000000 + ((i * 37) % 100) - 50,
    i % 3 === 0 ? null : `key-${i}`,
    i === 4 ? null : `value ${i} schöne Zeile, `.repeat(i * 3),
    magic === 2 && i % 2 === 0
      ? [
          [`h${i}`, `01020${i}`],
          ['empty', null],
        ]
      : [],
  ])

for (const row of recorded.filter((one) => one.control === undefined)) {
  test(`records of the Java client are read: format ${row.magic}, ${row.compression}, ${row.timestampType}`, () => {
    const bytes = Buffer.from(row.base64, 'base64')
    assert.deepEqual(readAll(bytes), expected(row))
    for (const batch of readBatches(bytes, { codecs })) {
      assert.equal(batch.compression, row.compression)
      assert.equal(batch.timestampType, row.timestampType)
    }
  })
}

const batchAt = (baseOffset: number, values: string[], producer = {}) => {
  const builder = new RecordBatchBuilder()
  for (const value of values) builder.append(5, null, value, [])
  const batch = Buffer.from(builder.finish(producer))
  batch.writeBigInt64BE(BigInt(baseOffset), 0) // not under the CRC: brokers set it
  return batch
}
const offsets = (bytes: Buffer, options: ReadOptions = {}) => readAll(bytes, options).map((record) => record[0])

test('several batches follow each other, and one that is cut off is left out', () => {
  const bytes = Buffer.concat([batchAt(10, ['a', 'b']), batchAt(20, ['c'])])
  assert.deepEqual(offsets(bytes), [10, 11, 20])
  for (let length = 0; length < bytes.length; length++) {
    const whole = length < batchAt(10, ['a', 'b']).length ? [] : [10, 11]
    assert.deepEqual(offsets(bytes.subarray(0, length)), whole)
  }
  assert.deepEqual([...readBatches(null)], [])
})

test('records before the offset that was asked for are passed over', () => {
  assert.deepEqual(offsets(batchAt(10, ['a', 'b', 'c']), { fromOffset: 11 }), [11, 12])
  const old = Buffer.from(recorded.find((one) => one.magic === 1 && one.compression === 'gzip')!.base64, 'base64')
  assert.deepEqual(offsets(old, { fromOffset: 1004 }), [1004, 1005])
})

test('control batches have no records, and the next offset is behind them', () => {
  const control = Buffer.from(recorded.find((one) => one.control === 'commit')!.base64, 'base64')
  const [batch] = [...readBatches(control)]
  assert.equal(batch!.isControl, true)
  assert.equal(batch!.lastOffset, 1006)
  assert.equal(batch!.records().next(), false)
})

test('records of aborted transactions are left out only when committed records are asked for', () => {
  const producer = { producerId: 77, producerEpoch: 3, transactional: true }
  const abort = Buffer.from(recorded.find((one) => one.control === 'abort')!.base64, 'base64') // at 1006
  const bytes = Buffer.concat([
    batchAt(990, ['before'], producer),
    batchAt(1000, ['aborted', 'aborted'], producer),
    batchAt(1002, ['of another producer'], { ...producer, producerId: 78 }),
    batchAt(1003, ['not transactional'], { producerId: 77 }),
    abort,
    batchAt(1007, ['after'], producer),
  ])
  const aborted = [{ producerId: 77, firstOffset: 1000 }]
  assert.deepEqual(offsets(bytes, { aborted }), [990, 1002, 1003, 1007])
  assert.deepEqual(offsets(bytes), [990, 1000, 1001, 1002, 1003, 1007])
  assert.deepEqual(
    [...readBatches(bytes, { aborted })].map((batch) => batch.isAborted),
    [false, true, false, false, false, false],
  )
})

test('values are views of the response, and records without headers share one empty list', () => {
  const bytes = batchAt(0, ['a', 'b'])
  const [batch] = [...readBatches(bytes)]
  const cursor = batch!.records()
  cursor.next()
  assert.equal(cursor.value()!.buffer, bytes.buffer)
  const none = cursor.headers()
  cursor.next()
  assert.equal(cursor.headers(), none)
})

test('a changed byte is found by the CRC', () => {
  const bytes = batchAt(42, ['value'])
  bytes[70]! ^= 1
  assert.throws(() => readAll(bytes), {
    name: 'ProtocolError',
    message: 'The record batch at offset 42 is damaged: its CRC does not match',
  })
})

test('a flipped bit that makes a control batch of records, or gives them to an aborted transaction, is found', () => {
  const damaged = {
    name: 'ProtocolError',
    message: /^The record batch at offset 42 is damaged: its CRC does not match$/,
  }
  const control = batchAt(42, ['value'])
  control[22]! |= 0x20
  assert.throws(() => readAll(control), damaged)
  const foreign = batchAt(42, ['value'], { producerId: 8, producerEpoch: 0, transactional: true })
  foreign[50]! ^= 1
  assert.throws(() => readAll(foreign, { aborted: [{ producerId: 9, firstOffset: 0 }] }), damaged)
})

test('an offset that a number cannot hold exactly is refused', () => {
  const bytes = batchAt(0, ['value'])
  bytes[1] = 0x2f // not under the CRC
  assert.throws(() => readAll(bytes), {
    name: 'ProtocolError',
    message: /^A record batch at offset 13229323905400832,/,
  })
})

const isOursOrFine = (work: () => void, what: string) => {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof ProtocolError, `${what}: ${(error as Error).stack}`)
  }
}

test('damaged batches of every format give a ProtocolError or records, never anything else, also when the CRC is right', () => {
  const random = seededRandom(4)
  for (const row of recorded) {
    const bytes = Buffer.from(row.base64, 'base64')
    for (let round = 0; round < 150; round++) {
      const copy = Buffer.from(bytes)
      for (let changes = 1 + random(3); changes > 0; changes--) copy[random(copy.length)] = random(256)
      if (row.magic === 2) copy.writeUInt32BE(crc32c(copy, 21), 17)
      const options = { checkCrc: row.magic === 2, maxBatchBytes: 1 << 20, aborted: round % 2 ? [] : null }
      isOursOrFine(() => readAll(copy, options), `format ${row.magic} ${row.compression} round ${round}`)
      isOursOrFine(() => readAll(copy.subarray(0, random(copy.length))), 'cut off')
    }
  }
})

test('noise is refused or gives nothing', () => {
  const random = seededRandom(5)
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(Array.from({ length: random(200) }, () => random(256)))
    if (bytes.length > 16) {
      bytes.writeInt32BE(bytes.length - 12, 8)
      bytes[16] = random(3)
    }
    isOursOrFine(() => readAll(bytes, { checkCrc: false, maxBatchBytes: 1 << 20 }), `round ${round}`)
  }
})

test('a batch that would become too large is refused', async () => {
  for (const name of compressionNames.slice(1)) {
    const builder = new RecordBatchBuilder()
    builder.append(1, null, Buffer.alloc(3_000_000), [])
    const batch = builder.finish({ codec: await loadCodec(name) })
    assert.ok(batch.length < 200_000)
    assert.throws(() => readAll(batch, { maxBatchBytes: 1_000_000 }), ProtocolError, name)
    assert.equal(readAll(batch, { maxBatchBytes: 4_000_000 }).length, 1, name)
  }
})

test('a codec that was not loaded is named', async () => {
  const builder = new RecordBatchBuilder()
  builder.append(1, null, 'x', [])
  const batch = builder.finish({ codec: await loadCodec('snappy') })
  assert.throws(() => readAll(batch, { codecs: [] }), /Compression snappy is not loaded/)
})

test('what is written at random is read again, with every compression', async () => {
  const random = seededRandom(6)
  const maybe = (text: string) => (random(5) === 0 ? null : text)
  for (let round = 0; round < 200; round++) {
    const builder = new RecordBatchBuilder(64)
    const rows: unknown[][] = []
    for (let i = random(40); i >= 0; i--) {
      const timestamp = 1_700_000_000_000 + random(2 ** 22) * (random(2) ? 1 : -1000)
      const key = maybe('k'.repeat(random(70)))
      const value = maybe('wört '.repeat(random(100)))
      const headers = Array.from({ length: random(10) === 0 ? random(4) : 0 }, (_, n) => ({
        key: `h${n}`,
        value: maybe('ab'),
      }))
      builder.append(timestamp, key, value, headers)
      rows.push([rows.length, timestamp, key, value, headers.map((h) => [h.key, h.value === null ? null : '6162'])])
    }
    const codec = await loadCodec(compressionNames[round % 5]!)
    assert.deepEqual(readAll(builder.finish({ codec })), rows)
  }
})
