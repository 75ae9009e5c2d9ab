import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError, DataError, RetriableError } from '../../src/plugin/errors.ts'
import { createTolerance, type ErrorSettings, type Failure, logReporter } from '../../src/runtime/tolerance.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { within } from '../helpers/processes.ts'

const SETTINGS: ErrorSettings = {
  'errors.tolerance': 'none',
  'errors.retry.timeout': 0,
  'errors.retry.delay.max.ms': 60_000,
  'errors.log.enable': false,
  'errors.log.include.messages': false,
}

const tolerance = (settings: Partial<ErrorSettings>, more: { signal?: AbortSignal; random?: () => number } = {}) => {
  const reported: Failure<string>[] = []
  const log = new FakeLogger()
  const reporters = [(failure: Failure<string>) => void reported.push(failure)]
  const signal = more.signal ?? new AbortController().signal
  const made = createTolerance<string>({ settings: { ...SETTINGS, ...settings }, reporters, log, ...more, signal })
  return { ...made, reported, log }
}

const failure: Failure<string> = {
  stage: 'VALUE_CONVERTER',
  className: 'com.acme.Converter',
  error: new DataError('bad'),
  raw: 'record',
}

/** Runs with a clock that only sleeping moves; returns how long each sleep was. */
const sleepsOf = async (
  t: { mock: typeof test.mock },
  settings: Partial<ErrorSettings>,
  attempt: () => unknown,
  random = () => 0.5,
): Promise<readonly number[]> => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const begun: number[] = [Date.now()]
  const retrying = tolerance(settings, { random })
    .retry(() => {
      begun.push(Date.now())
      return attempt()
    }, new RetriableError('first'))
    .catch(() => undefined)
  let over = false
  void retrying.then(() => {
    over = true
  })
  for (let ms = 0; ms < 20_000 && !over; ms += 50) {
    t.mock.timers.tick(50)
    for (let i = 0; i < 8; i++) await Promise.resolve()
  }
  t.mock.timers.reset()
  return begun.slice(1).map((at, i) => at - begun[i]!)
}

const never = (): never => {
  throw new RetriableError('again')
}

test('pauses double from 300 ms and end with the time-out: 300, 600, 1200, 2400, 500 for 5 s', async (t) => {
  const sleeps = await sleepsOf(t, { 'errors.retry.timeout': 5000, 'errors.retry.delay.max.ms': 5000 }, never)
  assert.deepEqual(sleeps, [300, 600, 1200, 2400, 500])
})

test('beyond errors.retry.delay.max.ms pauses are random below it', async (t) => {
  const settings = { 'errors.retry.timeout': 4000, 'errors.retry.delay.max.ms': 1000 }
  assert.deepEqual(await sleepsOf(t, settings, never, () => 0.7), [300, 600, 700, 700, 700, 700, 300])
})

test('a retry that works ends the retries', async (t) => {
  let left = 2
  const attempt = () => (left-- > 0 ? never() : 'done')
  assert.deepEqual(await sleepsOf(t, { 'errors.retry.timeout': -1 }, attempt), [300, 600, 1200])
})

test('an error that is not retriable ends the retries with that error', async () => {
  const { retry } = tolerance({ 'errors.retry.timeout': 5000, 'errors.retry.delay.max.ms': 1 })
  await assert.rejects(
    retry(() => {
      throw new DataError('no use')
    }, new RetriableError('first')),
    /no use/,
  )
})

test('only RetriableError is retried, and only with a time-out', () => {
  const rows: readonly [number, unknown, boolean][] = [
    [0, new RetriableError('x'), false],
    [1, new RetriableError('x'), true],
    [-1, new RetriableError('x'), true],
    [5000, new DataError('x'), false],
    [5000, new Error('x'), false],
  ]
  for (const [timeout, error, expected] of rows) {
    assert.equal(tolerance({ 'errors.retry.timeout': timeout }).shouldRetry(error), expected)
  }
})

test('cancelling the task ends a waiting retry', async () => {
  const cancel = new AbortController()
  const { retry } = tolerance({ 'errors.retry.timeout': -1 }, { signal: cancel.signal })
  const retrying = retry(never, new RetriableError('first'))
  cancel.abort()
  await assert.rejects(within(retrying, 20_000, 'the end'), RetriableError)
})

test('with errors.tolerance=none the record is reported, then the task fails with the cause', () => {
  const { failed, reported } = tolerance({})
  assert.throws(
    () => failed(failure),
    (error) =>
      error instanceof ConnectError &&
      error.message === 'Tolerance exceeded in error handler' &&
      error.cause === failure.error,
  )
  assert.deepEqual(reported, [failure])
})

test('with errors.tolerance=all the record is reported and skipped', () => {
  const { failed, reported, counts } = tolerance({ 'errors.tolerance': 'all' })
  failed(failure)
  assert.deepEqual(reported, [failure])
  assert.deepEqual([counts.failures, counts.skipped], [1, 1])
})

test('a reporter that fails does not fail the task', () => {
  const log = new FakeLogger()
  const made = createTolerance<string>({
    settings: { ...SETTINGS, 'errors.tolerance': 'all' },
    reporters: [
      () => {
        throw new Error('queue is gone')
      },
    ],
    log,
    signal: new AbortController().signal,
  })
  made.failed(failure)
  assert.deepEqual(log.messages('error'), ['Reporting a failed record failed'])
})

test('the log line is the one of the JVM worker, with the record only if wanted', () => {
  const log = new FakeLogger()
  logReporter(log, 'c-0', false, (raw) => `record is ${raw}`)(failure)
  logReporter(log, 'c-0', true, (raw) => `record is ${raw}`)(failure)
  assert.deepEqual(log.messages('error'), [
    "Error encountered in task c-0. Executing stage 'VALUE_CONVERTER' with class 'com.acme.Converter'.",
    "Error encountered in task c-0. Executing stage 'VALUE_CONVERTER' with class 'com.acme.Converter', where record is record.",
  ])
})
