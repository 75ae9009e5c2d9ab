import type { PartitionLog } from '../log/partition-log.ts'

/** Resolves when something was added to one of the logs and `isEnough`, after `maxWaitMs`, or when `signal` is aborted. */
export const arrivals = (
  logs: readonly PartitionLog[],
  isEnough: () => boolean,
  maxWaitMs: number,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      for (const log of logs) log.waiters.delete(wake)
      resolve()
    }
    const wake = (): void => {
      if (isEnough()) done()
    }
    const timer = setTimeout(done, Math.min(maxWaitMs, 2 ** 31 - 1))
    timer.unref()
    signal.addEventListener('abort', done)
    for (const log of logs) log.waiters.add(wake)
  })
