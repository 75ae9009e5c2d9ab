import { type ProducerIdentity, SEQUENCE_NUMBERS, type WireBatch } from './wire-batch.ts'

/**
 * The batches of one topic-partition, in the order in which they must be written:
 * `inFlight` and `retrying` (sent at least once), then `ready` (full), then `open` (still growing).
 *
 * While a batch waits to be sent again nothing new is sent, and it is sent again only when every batch under way has
 * been answered: so order holds with several requests in flight.
 */
export interface PartitionQueue {
  readonly topic: string
  readonly partition: number
  open: WireBatch | null
  ready: WireBatch[]
  readonly inFlight: Set<WireBatch>
  retrying: WireBatch[]
  /** No send before this time (`performance.now()`). */
  heldUntil: number
  /** With idempotence: who writes here, and the sequence number of the next new batch. */
  identity: ProducerIdentity | null
  nextSequence: number
  /** Whether the brokers have a batch of this identity: before that they take any sequence number for the first. */
  established: boolean
  /** The broker that what is under way went to. */
  node: number
}

export const createPartitionQueue = (topic: string, partition: number): PartitionQueue => ({
  topic,
  partition,
  open: null,
  ready: [],
  inFlight: new Set(),
  retrying: [],
  heldUntil: 0,
  identity: null,
  nextSequence: 0,
  established: false,
  node: -1,
})

/** Order in which batches of one partition were filled; of the halves of a batch, their sequence numbers tell. */
export const byPlace = (a: WireBatch, b: WireBatch): number => {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt
  const ahead = (b.baseSequence - a.baseSequence + SEQUENCE_NUMBERS) % SEQUENCE_NUMBERS
  return ahead === 0 ? 0 : ahead < SEQUENCE_NUMBERS / 2 ? -1 : 1
}

export const isIdle = (queue: PartitionQueue): boolean =>
  queue.open === null && queue.ready.length === 0 && queue.inFlight.size === 0 && queue.retrying.length === 0

/** Moves the growing batch behind the full ones. */
export const sealOpen = (queue: PartitionQueue): void => {
  if (queue.open === null) return
  queue.ready.push(queue.open)
  queue.open = null
}

/** Takes the batch to send next, or null. `takeOpen`: whether one that still grows may go. */
export const takeNext = (queue: PartitionQueue, takeOpen: boolean): WireBatch | null => {
  if (queue.retrying.length > 0) return null
  const full = queue.ready.shift()
  if (full !== undefined) return full
  const { open } = queue
  if (!takeOpen || open === null) return null
  queue.open = null
  return open
}

/** Notes that a batch has to be sent again; {@link requeueAnswered} puts it back in its place. */
export const sendAgain = (queue: PartitionQueue, batch: WireBatch, heldUntil: number): void => {
  queue.retrying.push(batch)
  queue.heldUntil = Math.max(queue.heldUntil, heldUntil)
}

/**
 * To be called after each answer: when all that was under way is answered, the batches to send again go back in front, in
 * order.
 */
export const requeueAnswered = (queue: PartitionQueue): void => {
  if (queue.retrying.length === 0 || queue.inFlight.size > 0) return
  queue.retrying.sort(byPlace)
  queue.ready.unshift(...queue.retrying)
  queue.retrying = []
}

/**
 * A new identity for this partition: what waits to be sent starts again at sequence 0. Only when nothing is under way.
 */
export const renumber = (queue: PartitionQueue): void => {
  queue.identity = null
  queue.nextSequence = 0
  queue.established = false
  for (const batch of queue.ready) {
    batch.baseSequence = -1
    batch.identity = null
    batch.bytes = null
  }
}
