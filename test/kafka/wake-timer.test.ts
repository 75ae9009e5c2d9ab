import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWakeTimer } from '../../src/kafka/wake-timer.ts'
import { waitUntil } from '../helpers/processes.ts'

test('the earliest wish counts, and one call serves them all', async () => {
  let calls = 0
  const timer = createWakeTimer(() => calls++)
  timer.wakeIn(60_000)
  timer.wakeIn(10)
  timer.wakeIn(20)
  await sleep(60)
  assert.equal(calls, 1)
  timer.stop()
})

test('it can be set again while it calls', async () => {
  let calls = 0
  const timer = createWakeTimer(() => {
    if (++calls < 3) timer.wakeIn(1)
  })
  timer.wakeIn(1)
  await waitUntil(() => calls === 3, { timeoutMs: 20_000, intervalMs: 1, what: 'three calls' })
  await sleep(20)
  assert.equal(calls, 3)
  timer.stop()
})

test('stopped it calls no more, whatever is asked', async () => {
  let calls = 0
  const timer = createWakeTimer(() => calls++)
  timer.wakeIn(5)
  timer.stop()
  timer.wakeIn(1)
  await sleep(30)
  assert.equal(calls, 0)
})

test('a time beyond what timers can hold does not fire at once', async () => {
  let calls = 0
  const timer = createWakeTimer(() => calls++)
  timer.wakeIn(Number.MAX_SAFE_INTEGER)
  await sleep(20)
  assert.equal(calls, 0)
  timer.stop()
})
