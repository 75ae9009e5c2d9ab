import type { KafkaError } from './errors.ts'
import { type PartitionQueue, renumber } from './partition-queue.ts'
import { type ProducerIdentity, SEQUENCE_NUMBERS, type WireBatch } from './wire-batch.ts'

/**
 * The numbering of batches by which brokers tell a repeated or a missing one: producer id and epoch, and per partition a
 * sequence without gaps. A producer without idempotence numbers nothing.
 */
export interface BatchNumbers {
  /** Whether batches are numbered. */
  readonly isOn: boolean
  /** Numbers a batch that goes out for the first time; one that goes out again keeps what it has. */
  give(queue: PartitionQueue, batch: WireBatch): void
  /** A number that was given will never be written: nothing more of the partition may go until its count begins anew. */
  noteGap(queue: PartitionQueue): void
  hasGap(queue: PartitionQueue): boolean
  /** Begins the counts with gaps anew, once nothing of them is under way. @returns whether a partition needs a producer id */
  needIdentity(queues: Iterable<PartitionQueue>): boolean
  /** One id serves all partitions that have none; a partition that begins anew so gets another than before. */
  identify(queues: Iterable<PartitionQueue>, identity: ProducerIdentity): void
  /** From now on nothing is numbered. */
  giveUp(): void
}

export const createBatchNumbers = (idempotent: boolean): BatchNumbers => {
  let isOn = idempotent
  const withGap = new Set<PartitionQueue>()
  return {
    get isOn() {
      return isOn
    },
    give(queue, batch) {
      if (!isOn || batch.baseSequence >= 0) return
      batch.identity = queue.identity
      batch.baseSequence = queue.nextSequence
      queue.nextSequence = (queue.nextSequence + batch.builder.recordCount) % SEQUENCE_NUMBERS
    },
    noteGap(queue) {
      if (isOn) withGap.add(queue)
    },
    hasGap: (queue) => withGap.has(queue),
    needIdentity(queues) {
      if (!isOn) return false
      let need = false
      for (const queue of queues) {
        if (withGap.has(queue) && queue.inFlight.size === 0) {
          renumber(queue)
          withGap.delete(queue)
        }
        if (queue.identity === null && !withGap.has(queue)) need = true
      }
      return need
    },
    identify(queues, identity) {
      for (const queue of queues) if (!withGap.has(queue)) queue.identity ??= identity
    },
    giveUp() {
      isOn = false
      withGap.clear()
    },
  }
}

/** The broker expected another number, or none from this producer. */
export const isOutOfSequence = ({ code }: KafkaError): boolean =>
  code === 'OUT_OF_ORDER_SEQUENCE_NUMBER' || code === 'UNKNOWN_PRODUCER_ID' || code === 'INVALID_PRODUCER_EPOCH'
