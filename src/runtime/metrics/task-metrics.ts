import { Histogram } from './histogram.ts'
import { Outcomes, Sampled, type SampleWindows } from './sampled.ts'

/**
 * What one task's figures are made of, from its start to its stop. Everything is told once a batch, never once a record.
 */
export class TaskMetrics {
  /** Records that came: from `poll`, or from Kafka. */
  readonly reads: Sampled
  /** Records that went: acknowledged by Kafka, or handed to `put`. */
  readonly writes: Sampled
  /** Records of a poll that had some, or of a put, empty ones too. */
  readonly batchSize: Sampled
  /** Milliseconds in `poll` (only those that had records) or `put`. */
  readonly callTime: Sampled
  /** Came, and are neither acknowledged (source) nor committed (sink), nor dropped. */
  readonly active: Sampled
  /** Milliseconds of commits that worked. */
  readonly commitTime: Sampled
  readonly commitOutcomes: Outcomes
  readonly commitsCompleted: Sampled
  readonly commitsSkipped: Sampled
  /** Commits begun. */
  commitNumber = 0
  /** Since when no commit has worked, in milliseconds since the epoch; undefined: the last one did. */
  commitsFailSince: number | undefined
  /** Of calls with records in them. */
  readonly callSeconds = new Histogram()
  readonly convertSeconds = new Histogram()
  readonly commitSeconds = new Histogram()

  constructor(windows: SampleWindows) {
    this.reads = new Sampled(windows)
    this.writes = new Sampled(windows)
    this.batchSize = new Sampled(windows)
    this.callTime = new Sampled(windows)
    this.active = new Sampled(windows)
    this.commitTime = new Sampled(windows)
    this.commitOutcomes = new Outcomes(windows)
    this.commitsCompleted = new Sampled(windows)
    this.commitsSkipped = new Sampled(windows)
  }

  /** A source's poll returned records. */
  polled(records: number, milliseconds: number, active: number): void {
    const now = performance.now()
    this.reads.record(records, now)
    this.batchSize.record(records, now)
    this.callTime.record(milliseconds, now)
    this.callSeconds.record(milliseconds)
    this.active.record(active, now)
  }

  /** A source's records are acknowledged. */
  acknowledged(records: number, active: number): void {
    const now = performance.now()
    this.writes.record(records, now)
    this.active.record(active, now)
  }

  /** A sink's records came from Kafka. */
  fetched(records: number): void {
    if (records > 0) this.reads.record(records, performance.now())
  }

  converted(milliseconds: number): void {
    this.convertSeconds.record(milliseconds)
  }

  /** A sink's put returned. */
  put(records: number, milliseconds: number, active: number): void {
    const now = performance.now()
    this.batchSize.record(records, now)
    this.callTime.record(milliseconds, now)
    this.active.record(active, now)
    if (records === 0) return
    this.writes.record(records, now)
    this.callSeconds.record(milliseconds)
  }

  committed(milliseconds: number, ok: boolean): void {
    const now = performance.now()
    this.commitOutcomes.record(ok, now)
    this.commitSeconds.record(milliseconds)
    if (!ok) {
      this.commitsFailSince ??= Date.now()
      return
    }
    this.commitsFailSince = undefined
    this.commitTime.record(milliseconds, now)
    this.commitsCompleted.record(1, now)
  }

  /** The answer to a commit came when it had been given up already. */
  commitSkipped(): void {
    this.commitsSkipped.record(1, performance.now())
  }
}
