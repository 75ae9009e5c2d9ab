import type { ProducerLimits } from './produce-types.ts'

/** Trouble that passes, in a row: the longer it lasts, the longer the pauses between attempts. */
export interface ProduceTroubles {
  /** One more; it is told. */
  note(message: string, error: unknown): void
  /** The brokers answered as they should. */
  over(): void
  /** How long to wait before the next attempt, in milliseconds. */
  pause(): number
}

/** Beyond this the pauses are as long as they get anyway. */
const MOST_DOUBLINGS = 16

export const createProduceTroubles = (
  { retryBackoffMs, retryBackoffMaxMs }: Pick<ProducerLimits, 'retryBackoffMs' | 'retryBackoffMaxMs'>,
  onTrouble: (message: string, error: unknown) => void,
): ProduceTroubles => {
  let count = 0
  return {
    note(message, error) {
      count++
      onTrouble(message, error)
    },
    over() {
      count = 0
    },
    pause: () => Math.min(retryBackoffMs * 2 ** Math.min(Math.max(count - 1, 0), MOST_DOUBLINGS), retryBackoffMaxMs),
  }
}
