import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchGrowth } from '../../bench/watch-growth.ts'

test('the rate is what arrived after the first quarter, by the time since then', async (t) => {
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  const began = now
  const idleMs = 200
  // 40,000 at once after a pause, a slow start, then 1,000 a millisecond.
  const count = (): number => {
    now += 50
    const since = performance.now() - began - idleMs
    if (since < 0) return 0
    return since < 200 ? 40_000 + Math.floor(since) * 100 : Math.min(360_000, 60_000 + Math.floor(since - 200) * 1000)
  }
  const growth = await watchGrowth(count, 360_000, () => undefined)
  assert.equal(growth.last.count, 360_000)
  assert.equal(growth.first.count, 40_000)
  // With the slow start it were two thirds of it; the last look may come up to 50 ms after the last record.
  assert.ok(growth.perSecond > 700_000 && growth.perSecond < 1_100_000, `${growth.perSecond}`)
})

test('what arrives all at once is measured from the look before', async (t) => {
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  let looks = 0
  const growth = await watchGrowth(
    () => {
      now += 50
      return looks++ < 2 ? 0 : 1000
    },
    1000,
    () => undefined,
  )
  assert.equal(growth.perSecond, 1000 / 0.05)
})

test('a worker that has failed ends the waiting, with its reason', async () => {
  await assert.rejects(
    watchGrowth(
      () => 3,
      10,
      () => 'the worker ended',
    ),
    { message: '3 of 10 records arrived: the worker ended' },
  )
})
