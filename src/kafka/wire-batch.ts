import type { RecordBatchBuilder } from '../protocol/record-batch-builder.ts'

/** The producer's idea of who wrote a batch; -1 everywhere without idempotence. */
export interface ProducerIdentity {
  readonly id: number
  readonly epoch: number
}

/** Sequence numbers go from 0 to one less, then begin at 0 again. */
export const SEQUENCE_NUMBERS = 2 ** 31

/** One record batch on its way, and whose records are in it. */
export interface WireBatch {
  readonly topic: string
  readonly partition: number
  readonly builder: RecordBatchBuilder
  /** Consecutive records of one owner are counted together: `owners[i]` has `counts[i]` records. */
  readonly owners: unknown[]
  readonly counts: number[]
  /** One per record, only for owners that want to hear of single records. */
  tokens: unknown[] | null
  /** `performance.now()` of the first record. */
  readonly createdAt: number
  /** Bytes of its records, as they count against `buffer.memory`. */
  size: number
  /** -1 until it is sent for the first time. */
  baseSequence: number
  identity: ProducerIdentity | null
  /** The finished bytes; null while records may be added. */
  bytes: Buffer | null
  attempts: number
}

export const openBatch = (
  topic: string,
  partition: number,
  builder: RecordBatchBuilder,
  createdAt = performance.now(),
): WireBatch => ({
  topic,
  partition,
  builder,
  owners: [],
  counts: [],
  tokens: null,
  createdAt,
  size: 0,
  baseSequence: -1,
  identity: null,
  bytes: null,
  attempts: 0,
})

/** Notes the owner of the records just appended. */
export const noteOwner = (batch: WireBatch, owner: unknown, count: number, token: unknown): void => {
  const last = batch.owners.length - 1
  if (last >= 0 && batch.owners[last] === owner) batch.counts[last]! += count
  else {
    batch.owners.push(owner)
    batch.counts.push(count)
  }
  if (token !== undefined) {
    batch.tokens ??= []
    batch.tokens.push(token)
  }
}
