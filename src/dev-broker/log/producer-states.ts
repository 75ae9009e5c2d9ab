import { BrokerError } from '../broker-error.ts'
import type { BatchHeader } from './batch-header.ts'

/** As many batches of a producer can be sent again without being stored twice. */
const batchesKnown = 5
const sequences = 2 ** 31
/** The producers that wrote least recently are forgotten beyond so many. */
const producersKnown = 10_000

export interface KnownBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly timestamp: number
}

interface ProducerState {
  epoch: number
  /** The latest batches of this epoch, oldest first. Empty after the marker of a new epoch. */
  batches: KnownBatch[]
  /** Where the transaction that is going on began; undefined when there is none. */
  transactionStart: number | undefined
}

export interface AbortedRange {
  readonly producerId: number
  readonly firstOffset: number
  /** Of the abort marker. */
  readonly lastOffset: number
}

/** As it is written to disk. */
export interface ProducerSnapshot {
  readonly producers: readonly (readonly [producerId: number, state: ProducerState])[]
  readonly aborted: readonly AbortedRange[]
}

/** What one partition knows about idempotent and transactional producers. */
export interface ProducerStates {
  /**
   * @returns the same batch when it is stored already; undefined when the batch is to be appended
   * @throws BrokerError when its sequence number or epoch does not follow
   */
  check(batch: BatchHeader): KnownBatch | undefined
  /** A batch, or a marker, has been appended. */
  note(batch: BatchHeader, aborts: boolean): void
  isInTransaction(producerId: number): boolean
  /** Where the earliest transaction that is going on began. */
  firstUnstableOffset(): number | undefined
  /** Aborted transactions with records in [from, to). */
  abortedBetween(from: number, to: number): AbortedRange[]
  /** Records below this offset are gone. */
  forgetBefore(offset: number): void
  snapshot(): ProducerSnapshot
}

export const newProducerStates = (from: ProducerSnapshot = { producers: [], aborted: [] }): ProducerStates => {
  const producers = new Map<number, ProducerState>(from.producers.map(([id, state]) => [id, structuredClone(state)]))
  let aborted: AbortedRange[] = [...from.aborted]
  let unstable: number | undefined
  const findUnstable = (): void => {
    unstable = undefined
    for (const { transactionStart: start } of producers.values()) {
      if (start !== undefined && (unstable === undefined || start < unstable)) unstable = start
    }
  }
  findUnstable()
  return {
    check: (batch) => checkBatch(producers.get(batch.producerId), batch),
    note: (batch, aborts) => {
      const { producerId, producerEpoch: epoch } = batch
      let state = producers.get(producerId)
      if (state === undefined) state = newState(epoch)
      else if (producers.size > 1) producers.delete(producerId) // goes to the end: the order is that of the last writes
      producers.set(producerId, state)
      if (producers.size > producersKnown) forgetOldest(producers)
      if (state.epoch !== epoch) state.batches = []
      state.epoch = epoch
      if (batch.isControl) {
        const firstOffset = state.transactionStart
        state.transactionStart = undefined
        if (aborts && firstOffset !== undefined) {
          aborted.push({ producerId, firstOffset, lastOffset: batch.lastOffset })
        }
        findUnstable()
        return
      }
      const lastSequence = (batch.baseSequence + batch.lastOffset - batch.baseOffset) % sequences
      const { baseOffset, maxTimestamp: timestamp } = batch
      state.batches.push({ firstSequence: batch.baseSequence, lastSequence, baseOffset, timestamp })
      if (state.batches.length > batchesKnown) state.batches.shift()
      if (batch.isTransactional && state.transactionStart === undefined) {
        state.transactionStart = batch.baseOffset
        unstable ??= batch.baseOffset
      }
    },
    isInTransaction: (producerId) => producers.get(producerId)?.transactionStart !== undefined,
    firstUnstableOffset: () => unstable,
    abortedBetween: (first, end) =>
      aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= first && firstOffset < end),
    forgetBefore: (offset) => {
      aborted = aborted.filter(({ lastOffset }) => lastOffset >= offset)
    },
    snapshot: () => ({ producers: [...producers], aborted }),
  }
}

const forgetOldest = (producers: Map<number, ProducerState>): void => {
  for (const [id, { transactionStart }] of producers) {
    if (transactionStart !== undefined) continue
    producers.delete(id)
    return
  }
}

const newState = (epoch: number): ProducerState => ({ epoch, batches: [], transactionStart: undefined })

const checkBatch = (state: ProducerState | undefined, batch: BatchHeader): KnownBatch | undefined => {
  if (state === undefined) return undefined
  if (batch.producerEpoch < state.epoch) throw new BrokerError('INVALID_PRODUCER_EPOCH')
  if (batch.producerEpoch > state.epoch) {
    if (batch.baseSequence !== 0) throw new BrokerError('OUT_OF_ORDER_SEQUENCE_NUMBER')
    return undefined
  }
  const lastSequence = (batch.baseSequence + batch.recordCount - 1) % sequences
  const known = state.batches.find(
    (one) => one.firstSequence === batch.baseSequence && one.lastSequence === lastSequence,
  )
  if (known !== undefined) return known
  const last = state.batches.at(-1)
  const expected = last === undefined ? 0 : (last.lastSequence + 1) % sequences
  if (batch.baseSequence !== expected) throw new BrokerError('OUT_OF_ORDER_SEQUENCE_NUMBER')
  return undefined
}
