import { type Codecs, codecOf } from '../../src/protocol/codec.ts'
import { crc32c } from '../../src/protocol/crc32c.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'
import { batchLayout } from '../../src/protocol/record-batch-layout.ts'
import type { Random, RandomBatch } from './random-batch.ts'

/** Encodes random batches with our builder, then gives them their offset and leader epoch as a broker does. */
export const batchEncoder = (random: Random, codecs: Codecs): ((batch: RandomBatch) => Buffer) => {
  const builder = new RecordBatchBuilder()
  return ({ records, baseOffset, leaderEpoch, compression, ...rest }) => {
    builder.reset()
    for (const { timestamp, key, value, headers } of records) {
      // Text goes another way through the builder than bytes do; both must come to the same
      builder.append(timestamp, asText(key, random), asText(value, random), headers)
    }
    const bytes = Buffer.from(builder.finish({ ...rest, codec: codecOf(codecs, compression) }))
    bytes.writeBigInt64BE(BigInt(baseOffset), batchLayout.baseOffset)
    bytes.writeInt32BE(leaderEpoch, batchLayout.partitionLeaderEpoch)
    return bytes
  }
}

const asText = (part: Buffer | null, random: Random): Buffer | string | null => {
  if (part === null || random(2) === 0) return part
  const text = part.toString('utf8')
  return Buffer.from(text).equals(part) ? text : part
}

/** Makes the CRC right again after a change. */
export const mendCrc = (batch: Buffer): Buffer => {
  batch.writeUInt32BE(crc32c(batch, batchLayout.attributes, batch.length), batchLayout.crc)
  return batch
}
