import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../../src/runtime/connector-entry.ts'
import { createConnectorReports } from '../../src/runtime/connector-report.ts'
import { createRestarts } from '../../src/runtime/restarts.ts'
import { createCallMark, createTaskCalls } from '../../src/runtime/task-calls.ts'
import { createStatusBoard } from '../../src/runtime/task-status.ts'

const setUp = (stuckAfterMs = 0) => {
  const status = createStatusBoard()
  const mark = createCallMark()
  const calls = createTaskCalls()
  const counts = new Map([['c-1', { calls }]])
  const entry = {
    ...{ name: 'c', config: { name: 'c' }, taskConfigs: [{}, {}] },
    instance: { version: '1.2', mark, definition: { kind: 'sink' } },
  } as unknown as Entry
  const reports = createConnectorReports({ status, restarts: createRestarts(), counts, stuckAfterMs })
  return { status, mark, calls, entry, reports }
}

test('a connector is told with its tasks, whether they have run yet or not', () => {
  const { entry, reports } = setUp()
  assert.deepEqual(reports.info(entry), {
    ...{ name: 'c', config: { name: 'c' }, type: 'sink' },
    tasks: [
      { connector: 'c', task: 0 },
      { connector: 'c', task: 1 },
    ],
  })
})

test('before its first state a connector is UNASSIGNED; tasks without a state are left out, the others in order', () => {
  const { entry, reports, status } = setUp()
  status.setTask('c', 1, 'RUNNING', '1.2')
  status.setTask('c', 0, 'FAILED', '1.2', 'a trace')
  const { connector, tasks, type } = reports.status(entry)
  assert.deepEqual([connector.state, connector.version, type], ['UNASSIGNED', '1.2', 'sink'])
  assert.deepEqual(
    tasks.map(({ id, state, trace }) => [id, state, trace]),
    [
      [0, 'FAILED', 'a trace'],
      [1, 'RUNNING', undefined],
    ],
  )
})

test('a call that has not returned for too long is told, also of a task that has no state yet', () => {
  const { entry, reports, mark, calls } = setUp(100_000)
  Object.assign(mark, { call: 'start', since: performance.now() - 200_000 })
  Object.assign(calls.loop, { call: 'put', since: performance.now() - 999_000 })
  const { connector, tasks } = reports.status(entry)
  assert.equal(connector.stuck?.call, 'start')
  assert.deepEqual(
    tasks.map(({ id, state, stuck }) => [id, state, stuck?.call]),
    [[1, 'UNASSIGNED', 'put']],
  )
  Object.assign(mark, { since: performance.now() })
  assert.equal(reports.status(entry).connector.stuck, undefined)
})
