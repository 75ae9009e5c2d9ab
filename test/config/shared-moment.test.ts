import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilSharedMoment } from '../../src/config/shared-moment.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const random = seededRandom(5)
/** A time between whole milliseconds, as `performance.now()` gives. */
const someTime = (): number => random(10_000_000) / 1000

test('a hundred tasks that wait a second, begun at any time, end in four moments of each second', () => {
  for (let task = 0; task < 100; task++) {
    let now = someTime()
    // Timers come up to a millisecond early, or a little late.
    for (let turn = 0; turn < 20; turn++) {
      now += untilSharedMoment(1000, now) + random(2000) / 1000 - 1
      const past = (now + 1) % 250
      assert.ok(past < 4, `${past - 1} ms past the moment`)
    }
  }
})

test('no wait gets longer, and none is shortened by more than a quarter', () => {
  for (let round = 0; round < 10_000; round++) {
    const ms = 1000 + random(100_000)
    const wait = untilSharedMoment(ms, someTime())
    assert.ok(wait <= ms && wait > ms - 250 && Number.isInteger(wait), `${wait} of ${ms}`)
  }
})

test('a wait of less than a second stays as it is', () => {
  assert.equal(untilSharedMoment(999, 123.4), 999)
  assert.equal(untilSharedMoment(20, 123.4), 20)
  assert.equal(untilSharedMoment(0.5, 123.4), 0.5)
})

test('the longest wait that a timer can hold is still one', () => {
  assert.ok(untilSharedMoment(0x7fffffff, someTime()) <= 0x7fffffff)
})
