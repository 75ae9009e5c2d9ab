/** Upper bounds in seconds: from a call that only hands over what is there to one that somebody waits for. */
export const SECONDS_BOUNDS: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60]

/** Durations counted by their length, since the task's start. */
export class Histogram {
  /** Per bound, and one more for what is longer than all of them; not added up. */
  readonly counts: number[] = new Array<number>(SECONDS_BOUNDS.length + 1).fill(0)
  sumSeconds = 0

  record(milliseconds: number): void {
    const seconds = milliseconds / 1000
    this.sumSeconds += seconds
    let i = 0
    while (i < SECONDS_BOUNDS.length && seconds > SECONDS_BOUNDS[i]!) i++
    this.counts[i]!++
  }
}
