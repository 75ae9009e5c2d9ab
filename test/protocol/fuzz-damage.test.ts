// Damaged batches: bytes changed, cut off, left out. A clear error, never a crash, and never a record that was not written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCodecs } from '../../src/protocol/compression.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { batchLayout } from '../../src/protocol/record-batch-layout.ts'
import { isSoak } from '../helpers/servers-used.ts'
import { type BatchContent, imageOf, readContents, shownBatch } from './batch-image.ts'
import { changed, damagedRecords } from './damage.ts'
import { batchEncoder } from './encode-batch.ts'
import { randomBatch, randomFrom } from './random-batch.ts'

const BATCHES = Number(process.env['FUZZ_BATCHES'] ?? (isSoak() ? 200_000 : 15_000))
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123)
const SHAPE = { compressions: [0, 1, 2, 3, 4] }
/** A damaged batch may say that it becomes much larger; nobody has memory for all that a test can think of. */
const maxBatchBytes = 16 * 1024 * 1024

const codecs = await loadCodecs()

/** What is read, or the error, which must be one of ours. */
const attempt = (bytes: Buffer, where: () => string, checkCrc = true): BatchContent[] | ProtocolError => {
  try {
    return readContents(bytes, codecs, { checkCrc, maxBatchBytes })
  } catch (error) {
    if (!(error instanceof ProtocolError)) assert.fail(`${(error as Error).stack} for ${where()}`)
    return error
  }
}

test(`${BATCHES} batches damaged on their way: an error, or what was written`, { timeout: 1_800_000 }, (t) => {
  const random = randomFrom(SEED)
  const encode = batchEncoder(random, codecs)
  const counts = { errors: 0, cutOff: 0, unharmed: 0 }
  for (let index = 0; index < BATCHES; index++) {
    const batch = randomBatch(random, SHAPE)
    const bytes = changed(encode(batch), random)
    const where = (): string => `batch ${index} of seed ${SEED}: ${bytes.toString('hex')}`
    const read = attempt(bytes, where)
    if (read instanceof ProtocolError) {
      assert.ok(read.message.length > 10, where())
      counts.errors++
    } else if (read.length === 0) {
      counts.cutOff++ // its length says that the rest is yet to come
    } else {
      counts.unharmed++
      // The CRC does not cover the offset and the leader's epoch; a flipped bit can also be flipped back
      const [found, ...more] = read
      const shift = found!.baseOffset - batch.baseOffset
      const moved = {
        ...batch,
        leaderEpoch: found!.leaderEpoch,
        baseOffset: found!.baseOffset,
        lastOffset: batch.lastOffset + shift,
        records: batch.records.map((record, i) => ({ ...record, offset: found!.records[i]?.offset ?? -1 })),
      }
      assert.equal(more.length, 0, where())
      assert.ok(imageOf(found!).equals(imageOf(moved)), `${shownBatch(found!)} for ${where()}`)
    }
  }
  t.diagnostic(`${BATCHES} batches, seed ${SEED}: ${JSON.stringify(counts)}`)
  assert.ok(counts.errors > BATCHES / 2, 'the damage shows something')
})

test(`${BATCHES} batches damaged under a right CRC, or read without one: records or an error, never anything else`, {
  timeout: 1_800_000,
}, (t) => {
  const random = randomFrom(SEED + 1)
  const encode = batchEncoder(random, codecs)
  const counts = { errors: 0, read: 0, bytes: 0 }
  for (let index = 0; index < BATCHES; index++) {
    const whole = encode(randomBatch(random, SHAPE))
    const withCrc = random(2) === 0
    const bytes = withCrc ? damagedRecords(whole, random, codecs) : changed(whole, random)
    const read = attempt(bytes, () => `batch ${index} of seed ${SEED + 1}: ${bytes.toString('hex')}`, withCrc)
    if (read instanceof ProtocolError) counts.errors++
    else {
      counts.read++
      for (const batch of read) counts.bytes += imageOf(batch).length // every byte of every view can be read
    }
  }
  t.diagnostic(`${BATCHES} batches, seed ${SEED + 1}: ${JSON.stringify(counts)}`)
  assert.ok(counts.errors > BATCHES / 10 && counts.read > BATCHES / 10, 'the damage shows something')
})

test('a batch that is cut off anywhere gives no record, and one with any byte changed behind its CRC an error', (t) => {
  const random = randomFrom(SEED + 2)
  const encode = batchEncoder(random, codecs)
  let places = 0
  for (let index = 0; index < 60; index++) {
    const bytes = encode(randomBatch(random, SHAPE))
    if (bytes.length > 3000) continue
    for (let at = 0; at < bytes.length; at++) {
      const where = (): string => `place ${at} of batch ${index}, seed ${SEED + 2}`
      assert.deepEqual(attempt(bytes.subarray(0, at), where), [])
      if (at < batchLayout.crc) continue
      const flipped = Buffer.from(bytes)
      flipped[at] = flipped[at]! ^ (1 << random(8))
      assert.ok(attempt(flipped, where) instanceof ProtocolError, where())
      places++
    }
  }
  t.diagnostic(`${places} places`)
  assert.ok(places > 10_000)
})
