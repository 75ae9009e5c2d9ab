import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStatusBoard } from '../../src/runtime/task-status.ts'

test('shares of a life count from the start of the task, and a failed one loses its share slowly', (t) => {
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  const board = createStatusBoard()
  assert.deepEqual(board.lifeShares('c', 0), { running: 0, paused: 0 })
  board.setTask('c', 0, 'RUNNING', '1')
  now += 20
  assert.deepEqual(board.lifeShares('c', 0), { running: 1, paused: 0 })
  board.setTask('c', 0, 'PAUSED', '1')
  now += 20
  const { running, paused } = board.lifeShares('c', 0)
  assert.deepEqual([running, paused], [0.5, 0.5])
  board.setTask('c', 0, 'FAILED', '1', 'trace')
  now += 40
  const failed = board.lifeShares('c', 0)
  assert.deepEqual(failed, { running: 0.25, paused: 0.25 })
  board.setTask('c', 0, 'RUNNING', '1')
  now += 5
  assert.deepEqual(board.lifeShares('c', 0), { running: 1, paused: 0 }, 'a restarted task begins a new life')
  board.removeTasks('c')
  assert.deepEqual(board.lifeShares('c', 0), { running: 0, paused: 0 })
})
