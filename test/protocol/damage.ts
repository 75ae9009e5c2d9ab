import { type Codecs, codecOf } from '../../src/protocol/codec.ts'
import { batchAttributes, batchLayout, batchOverhead } from '../../src/protocol/record-batch-layout.ts'
import { mendCrc } from './encode-batch.ts'
import type { Random } from './random-batch.ts'

const MAX_BYTES = 1 << 28

/**
 * Changes some bytes of a batch's records, or of its header behind the CRC, and makes the CRC right again, as a broken
 * client would have it. Of compressed batches it is the records that change, before or after their compression.
 */
export const damagedRecords = (batch: Buffer, random: Random, codecs: Codecs): Buffer => {
  const attributes = batch.readInt16BE(batchLayout.attributes)
  const codec = codecOf(codecs, attributes & batchAttributes.compression)
  const header = batch.subarray(0, batchLayout.records)
  const body = batch.subarray(batchLayout.records)
  if (codec.id === 0 || random(3) === 0) return mended(Buffer.concat([header, changed(body, random)]), random)
  return mended(Buffer.concat([header, codec.compress(changed(codec.decompress(body, MAX_BYTES), random))]), random)
}

const mended = (batch: Buffer, random: Random): Buffer => {
  if (random(10) === 0) {
    const at = batchLayout.attributes + random(batchLayout.records - batchLayout.attributes)
    // Java's own reader takes no notice of the flags that it does not know
    if (at > batchLayout.attributes + 1) batch[at] = random(256)
  }
  batch.writeInt32BE(batch.length - batchOverhead, batchLayout.batchLength)
  return mendCrc(batch)
}

/** One to three bytes have another value, are left out or there in addition, or the end is cut off. */
export const changed = (bytes: Buffer, random: Random): Buffer => {
  let result = Buffer.from(bytes)
  for (let left = 1 + random(3); left > 0; left--) {
    const at = random(result.length)
    const kind = random(8)
    if (result.length === 0) return result
    if (kind < 5) result[at] = kind < 3 ? result[at]! ^ (1 << random(8)) : random(256)
    else if (kind === 5) result = Buffer.concat([result.subarray(0, at), result.subarray(at + 1)])
    else if (kind === 6)
      result = Buffer.concat([result.subarray(0, at), Buffer.from([random(256)]), result.subarray(at)])
    else result = result.subarray(0, at)
  }
  return result
}
