import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCodec } from '../../src/protocol/compression.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { RecordBatchBuilder, recordSizeUpperBound } from '../../src/protocol/record-batch-builder.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { seededRandom } from './recorded-lines.ts'

const valuesIn = (batch: Buffer) => {
  const values: (string | null)[] = []
  for (const { records } of readBatches(batch)) {
    const cursor = records()
    while (cursor.next()) values.push(cursor.value()?.toString() ?? null)
  }
  return values
}

test('a batch has the bytes that the Java producer writes', () => {
  const builder = new RecordBatchBuilder(1)
  builder.append(1700000000000, null, 'first', [])
  builder.append(1699999999000, 'schlüssel', null, [])
  builder.append(1700000100000n, Buffer.from('k'), 'é☃𝄞\ud800', [
    { key: 'h', value: 'x' },
    { key: 'n', value: null },
  ])
  assert.equal(
    builder
      .finish({ producerId: 123456789012, producerEpoch: 4, baseSequence: 9, transactional: true })
      .toString('base64'),
    'AAAAAAAAAAAAAABq/////wJTcqTDABAAAAACAAABi8/laAAAAAGLz+buoAAAABy+mRoUAAQAAAAJAAAAAxYAAAABCmZpcnN0ACIAzw8CFHNjaGzDvHNzZWwBADQAwJoMBAJrFMOp4piD8J2Enj8EAmgCeAJuAQ==',
  )
  assert.equal(builder.recordCount, 3)
  assert.equal(builder.maxTimestamp, 1700000100000n)
})

test('text of any length and script is written as UTF-8', () => {
  const random = seededRandom(3)
  const letters = ['a', 'z', 'ä', '☃', '𝄞', '\u0000', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff']
  const builder = new RecordBatchBuilder(1)
  const texts: string[] = []
  for (let length = 0; length < 200; length++) {
    texts.push(
      'x'.repeat(length),
      'é'.repeat(length),
      Array.from({ length }, () => letters[random(letters.length)]).join(''),
    )
  }
  texts.push('ü'.repeat(8190), 'w'.repeat(20000), '☃'.repeat(9000))
  for (const text of texts) builder.append(1, text, text, [{ key: text, value: text }])
  assert.deepEqual(valuesIn(builder.finish()), texts)
})

test('a record that would make the batch too large leaves it as it was', () => {
  const builder = new RecordBatchBuilder()
  assert.ok(builder.append(5, null, 'x'.repeat(500), [], 100) > 500, 'the first record is always taken')
  const before = Buffer.from(builder.finish())
  assert.equal(builder.append(9, null, 'second', [], 560), 0)
  assert.equal(builder.recordCount, 1)
  assert.equal(builder.maxTimestamp, 5)
  assert.deepEqual(builder.finish(), before)
  const size = builder.sizeInBytes
  const added = builder.append(9, null, 'second', [], size + 13)
  assert.equal(added, 13)
  assert.equal(builder.sizeInBytes, size + added)
})

test('the upper bound of a size is never below what is added', () => {
  const builder = new RecordBatchBuilder()
  for (const text of ['', 'a', '☃'.repeat(100), 'x'.repeat(5000), '☃'.repeat(5000)]) {
    const headers = [{ key: text, value: text }]
    assert.ok(builder.append(1, text, text, headers) <= recordSizeUpperBound(text, text, headers))
  }
})

test('a retry has another producer id, epoch and sequence and the same records', async () => {
  for (const codec of [undefined, await loadCodec('gzip')]) {
    const builder = new RecordBatchBuilder()
    for (let i = 0; i < 100; i++) builder.append(i, null, `line ${i}`, [])
    const first = Buffer.from(builder.finish({ producerId: 1, producerEpoch: 0, baseSequence: 0, codec }))
    const second = builder.finish({ producerId: 2n, producerEpoch: 1, baseSequence: 100, codec })
    assert.deepEqual(second.subarray(61), first.subarray(61))
    const [batch] = [...readBatches(second, { codecs: codec ? [undefined, codec] : [] })]
    assert.deepEqual([batch!.producerId, batch!.producerEpoch, batch!.baseSequence], [2, 1, 100])
    const cursor = batch!.records()
    assert.ok(cursor.next(), 'the CRC of the second header matches')
  }
})

test('a builder is empty after reset and refuses an empty batch', () => {
  const builder = new RecordBatchBuilder()
  assert.throws(() => builder.finish(), ProtocolError)
  builder.append(7, null, 'one', [])
  builder.reset()
  assert.deepEqual([builder.recordCount, builder.sizeInBytes, builder.maxTimestamp], [0, 61, -1])
  builder.append(3, null, 'two', [])
  assert.deepEqual(valuesIn(builder.finish()), ['two'])
})

test('timestamps beyond 2^53 are exact when they are given as bigint', () => {
  const builder = new RecordBatchBuilder()
  builder.append(1700000000000000001n, null, 'a', [])
  builder.append(1700000000000000003n, null, 'b', [])
  const batch = builder.finish()
  assert.equal(batch.readBigInt64BE(27), 1700000000000000001n)
  assert.equal(batch.readBigInt64BE(35), 1700000000000000003n)
  assert.deepEqual(
    batch.subarray(69, 72),
    Buffer.from([14, 0, 4]),
    'the second record: length 7, attributes, 2 ms later',
  )
})

/** Writes text as the value of a record. */
const writing = (text: string) => ({
  write: (target: Buffer, position: number) =>
    position + Buffer.byteLength(text) > target.length ? -1 : position + target.write(text, position),
})

test('a value that writes itself makes the batch that its bytes make, whatever their lengths', () => {
  const random = seededRandom(5)
  for (let run = 0; run < 20; run++) {
    const written = new RecordBatchBuilder(400_000)
    const appended = new RecordBatchBuilder(400_000)
    for (let i = 0; i < 100; i++) {
      const text = 'é'.repeat(random([3, 40, 100, 6000][random(4)]!))
      const key = random(2) === 0 ? null : 'k'.repeat(random(100))
      const headers = random(3) > 0 ? [] : [{ key: 'h', value: 'x'.repeat(random(200)) }]
      const timestamp = 1700000000000 + random(100_000)
      assert.equal(
        written.appendWritten(timestamp, key, writing(text), headers, 390_000),
        appended.append(timestamp, key, text, headers, 390_000),
      )
    }
    assert.deepEqual(written.finish(), appended.finish())
  }
})

test('a value that is not written, or makes the batch too large, leaves it as it was', () => {
  const builder = new RecordBatchBuilder(1000)
  assert.equal(builder.appendWritten(5, null, { write: () => -1 }, []), -1)
  assert.equal(builder.recordCount, 0)
  assert.ok(builder.appendWritten(5, 'key', writing('first'), [], 10) > 5, 'the first record is always taken')
  const before = Buffer.from(builder.finish())
  assert.equal(builder.appendWritten(6, 'key', { write: () => -1 }, []), -1)
  assert.equal(builder.appendWritten(7, 'key', writing('second'), [], 90), 0)
  assert.equal(builder.appendWritten(8, 'key', writing('x'.repeat(5000)), []), -1)
  assert.deepEqual([builder.recordCount, builder.maxTimestamp], [1, 5])
  assert.deepEqual(builder.finish(), before)
  assert.equal(builder.appendWritten(9, null, writing(''), []) > 0, true)
  assert.deepEqual(valuesIn(builder.finish()), ['first', ''])
})

test('what values may change of the batch behind them ends where its memory ends', () => {
  const builder = new RecordBatchBuilder(256)
  let records = 0
  // Each fills what it is given to the last byte but a few.
  for (let left = 100; left >= 0; left--) {
    const value = {
      write: (target: Buffer, position: number) =>
        target.fill('v', position, target.length - left) && target.length - left,
    }
    const headers = [{ key: 'header', value: 'value' }]
    if (builder.appendWritten(1, 'key', value, headers) > 0) records++
    else assert.ok(left < 95, 'a value that leaves room is taken')
  }
  assert.equal(valuesIn(builder.finish()).length, records)
})
