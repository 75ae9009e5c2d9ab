import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { countFailed, progressLine, showProgress, totals } from '../../src/cli/progress.ts'
import { createStatusBoard } from '../../src/runtime/task-status.ts'

const task = (written: number, bytes: number, lag = 0) => ({ written, bytes, lag: () => lag })

test('the counts of all tasks are added up', () => {
  assert.deepEqual(
    totals(
      new Map([
        ['a-0', task(5, 100, 2)],
        ['b-0', task(7, 50)],
      ]),
    ),
    { written: 12, bytes: 150, lag: 2 },
  )
})

test('the line tells rates, what is left and what failed', () => {
  const before = { written: 1000, bytes: 0, lag: 0 }
  const now = { written: 6_173_500, bytes: 617_250_000, lag: 12_345 }
  assert.equal(progressLine(before, now, 5000, 0), '1,234,500 records/s, 123.5 MB/s, lag 12,345')
  assert.equal(progressLine(now, now, 5000, 1), '0 records/s, 0.0 MB/s, lag 12,345, 1 failed task')
  assert.equal(progressLine(before, before, 5000, 2), '0 records/s, 0.0 MB/s, lag 0, 2 failed tasks')
})

test('there is no line when nothing moves, and none below zero when a connector is gone', () => {
  const before = { written: 1000, bytes: 1000, lag: 0 }
  assert.equal(progressLine(before, before, 5000, 0), null)
  assert.equal(progressLine(before, { written: 0, bytes: 0, lag: 0 }, 5000, 0), null)
})

test('lines come every five seconds until they are ended', (t) => {
  t.after(() => mock.timers.reset())
  mock.timers.enable({ apis: ['setInterval'] })
  const counts = new Map([['a-0', task(0, 0)]])
  const lines: string[] = []
  const end = showProgress(
    counts,
    () => 0,
    (line) => lines.push(line),
  )
  counts.get('a-0')!.written = 50
  mock.timers.tick(5000)
  mock.timers.tick(5000)
  counts.get('a-0')!.written = 100
  end()
  mock.timers.tick(5000)
  assert.deepEqual(lines, ['10 records/s, 0.0 MB/s, lag 0'])
})

test('failed tasks of these connectors are counted', () => {
  const status = createStatusBoard()
  status.setTask('a', 0, 'FAILED', null)
  status.setTask('a', 1, 'RUNNING', null)
  status.setTask('b', 0, 'FAILED', null)
  assert.equal(countFailed(status, ['a']), 1)
  assert.equal(countFailed(status, ['a', 'b', 'c']), 2)
})
