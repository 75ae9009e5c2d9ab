import { ConnectError, RetriableError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import { sleep } from './wait.ts'

/** Where in a record's way something failed; the names stand in logs and dead letter headers. */
export type Stage =
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE'
  | 'TASK_PUT'

export interface ErrorSettings {
  readonly 'errors.tolerance': string
  readonly 'errors.retry.timeout': number
  readonly 'errors.retry.delay.max.ms': number
  readonly 'errors.log.enable': boolean
  readonly 'errors.log.include.messages': boolean
}

/** A record that finally failed, for logs and the dead letter queue. `Raw`: the consumed record of a sink. */
export interface Failure<Raw> {
  readonly stage: Stage
  /** JVM class of the converter, transform or task that failed. */
  readonly className: string
  readonly error: Error
  readonly raw: Raw
}

/** Takes a failed record somewhere: the log, the dead letter queue. */
export type FailureReporter<Raw> = (failure: Failure<Raw>) => void

/** Stands around transform, convert and put: retries, skips or gives up, as `errors.*` say. */
export interface Tolerance<Raw> {
  /** Whether this error is worth trying again within `errors.retry.timeout`. */
  shouldRetry(error: unknown): boolean
  /**
   * Tries again with growing pauses until it works or the time is up.
   * @returns what `attempt` returned; throws its last error when the time is up or the task is cancelled
   */
  retry<T>(attempt: () => T, firstError: unknown): Promise<T>
  /** Reports a record that finally failed; returns if it may be skipped, else throws what fails the task. */
  failed(failure: Failure<Raw>): void
  /** Counts records that failed for good, may be skipped, and of which nobody knows more than their number. */
  skipped(records: number): void
  /** Like {@link Tolerance.failed} for errors that only count when retriable (stages outside converting). */
  readonly all: boolean
  readonly counts: ErrorCounts
}

/** Of one task, since its start. */
export interface ErrorCounts {
  /** Attempts that failed: each retry that fails counts. */
  failures: number
  /** Records that failed for good. */
  errors: number
  skipped: number
  retries: number
  logged: number
  deadLetters: number
  deadLetterFailures: number
  /** Milliseconds since the epoch; null: never. */
  lastErrorAt: number | null
}

export const createErrorCounts = (): ErrorCounts => ({
  failures: 0,
  errors: 0,
  skipped: 0,
  retries: 0,
  logged: 0,
  deadLetters: 0,
  deadLetterFailures: 0,
  lastErrorAt: null,
})

export interface ToleranceParts<Raw> {
  readonly settings: ErrorSettings
  readonly reporters: readonly FailureReporter<Raw>[]
  readonly log: Logger
  /** Aborted when the task is cancelled: a waiting retry ends at once. */
  readonly signal: AbortSignal
  /** Where to count. Default: counts of its own. */
  readonly counts?: ErrorCounts
  readonly random?: () => number
}

const FIRST_DELAY_MS = 300

export const createTolerance = <Raw>({
  settings,
  reporters,
  log,
  signal,
  counts = createErrorCounts(),
  random = Math.random,
}: ToleranceParts<Raw>): Tolerance<Raw> => {
  const timeout = settings['errors.retry.timeout']
  const maxDelay = settings['errors.retry.delay.max.ms']
  const all = settings['errors.tolerance'] === 'all'

  const delayOf = (attempt: number): number => {
    const delay = FIRST_DELAY_MS * 2 ** (attempt - 1)
    return delay > maxDelay ? Math.floor(random() * maxDelay) : delay
  }

  return {
    all,
    counts,
    shouldRetry: (error) => timeout !== 0 && error instanceof RetriableError,
    async retry(attempt, firstError) {
      const deadline = timeout < 0 ? Number.POSITIVE_INFINITY : Date.now() + timeout
      let error = firstError
      for (let n = 1; error instanceof RetriableError && Date.now() < deadline && !signal.aborted; n++) {
        counts.failures++
        await sleep(Math.min(delayOf(n), deadline - Date.now()), signal)
        counts.retries++
        try {
          return attempt()
        } catch (next) {
          error = next
        }
      }
      throw error
    },
    failed(failure) {
      counts.failures++
      counts.errors++
      counts.lastErrorAt = Date.now()
      for (const report of reporters) {
        try {
          report(failure)
        } catch (error) {
          log.error('Reporting a failed record failed', { error })
        }
      }
      if (!all) throw new ConnectError('Tolerance exceeded in error handler', { cause: failure.error })
      counts.skipped++
    },
    skipped(records) {
      counts.failures += records
      counts.errors += records
      counts.skipped += records
      counts.lastErrorAt = Date.now()
    },
  }
}

/** The log reporter of `errors.log.enable`. `describe` gives the record part of `errors.log.include.messages`. */
export const logReporter =
  <Raw>(
    log: Logger,
    taskId: string,
    include: boolean,
    describe: (raw: Raw) => string,
    counts?: Pick<ErrorCounts, 'logged'>,
  ): FailureReporter<Raw> =>
  ({ stage, className, error, raw }) => {
    const record = include ? `, where ${describe(raw)}` : ''
    log.error(`Error encountered in task ${taskId}. Executing stage '${stage}' with class '${className}'${record}.`, {
      error,
    })
    if (counts !== undefined) counts.logged++
  }
