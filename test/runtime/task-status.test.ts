import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createStatusBoard } from '../../src/runtime/task-status.ts'

test('shares of a life count from the start of the task, and a failed one loses its share slowly', async () => {
  const board = createStatusBoard()
  assert.deepEqual(board.lifeShares('c', 0), { running: 0, paused: 0 })
  board.setTask('c', 0, 'RUNNING', '1')
  await sleep(20)
  assert.deepEqual(board.lifeShares('c', 0), { running: 1, paused: 0 })
  board.setTask('c', 0, 'PAUSED', '1')
  await sleep(20)
  const { running, paused } = board.lifeShares('c', 0)
  assert.ok(running > 0.1 && running < 0.9, `${running}`)
  assert.ok(Math.abs(running + paused - 1) < 1e-6)
  board.setTask('c', 0, 'FAILED', '1', 'trace')
  await sleep(20)
  const failed = board.lifeShares('c', 0)
  assert.ok(failed.running + failed.paused < 0.95)
  board.setTask('c', 0, 'RUNNING', '1')
  await sleep(5)
  assert.deepEqual(board.lifeShares('c', 0), { running: 1, paused: 0 }, 'a restarted task begins a new life')
  board.removeTasks('c')
  assert.deepEqual(board.lifeShares('c', 0), { running: 0, paused: 0 })
})
