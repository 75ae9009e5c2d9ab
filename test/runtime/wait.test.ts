import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyStep } from '../../src/runtime/every-step.ts'
import { createPauseGate } from '../../src/runtime/pause-gate.ts'
import { settledOrAborted, settledWithin, sleep } from '../../src/runtime/wait.ts'
import { within } from '../helpers/processes.ts'

test('a sleep ends early when the signal aborts, at once if it has already', async () => {
  const stop = new AbortController()
  const sleeping = sleep(60_000, stop.signal)
  stop.abort()
  await within(sleeping, 20_000, 'the sleep')
  await within(sleep(60_000, stop.signal), 20_000, 'the sleep')
})

test('whether a promise settled in time, by rejection too', async () => {
  assert.equal(await settledWithin(Promise.resolve(), 1000), true)
  assert.equal(await settledWithin(Promise.reject(new Error('x')), 1000), true)
  assert.equal(await settledWithin(new Promise(() => undefined), 10), false)
})

test('a wait for a promise ends with it, with its error, or with the signal', async () => {
  const stop = new AbortController()
  await settledOrAborted(Promise.resolve(), stop.signal)
  await assert.rejects(settledOrAborted(Promise.reject(new Error('x')), stop.signal), /x/)
  const waiting = settledOrAborted(new Promise(() => undefined), stop.signal)
  stop.abort()
  await within(waiting, 20_000, 'the wait')
})

test('each step runs, and the first error is thrown', async () => {
  const ran: string[] = []
  const steps = ['a', 'b', 'c'].map((name) => () => {
    ran.push(name)
    if (name !== 'a') throw new Error(name)
  })
  await assert.rejects(everyStep(...steps), { message: 'b' })
  assert.deepEqual(ran, ['a', 'b', 'c'])
})

test('a closed gate opens by resuming or by the signal, and tells of each change', async () => {
  const gate = createPauseGate(true)
  let changes = 0
  gate.watch(() => changes++)
  const waiting = gate.opened(new AbortController().signal)
  gate.resume()
  await within(waiting, 20_000, 'the gate')
  assert.equal(gate.paused, false)
  gate.pause()
  const stop = new AbortController()
  const stopped = gate.opened(stop.signal)
  stop.abort()
  await within(stopped, 20_000, 'the end')
  assert.equal(changes, 2)
})
