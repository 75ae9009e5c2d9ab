/** From a fetch response: transactions of `producerId` that began at `firstOffset` were aborted. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

/** Walks along the batches of a partition and knows whose records belong to an aborted transaction. */
export interface AbortedTransactions {
  /** True for a batch of an aborted transaction. Batches must come in the order of their offsets. */
  covers(batch: {
    readonly producerId: number
    readonly lastOffset: number
    readonly isTransactional: boolean
  }): boolean
  /** The transaction's abort marker has been read: what this producer writes from here on is another transaction. */
  ended(producerId: number): void
}

export const trackAborted = (aborted: readonly AbortedTransaction[]): AbortedTransactions => {
  const waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  const active = new Set<number>()
  let next = 0
  return {
    covers: ({ producerId, lastOffset, isTransactional }) => {
      while (next < waiting.length && waiting[next]!.firstOffset <= lastOffset) active.add(waiting[next++]!.producerId)
      return isTransactional && active.has(producerId)
    },
    ended: (producerId) => {
      active.delete(producerId)
    },
  }
}
