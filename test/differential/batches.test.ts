// Random record batches both ways against the Java client's own classes, and damaged ones.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadCodecs } from '../../src/protocol/compression.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { isSoak } from '../helpers/servers-used.ts'
import {
  type BatchContent,
  contentOf,
  imageOf,
  readContent,
  readContents,
  shownBatch,
} from '../protocol/batch-image.ts'
import { damagedRecords } from '../protocol/damage.ts'
import { batchEncoder } from '../protocol/encode-batch.ts'
import { HOSTILE_HEADERS, randomBatch, randomFrom } from '../protocol/random-batch.ts'
import { whyNoJvm } from './jvm.ts'
import { type JvmBatches, startJvmBatches } from './jvm-batches.ts'

const BATCHES = Number(process.env['FUZZ_BATCHES'] ?? (isSoak() ? 100_000 : 10_000))
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123)
/** On their way to the JVM. */
const TOGETHER = 200
const ALL = { compressions: [0, 1, 2, 3, 4], headers: HOSTILE_HEADERS }

const problem = await whyNoJvm()
const skip = problem !== undefined && process.env['CI'] !== 'true' ? `Apache Kafka's classes: ${problem}` : false
const options = { skip, timeout: 1_800_000 }

const codecs = await loadCodecs()
let jvm: JvmBatches
before(async () => {
  if (!skip) jvm = await startJvmBatches()
})
after(() => jvm?.close())

const inParts = async (work: (index: number) => Promise<void>): Promise<void> => {
  for (let at = 0; at < BATCHES; at += TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(TOGETHER, BATCHES - at) }, (_, i) => work(at + i)))
  }
}

test(`the Java client reads ${BATCHES} random batches that we write`, options, async (t) => {
  const random = randomFrom(SEED)
  const encode = batchEncoder(random, codecs)
  let records = 0
  await inParts(async (index) => {
    const batch = randomBatch(random, ALL)
    records += batch.records.length
    const answer = await jvm.read(encode(batch))
    const where = `batch ${index} of seed ${SEED}: ${shownBatch(batch)}`
    assert.ok('bytes' in answer, `${JSON.stringify(answer)} for ${where}`)
    assert.ok(answer.bytes.equals(imageOf(batch)), where)
  })
  t.diagnostic(`${BATCHES} batches with ${records} records, seed ${SEED}`)
})

test(`we read ${BATCHES} random batches that the Java client writes`, options, async (t) => {
  const random = randomFrom(SEED + 1)
  let records = 0
  await inParts(async (index) => {
    const batch = randomBatch(random, { ...ALL, gaps: true, control: true, logAppendTime: true })
    records += batch.records.length
    const answer = await jvm.write(batch, batch.ends)
    const where = `batch ${index} of seed ${SEED + 1}: ${shownBatch(batch)}`
    assert.ok('bytes' in answer, `${JSON.stringify(answer)} for ${where}`)
    assert.ok(imageOf(readContent(answer.bytes, codecs)).equals(imageOf(batch)), where)
    if (!batch.control) return
    // An abort marker ends the list of what is left out; a commit marker must not be taken for one
    const aborted = [{ producerId: batch.producerId, firstOffset: batch.baseOffset }]
    const data = batchEncoder(
      random,
      codecs,
    )({ ...sample, producerId: batch.producerId, baseOffset: batch.baseOffset + 1 })
    const [, next] = readContents(Buffer.concat([answer.bytes, data]), codecs, { aborted })
    assert.equal(next?.records.length, batch.ends === 'abort' ? 1 : 0, where)
  })
  t.diagnostic(`${BATCHES} batches with ${records} records, seed ${SEED + 1}`)
})

/** What only damage makes so large: times and producer ids that a number holds as the nearest one only. */
const withoutHuge = (content: BatchContent): BatchContent => {
  const cut = (value: number): number => (Math.abs(value) > 2 ** 53 ? 2 ** 53 + 2 : value)
  return {
    ...content,
    maxTimestamp: cut(content.maxTimestamp),
    producerId: cut(content.producerId),
    records: content.records.map((record) => ({ ...record, timestamp: cut(record.timestamp) })),
  }
}

/** A batch of a transaction. */
const sample = {
  ...randomBatch(randomFrom(1), { compressions: [0] }),
  transactional: true,
  records: [{ offset: 0, timestamp: 0, key: null, value: Buffer.from('v'), headers: [] }],
}

test(
  `of ${BATCHES} batches damaged under a right CRC we read none otherwise than the Java client`,
  options,
  async (t) => {
    const random = randomFrom(SEED + 2)
    const encode = batchEncoder(random, codecs)
    const counts = { bothRefuse: 0, bothRead: 0, onlyWeRefuse: 0, onlyJavaRefuses: 0 }
    const refusals = new Map<string, number>()
    await inParts(async (index) => {
      const batch = randomBatch(random, ALL)
      const bytes = damagedRecords(encode(batch), random, codecs)
      let ours: BatchContent | undefined
      let error: unknown
      try {
        ours = readContent(bytes, codecs)
      } catch (thrown) {
        error = thrown
      }
      const theirs = await jvm.read(bytes)
      const where = `batch ${index} of seed ${SEED + 2}: ${bytes.toString('hex').slice(0, 4000)}`
      if (ours === undefined) {
        assert.ok(error instanceof ProtocolError, `${error} for ${where}`)
        counts['bytes' in theirs ? 'onlyWeRefuse' : 'bothRefuse']++
        const kind = error.message.replaceAll(/-?\d+/g, 'N')
        if ('bytes' in theirs) refusals.set(kind, (refusals.get(kind) ?? 0) + 1)
      } else if ('bytes' in theirs) {
        const [ourImage, theirImage] = [ours, contentOf(theirs.bytes)].map((one) => imageOf(withoutHuge(one)))
        assert.ok(
          ourImage!.equals(theirImage!),
          `${shownBatch(ours)} is ${shownBatch(contentOf(theirs.bytes))} for ${where}`,
        )
        counts.bothRead++
      } else {
        counts.onlyJavaRefuses++
        const kind = theirs.error.replaceAll(/-?\d+/g, 'N')
        refusals.set(kind, (refusals.get(kind) ?? 0) + 1)
      }
    })
    t.diagnostic(`${BATCHES} batches, seed ${SEED + 2}: ${JSON.stringify(counts)}`)
    for (const [kind, count] of refusals) t.diagnostic(`only one side refuses: ${count} times ${kind}`)
    assert.ok(counts.bothRefuse > BATCHES / 10 && counts.bothRead > BATCHES / 20, 'the damage shows something')
  },
)
