import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCallMark, createTaskCalls, marked, stuckIn } from '../../src/runtime/task-calls.ts'

test('a call is marked while it lasts, also when it fails', async () => {
  const mark = createCallMark()
  const seen: unknown[] = []
  await marked(mark, 'start', () => void seen.push(mark.call))
  await assert.rejects(
    marked(mark, 'stop', async () => {
      seen.push(mark.call)
      throw new Error('no')
    }),
  )
  assert.deepEqual(seen, ['start', 'stop'])
  assert.equal(mark.call, undefined)
})

test('stuck is the longest call that has lasted too long; never with 0', () => {
  const { loop, commit } = createTaskCalls()
  assert.equal(stuckIn([loop, commit], 1000, 5000), undefined)
  loop.call = 'poll'
  loop.since = 4500
  assert.equal(stuckIn([loop, commit], 1000, 5000), undefined)
  commit.call = 'commit'
  commit.since = 1000
  const stuck = stuckIn([loop, commit], 1000, 9000)
  assert.equal(stuck?.call, 'commit')
  assert.ok(Math.abs(stuck.since - (performance.timeOrigin + 1000)) <= 1)
  assert.equal(stuckIn([loop, commit], 0, 9000), undefined)
})
