import { Outcomes, type SampleWindows } from './sampled.ts'

/** How many connectors, or tasks, were started and how that went. */
export class Startups {
  successes = 0
  failures = 0
  readonly outcomes: Outcomes

  constructor(windows: SampleWindows) {
    this.outcomes = new Outcomes(windows)
  }

  record(ok: boolean): void {
    if (ok) this.successes++
    else this.failures++
    this.outcomes.record(ok, performance.now())
  }
}
