/**
 * Statistics over a sliding time, as Apache Kafka's clients and workers keep them: a few samples of some seconds each, of
 * which the oldest drops out. `now` is `performance.now()`, handed in: whoever records has it at hand already.
 */
export interface SampleWindows {
  /** Length of a sample: `metrics.sample.window.ms`. */
  readonly windowMs: number
  /** How many full samples count: `metrics.num.samples`. */
  readonly samples: number
}

export const DEFAULT_WINDOWS: SampleWindows = { windowMs: 30_000, samples: 2 }

interface Sample {
  began: number
  lastEvent: number
  count: number
  sum: number
  max: number
}

const emptySample = (now: number): Sample => ({
  began: now,
  lastEvent: now,
  count: 0,
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
})

const reset = (sample: Sample, now: number): void => {
  sample.began = now
  sample.lastEvent = now
  sample.count = 0
  sample.sum = 0
  sample.max = Number.NEGATIVE_INFINITY
}

/** What was recorded lately: its average, its largest, its rate; and the total since the beginning. */
export class Sampled {
  /** Sum of all that was ever recorded. */
  total = 0
  readonly #windows: SampleWindows
  readonly #ring: Sample[]
  #current = 0

  constructor(windows: SampleWindows, now = performance.now()) {
    this.#windows = windows
    this.#ring = [emptySample(now)]
  }

  record(value: number, now: number): void {
    this.total += value
    let sample = this.#ring[this.#current]!
    if (now - sample.began >= this.#windows.windowMs) sample = this.#advance(now)
    sample.count++
    sample.sum += value
    if (value > sample.max) sample.max = value
    sample.lastEvent = now
  }

  /** NaN when nothing was recorded. */
  average(now: number): number {
    let [count, sum] = [0, 0]
    for (const sample of this.#live(now)) {
      count += sample.count
      sum += sample.sum
    }
    return count === 0 ? Number.NaN : sum / count
  }

  /** NaN when nothing was recorded. */
  max(now: number): number {
    let max = Number.NEGATIVE_INFINITY
    for (const sample of this.#live(now)) max = Math.max(max, sample.max)
    return max === Number.NEGATIVE_INFINITY ? Number.NaN : max
  }

  /** Sum per second. A young statistic counts as if all but one of its samples were full, so that it does not jump at first. */
  rate(now: number): number {
    const { windowMs, samples } = this.#windows
    let sum = 0
    let oldest = now
    for (const sample of this.#live(now)) {
      sum += sample.sum
      oldest = Math.min(oldest, sample.began)
    }
    if (sum === 0) return 0
    const elapsed = now - oldest
    const missing = Math.max(0, samples - 1 - Math.floor(elapsed / windowMs))
    return (sum * 1000) / Math.max(elapsed + missing * windowMs, 1)
  }

  /** One sample more than count: the one that is being filled. */
  #advance(now: number): Sample {
    this.#current = (this.#current + 1) % (this.#windows.samples + 1)
    const sample = this.#ring[this.#current] ?? emptySample(now)
    this.#ring[this.#current] = sample
    reset(sample, now)
    return sample
  }

  #live(now: number): readonly Sample[] {
    const { windowMs, samples } = this.#windows
    for (const sample of this.#ring) if (now - sample.lastEvent >= windowMs * samples) reset(sample, now)
    return this.#ring
  }
}

/** How many of some attempts worked. */
export class Outcomes {
  readonly #attempts: Sampled

  constructor(windows: SampleWindows) {
    this.#attempts = new Sampled(windows)
  }

  record(ok: boolean, now: number): void {
    this.#attempts.record(ok ? 1 : 0, now)
  }

  /** Between 0 and 1; both are 0 when nothing was tried. */
  shares(now: number): { readonly success: number; readonly failure: number } {
    const success = this.#attempts.average(now)
    return Number.isNaN(success) ? { success: 0, failure: 0 } : { success, failure: 1 - success }
  }
}
