/** One timer for everything that has to be looked at again later: it runs only while somebody waits. */
export interface WakeTimer {
  /** Calls back in `ms`, or earlier if somebody asked for earlier. */
  wakeIn(ms: number): undefined
  stop(): void
}

export const createWakeTimer = (wake: () => void): WakeTimer => {
  let timer: NodeJS.Timeout | undefined
  let at = Number.POSITIVE_INFINITY
  let stopped = false
  return {
    wakeIn(ms) {
      const due = performance.now() + ms
      if (stopped || due >= at) return
      clearTimeout(timer)
      at = due
      timer = setTimeout(
        () => {
          at = Number.POSITIVE_INFINITY
          wake()
        },
        Math.min(Math.max(Math.ceil(ms), 1), 0x7fffffff),
      )
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
