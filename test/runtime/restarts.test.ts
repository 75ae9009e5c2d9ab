import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RestartSettings, restartConfig, restartSettings } from '../../src/config/restart-settings.ts'
import { ConfigError } from '../../src/plugin/errors.ts'
import { createRestarts } from '../../src/runtime/restarts.ts'
import { waitUntil } from '../helpers/processes.ts'

const DEFAULTS = Object.fromEntries(
  Object.entries(restartConfig).map(([key, setting]) => [key, setting.default]),
) as unknown as RestartSettings

const settings = (more: Record<string, string> = {}): RestartSettings =>
  restartSettings({ 'errors.restart.policy': 'on-failure', ...more }, DEFAULTS)

const task = { connector: 'c', task: 0 }
const trouble = new Error('connection lost')
const never = async (): Promise<void> => undefined

/** Restarts that are asked by hand: the clock stands, and jitter is none. */
const setUp = () => {
  const clock = { now: 1_000_000 }
  const restarts = createRestarts({ now: () => clock.now, random: () => 0.5 })
  const delay = (more?: Record<string, string>, error: unknown = trouble): number | null => {
    const { nextAt } = restarts.failed(task, error, settings(more), never)
    return nextAt === null ? null : nextAt - clock.now
  }
  return { clock, restarts, delay }
}

test('under the policy never, which is the default, nothing is planned and a status shows nothing of restarts', () => {
  const { restarts } = setUp()
  const plan = restarts.failed(task, trouble, restartSettings({}, DEFAULTS), never)
  assert.deepEqual(plan, { nextAt: null, reason: undefined })
  assert.equal(restarts.note('c', 0), undefined)
})

test('pauses double from 1 s up to a minute', () => {
  const { delay } = setUp()
  assert.deepEqual(
    Array.from({ length: 8 }, () => delay()),
    [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
  )
})

test('pauses are shuffled by up to a fifth', () => {
  for (const [random, expected] of [
    [0, 800],
    [1, 1200],
  ] as const) {
    const restarts = createRestarts({ now: () => 0, random: () => random })
    assert.equal(restarts.failed(task, trouble, settings(), never).nextAt, expected)
  }
})

test('the settings of the connector win over those of the worker', () => {
  const worker = { ...DEFAULTS, 'errors.restart.policy': 'on-failure', 'errors.restart.max': 3 }
  assert.equal(restartSettings({}, worker)['errors.restart.policy'], 'on-failure')
  const own = restartSettings({ 'errors.restart.policy': 'never' }, worker)
  assert.deepEqual([own['errors.restart.policy'], own['errors.restart.max']], ['never', 3])
  assert.throws(
    () => restartSettings({ 'errors.restart.policy': 'sometimes' }, worker),
    /must be one of: never, on-failure/,
  )
})

test('a mistake is not worth a restart', () => {
  const { restarts } = setUp()
  const plan = restarts.failed(task, new ConfigError('no such table'), settings(), never)
  assert.equal(plan.nextAt, null)
  assert.match(plan.reason!, /not one that a restart can mend/)
  assert.deepEqual(restarts.note('c', 0), { count: 0, nextAt: null })
})

test('after errors.restart.max restarts within the window it stays FAILED; older ones do not count', async () => {
  let now = 0
  const restarts = createRestarts({ now: () => now, random: () => 0.5 })
  let restarted = 0
  const fast = settings({
    'errors.restart.max': '2',
    'errors.restart.window.ms': '1000',
    'errors.restart.delay.initial.ms': '1',
    'errors.restart.delay.max.ms': '1',
  })
  const fail = () => restarts.failed(task, trouble, fast, async () => void restarted++)
  for (const count of [1, 2]) {
    assert.notEqual(fail().nextAt, null)
    await waitUntil(() => restarted === count, { timeoutMs: 20_000, intervalMs: 2, what: `restart ${count}` })
  }
  const plan = fail()
  assert.equal(plan.nextAt, null)
  assert.match(plan.reason!, /errors\.restart\.max=2 within errors\.restart\.window\.ms=1000/)
  assert.deepEqual(restarts.note('c', 0), { count: 2, nextAt: null })
  now = 1001
  assert.notEqual(fail().nextAt, null)
  restarts.close()
})

test('what ran for errors.restart.delay.max.ms before it failed again begins with the shortest pause', async () => {
  let now = 0
  const restarts = createRestarts({ now: () => now, random: () => 0.5 })
  const fast = settings({ 'errors.restart.delay.initial.ms': '2', 'errors.restart.delay.max.ms': '100' })
  let restarted = 0
  const pause = async (): Promise<number> => {
    const { nextAt } = restarts.failed(task, trouble, fast, async () => void restarted++)
    const before = restarted
    await waitUntil(() => restarted > before, { timeoutMs: 20_000, intervalMs: 1, what: 'the restart' })
    return nextAt! - now
  }
  assert.deepEqual([await pause(), await pause(), await pause()], [2, 4, 8])
  now += 99
  assert.equal(await pause(), 16)
  now += 100
  assert.equal(await pause(), 2)
})

test('a user who takes over cancels what is planned, and pauses begin anew; the count stays', () => {
  const { restarts, delay } = setUp()
  delay()
  delay()
  restarts.cancel('c', 0)
  assert.deepEqual(restarts.note('c', 0), { count: 0, nextAt: null })
  assert.equal(delay(), 1000)
  restarts.forget('c')
  assert.equal(restarts.note('c', 0), undefined)
})

test('while the connector is paused nothing is restarted; what was planned comes after it is resumed', async () => {
  const restarts = createRestarts()
  const fast = settings({ 'errors.restart.delay.initial.ms': '1', 'errors.restart.delay.max.ms': '1' })
  let restarted = 0
  restarts.hold('c')
  const plan = restarts.failed(task, trouble, fast, async () => void restarted++)
  assert.match(plan.reason!, /after its connector is resumed/)
  assert.equal(restarts.note('c', 0)?.nextAt, null)
  restarts.release('c')
  await waitUntil(() => restarted === 1, { timeoutMs: 20_000, intervalMs: 2, what: 'the restart' })
})
