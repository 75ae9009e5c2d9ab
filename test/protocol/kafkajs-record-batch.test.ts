import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { loadCodec, loadCodecs } from '../../src/protocol/compression.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'

// kafkajs has its own encoder and decoder of record batches; both sides must understand each other.
const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0')
const decodeRecordBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder')
const Record = require('kafkajs/src/protocol/recordBatch/record/v0')
const MessageSet = require('kafkajs/src/protocol/messageSet')
const Decoder = require('kafkajs/src/protocol/decoder')
const types: { None: number; GZIP: number } = require('kafkajs/src/protocol/message/compression').Types

const codecs = await loadCodecs()
const rows = Array.from({ length: 50 }, (_, i) => ({
  key: i % 3 === 0 ? null : `key-${i}`,
  value: i % 7 === 0 ? null : `välue ${i} `.repeat(i),
  headers: i % 5 === 0 ? { one: `h${i}`, two: 'x' } : {},
  timestamp: 1700000000000 + ((i * 7919) % 1000),
}))

const readAll = (bytes: Buffer) => {
  const all: unknown[] = []
  for (const batch of readBatches(bytes, { codecs })) {
    const cursor = batch.records()
    while (cursor.next()) {
      const headers = Object.fromEntries(cursor.headers().map((one) => [one.key, one.value?.toString()]))
      all.push({
        key: cursor.key()?.toString() ?? null,
        value: cursor.value()?.toString() ?? null,
        headers,
        timestamp: cursor.timestamp,
      })
    }
  }
  return all
}

for (const [name, compression] of [
  ['none', types.None],
  ['gzip', types.GZIP],
] as const) {
  test(`kafkajs reads what we write, compression ${name}`, async () => {
    const builder = new RecordBatchBuilder()
    for (const { timestamp, key, value, headers } of rows) {
      builder.append(
        timestamp,
        key,
        value,
        Object.entries(headers).map(([name, text]) => ({ key: name, value: text })),
      )
    }
    const batch = builder.finish({ producerId: 5, producerEpoch: 1, baseSequence: 3, codec: await loadCodec(name) })
    const decoded = await decodeRecordBatch(new Decoder(Buffer.from(batch)))
    assert.equal(decoded.producerId, '5')
    assert.equal(decoded.firstSequence, 3)
    assert.deepEqual(
      decoded.records.map(
        (one: { key: Buffer; value: Buffer; headers: object; timestamp: string; offset: string }) => ({
          key: one.key?.toString() ?? null,
          value: one.value?.toString() ?? null,
          headers: Object.fromEntries(Object.entries(one.headers).map(([key, value]) => [key, String(value)])),
          timestamp: Number(one.timestamp),
        }),
      ),
      rows,
    )
    assert.deepEqual(
      decoded.records.map((one: { offset: string }) => Number(one.offset)),
      rows.map((_, i) => i),
    )
  })

  test(`we read what kafkajs writes, compression ${name}`, async () => {
    const first = rows[0]!.timestamp
    const records = rows.map(({ key, value, headers, timestamp }, i) =>
      Record({ offsetDelta: i, timestampDelta: timestamp - first, key, value, headers }),
    )
    const batch = await RecordBatch({
      compression,
      records,
      firstTimestamp: first,
      maxTimestamp: first,
      lastOffsetDelta: rows.length - 1,
    })
    assert.deepEqual(readAll(batch.buffer), rows)
  })
}

test('we read the message sets that kafkajs writes', () => {
  for (const messageVersion of [0, 1]) {
    const entries = rows.map(({ key, value, timestamp }) => ({ key, value, timestamp }))
    const bytes: Buffer = MessageSet({ messageVersion, compression: types.None, entries }).buffer
    const expected = rows.map((row) => ({ ...row, headers: {}, timestamp: messageVersion === 0 ? -1 : row.timestamp }))
    assert.deepEqual(readAll(bytes), expected)
  }
})
