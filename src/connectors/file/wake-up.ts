/** Ends a wait early. One waits at a time; a wake-up while nobody waits ends the next wait at once. */
export class WakeUp {
  #woken = false
  #end: (() => void) | undefined

  wake(): void {
    this.#woken = true
    this.#end?.()
  }

  /** Resolves after `ms`, at a wake-up, or when the signal aborts. Leaves no timer and no listener behind. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted && ms > 0) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          this.#end = undefined
          resolve()
        }
        const timer = setTimeout(end, ms)
        signal.addEventListener('abort', end)
        this.#end = end
      })
    }
    this.#woken = false
  }
}
