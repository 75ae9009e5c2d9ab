import { createTolerance, type Failure, type Tolerance } from '../../src/runtime/tolerance.ts'
import { FakeLogger } from './fake-context.ts'

export interface QuietTolerance<Raw> {
  /** Whether records that fail for good are skipped. Default: they fail the task. */
  readonly all?: boolean | undefined
  /** How long to try again, in milliseconds, with pauses of one. Default: not at all. */
  readonly retryMs?: number | undefined
  /** Gets what failed for good. */
  readonly failures?: Failure<Raw>[]
  readonly signal?: AbortSignal
}

/** A task's tolerance as its `errors.*` settings say, without a log. */
export const quietTolerance = <Raw>({ all, retryMs, failures, signal }: QuietTolerance<Raw>): Tolerance<Raw> =>
  createTolerance<Raw>({
    settings: {
      'errors.tolerance': all ? 'all' : 'none',
      'errors.retry.timeout': retryMs ?? 0,
      'errors.retry.delay.max.ms': 1,
      'errors.log.enable': false,
      'errors.log.include.messages': false,
    },
    reporters: failures === undefined ? [] : [(failure) => void failures.push(failure)],
    log: new FakeLogger(),
    signal: signal ?? new AbortController().signal,
  })
