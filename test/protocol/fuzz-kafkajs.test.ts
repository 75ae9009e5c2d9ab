// Random batches both ways against kafkajs's own codec: it reads what we write, we read what it writes.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { loadCodecs } from '../../src/protocol/compression.ts'
import { batchLayout } from '../../src/protocol/record-batch-layout.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { type BatchContent, imageOf, readContent, shownBatch } from './batch-image.ts'
import { batchEncoder, mendCrc } from './encode-batch.ts'
import { randomBatch, randomFrom } from './random-batch.ts'

const BATCHES = Number(process.env['FUZZ_BATCHES'] ?? (isSoak() ? 100_000 : 20_000))
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123)
/** kafkajs compresses on libuv's threads, so several are under way. */
const TOGETHER = 64
/** What kafkajs can do by itself. */
const COMPRESSIONS = [0, 0, 0, 1]

const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0')
const decodeRecordBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder')
const Record = require('kafkajs/src/protocol/recordBatch/record/v0')
const Decoder = require('kafkajs/src/protocol/decoder')
const Long = require('kafkajs/src/utils/long')

const codecs = await loadCodecs()

/** kafkajs keeps a record's headers in an object: those of one name in their order, the names in any. */
const withSortedHeaders = (batch: BatchContent): BatchContent => ({
  ...batch,
  records: batch.records.map((record) => ({
    ...record,
    headers: [...record.headers].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
  })),
})

interface Decoded {
  readonly firstOffset: string
  readonly lastOffsetDelta: number
  readonly maxTimestamp: string
  readonly partitionLeaderEpoch: number
  readonly producerId: string
  readonly producerEpoch: number
  readonly firstSequence: number
  readonly inTransaction: boolean
  readonly isControlBatch: boolean
  readonly timestampType: number
  readonly records: readonly {
    readonly offset: string
    readonly timestamp: string
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Readonly<Record<string, Buffer | null | readonly (Buffer | null)[]>>
  }[]
}

const decodedBy = async (bytes: Buffer): Promise<BatchContent> => {
  const decoded: Decoded = await decodeRecordBatch(new Decoder(bytes))
  return {
    compression: bytes.readInt16BE(batchLayout.attributes) & 7,
    logAppendTime: decoded.timestampType === 1,
    transactional: decoded.inTransaction,
    control: decoded.isControlBatch,
    baseOffset: Number(decoded.firstOffset),
    lastOffset: Number(decoded.firstOffset) + decoded.lastOffsetDelta,
    maxTimestamp: Number(decoded.maxTimestamp),
    leaderEpoch: decoded.partitionLeaderEpoch,
    producerId: Number(decoded.producerId),
    producerEpoch: decoded.producerEpoch,
    baseSequence: decoded.firstSequence,
    records: decoded.records.map((record) => ({
      offset: Number(record.offset),
      timestamp: Number(record.timestamp),
      key: record.key,
      value: record.value,
      headers: Object.entries(record.headers).flatMap(([key, found]) =>
        [found].flat().map((value) => ({ key, value: value as Buffer | null })),
      ),
    })),
  }
}

const encodedBy = async (batch: BatchContent): Promise<Buffer> => {
  const firstTimestamp = batch.records[0]!.timestamp
  const records = batch.records.map(({ offset, timestamp, key, value, headers }) => {
    const byName: { [name: string]: (Buffer | null)[] } = {}
    for (const header of headers) byName[header.key] = [...(byName[header.key] ?? []), header.value]
    const deltas = { offsetDelta: offset - batch.baseOffset, timestampDelta: timestamp - firstTimestamp }
    return Record({ ...deltas, key, value, headers: byName })
  })
  const { buffer } = await RecordBatch({
    compression: batch.compression,
    firstOffset: Long.fromValue(batch.baseOffset),
    firstTimestamp,
    maxTimestamp: batch.maxTimestamp,
    partitionLeaderEpoch: batch.leaderEpoch,
    lastOffsetDelta: batch.lastOffset - batch.baseOffset,
    transactional: batch.transactional,
    producerId: Long.fromValue(batch.producerId),
    producerEpoch: batch.producerEpoch,
    firstSequence: batch.baseSequence,
    records,
  })
  return buffer
}

const inParts = async (work: (index: number) => Promise<void>): Promise<void> => {
  for (let at = 0; at < BATCHES; at += TOGETHER) {
    const part = Array.from({ length: Math.min(TOGETHER, BATCHES - at) }, (_, i) => work(at + i))
    await Promise.all(part)
  }
}

test(`kafkajs reads ${BATCHES} random batches that we write`, { timeout: 1_800_000 }, async (t) => {
  const random = randomFrom(SEED)
  const encode = batchEncoder(random, codecs)
  let records = 0
  await inParts(async (index) => {
    const batch = randomBatch(random, { compressions: COMPRESSIONS })
    const bytes = encode(batch)
    records += batch.records.length
    const found = imageOf(withSortedHeaders(await decodedBy(bytes)))
    assert.ok(found.equals(imageOf(withSortedHeaders(batch))), `batch ${index} of seed ${SEED}: ${shownBatch(batch)}`)
  })
  t.diagnostic(`${BATCHES} batches with ${records} records, seed ${SEED}`)
})

test(`we read ${BATCHES} random batches that kafkajs writes`, { timeout: 1_800_000 }, async (t) => {
  const random = randomFrom(SEED + 1)
  let records = 0
  await inParts(async (index) => {
    const made = randomBatch(random, { compressions: COMPRESSIONS, gaps: true, logAppendTime: true })
    const flags = random(10) === 0 ? 0x20 : 0
    // kafkajs cannot write a header without a value
    const batch = withSortedHeaders({
      ...made,
      records: made.records.map((record) => ({
        ...record,
        headers: record.headers.map(({ key, value }) => ({ key, value: value ?? Buffer.alloc(0) })),
      })),
    })
    const bytes = await encodedBy(batch)
    records += batch.records.length
    // A control batch, and one with the broker's time, are for brokers to make: we set their flags
    const attributes = bytes.readInt16BE(batchLayout.attributes) | flags | (batch.logAppendTime ? 8 : 0)
    if (attributes !== bytes.readInt16BE(batchLayout.attributes)) {
      bytes.writeInt16BE(attributes, batchLayout.attributes)
      mendCrc(bytes)
    }
    const expected = flags === 0 ? batch : { ...batch, control: true, records: [] }
    const found = withSortedHeaders(readContent(bytes, codecs))
    assert.ok(imageOf(found).equals(imageOf(expected)), `batch ${index} of seed ${SEED + 1}: ${shownBatch(batch)}`)
  })
  t.diagnostic(`${BATCHES} batches with ${records} records, seed ${SEED + 1}`)
})
