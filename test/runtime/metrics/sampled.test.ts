import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Outcomes, Sampled } from '../../../src/runtime/metrics/sampled.ts'

const WINDOWS = { windowMs: 1000, samples: 2 }

test('average and largest are those of the last windows, and NaN when nothing was recorded in them', () => {
  const sampled = new Sampled(WINDOWS, 0)
  assert.ok(Number.isNaN(sampled.average(0)) && Number.isNaN(sampled.max(0)))
  sampled.record(10, 0)
  sampled.record(20, 500)
  assert.deepEqual([sampled.average(600), sampled.max(600)], [15, 20])
  sampled.record(3, 1500)
  assert.deepEqual([sampled.average(1600), sampled.max(1600)], [11, 20])
  assert.deepEqual([sampled.average(2600), sampled.max(2600)], [3, 3], 'the first sample has dropped out')
  assert.ok(Number.isNaN(sampled.average(4000)))
  assert.equal(sampled.total, 33, 'the total stays')
})

test('a rate counts a young statistic as if all but one of its windows were full, as the JVM does', () => {
  const sampled = new Sampled(WINDOWS, 0)
  assert.equal(sampled.rate(0), 0)
  sampled.record(300, 500)
  assert.equal(sampled.rate(500), 200, '300 in 0.5 s and one window of 1 s')
  sampled.record(300, 1500)
  assert.equal(sampled.rate(1500), 400, '600 in 1.5 s: one window is full')
  assert.equal(sampled.rate(9000), 0, 'all of it is long ago')
})

test('a statistic that is used for long keeps no more samples than it needs', () => {
  const sampled = new Sampled(WINDOWS, 0)
  for (let second = 0; second < 100; second++) sampled.record(1, second * 1000)
  assert.equal(sampled.total, 100)
  const rate = sampled.rate(99_500)
  assert.ok(rate > 0.8 && rate < 1.4, `${rate}`)
})

test('shares of success and failure are 0 until something was tried, and add up to 1 from then on', () => {
  const outcomes = new Outcomes(WINDOWS)
  const now = performance.now()
  assert.deepEqual(outcomes.shares(now), { success: 0, failure: 0 })
  for (const ok of [true, true, true, false]) outcomes.record(ok, now)
  assert.deepEqual(outcomes.shares(now), { success: 0.75, failure: 0.25 })
})
