import { Sampled, type SampleWindows } from './sampled.ts'

const EVERY_MS = 500

/** How late a timer comes: what holds the event loop up holds up everything. */
export interface LoopLag {
  /** Milliseconds. */
  readonly sampled: Sampled
  stop(): void
}

export const watchLoopLag = (windows: SampleWindows): LoopLag => {
  const sampled = new Sampled(windows)
  let due = performance.now() + EVERY_MS
  const timer = setInterval(() => {
    const now = performance.now()
    sampled.record(Math.max(0, now - due), now)
    due = now + EVERY_MS
  }, EVERY_MS)
  timer.unref()
  return { sampled, stop: () => clearInterval(timer) }
}
