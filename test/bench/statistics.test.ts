import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, quantile, ratios, spreadOf } from '../../bench/statistics.ts'

test('the median of an even number of values is the mean of the middle two', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([30, 10, 20]), 20)
  assert.ok(Number.isNaN(median([])))
})

test('a quantile between two values is interpolated', () => {
  const hundred = Array.from({ length: 101 }, (_, index) => index)
  assert.equal(quantile(hundred, 0.99), 99)
  assert.equal(quantile([0, 10], 0.25), 2.5)
})

test('ratios are taken round by round, not from the medians', () => {
  assert.deepEqual(ratios([100, 10, 60], [10, 5, 20]), { median: 3, min: 2, max: 10 })
  assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 })
})
