/** One timer for many deadlines: set to the earliest; when that has moved on by then, its owner sets it again. */
export interface DeadlineTimer {
  /** Calls back at this time (ms since 1970; Infinity: not at all), or earlier when that was asked for before. */
  wakeBy(time: number): void
  stop(): void
}

const longestTimeout = 2 ** 31 - 1

export const deadlineTimer = (now: () => number, onDeadline: () => void): DeadlineTimer => {
  let timer: NodeJS.Timeout | undefined
  let setTo = Number.POSITIVE_INFINITY
  return {
    wakeBy: (time) => {
      if (time >= setTo) return
      clearTimeout(timer)
      setTo = time
      const wake = (): void => {
        setTo = Number.POSITIVE_INFINITY
        onDeadline()
      }
      timer = setTimeout(wake, Math.min(Math.max(time - now(), 1), longestTimeout))
      timer.unref()
    },
    stop: () => clearTimeout(timer),
  }
}
