/** Holds a task's loop while its connector is paused. */
export interface PauseGate {
  readonly paused: boolean
  pause(): void
  resume(): void
  /** Calls back at each change, for a loop that waits elsewhere. */
  watch(listener: () => void): void
  /** Resolves when not paused, or when the signal aborts. */
  opened(signal: AbortSignal): Promise<void>
}

export const createPauseGate = (paused: boolean): PauseGate => {
  let isPaused = paused
  let onChange: () => void = () => undefined
  let waiting: (() => void)[] = []
  return {
    get paused() {
      return isPaused
    },
    pause() {
      isPaused = true
      onChange()
    },
    watch(listener) {
      onChange = listener
    },
    resume() {
      isPaused = false
      onChange()
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    opened(signal) {
      if (!isPaused || signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.push(wake)
        signal.addEventListener('abort', wake, { once: true })
      })
    },
  }
}
