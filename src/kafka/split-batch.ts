import type { RecordBatchBuilder } from '../protocol/record-batch-builder.ts'
import { readBatches } from '../protocol/record-batch-reader.ts'
import { noteOwner, openBatch, SEQUENCE_NUMBERS, type WireBatch } from './wire-batch.ts'

/**
 * Cuts a batch that a broker found too large for its topic in two halves, by records; null if it has but one. Owners and
 * sequence numbers go along. The halves take the place of the batch, which is not used any more.
 */
export const splitBatch = (
  batch: WireBatch,
  builder: () => RecordBatchBuilder,
): readonly [WireBatch, WireBatch] | null => {
  const { recordCount } = batch.builder
  if (recordCount < 2) return null
  const halves = [batch, batch].map(({ topic, partition, createdAt }) =>
    openBatch(topic, partition, builder(), createdAt),
  ) as [WireBatch, WireBatch]
  const [encoded] = readBatches(batch.builder.finish(), { checkCrc: false })
  const records = encoded!.records()
  const owners = ownerOfEach(batch)
  for (let i = 0; records.next(); i++) {
    const half = i < recordCount / 2 ? halves[0] : halves[1]
    half.size += half.builder.append(records.timestamp, records.key(), records.value(), records.headers())
    noteOwner(half, owners[i], 1, batch.tokens?.[i])
  }
  let sequence = batch.baseSequence
  for (const half of halves) {
    half.attempts = batch.attempts + 1
    half.identity = batch.identity
    half.baseSequence = sequence
    if (sequence >= 0) sequence = (sequence + half.builder.recordCount) % SEQUENCE_NUMBERS
  }
  return halves
}

const ownerOfEach = (batch: WireBatch): unknown[] =>
  batch.owners.flatMap((owner, i) => Array.from({ length: batch.counts[i]! }, () => owner))
