import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerbUnderWay } from '../../src/runtime/connector-queues.ts'
import type { ConnectorStatus } from '../../src/runtime/connector-report.ts'
import { healthReasons } from '../../src/runtime/health-reasons.ts'
import type { Herder } from '../../src/runtime/herder.ts'
import type { TaskPlugins } from '../../src/runtime/metrics/task-plugins.ts'
import { createTaskCounts } from '../../src/runtime/task-counts.ts'

const NOW = 1_000_000
const running = { state: 'RUNNING' as const, version: '1', since: 0 }

const herderOf = (status: ConnectorStatus, underWay: readonly VerbUnderWay[] = []): Herder =>
  ({ names: () => ['c'], status: () => status, underWay: () => underWay }) as unknown as Herder

const counts = () =>
  createTaskCounts('sink', {} as TaskPlugins, { 'metrics.sample.window.ms': 30_000, 'metrics.num.samples': 2 })

test('nothing is told of a worker on which nothing is wrong', () => {
  const herder = herderOf({ connector: running, tasks: [{ id: 0, ...running }], type: 'sink' })
  assert.deepEqual(healthReasons(herder, new Map([['c-0', counts()]]), NOW), [])
})

test('what has failed is told with the first line of its trace and the last cause', () => {
  const trace = 'A: outer\n\tat x\nCaused by: B: middle\n\tat y\nCaused by: C: inner\n\tat z\n'
  const failed = { state: 'FAILED' as const, version: '1', since: 5, trace }
  const herder = herderOf({
    connector: { ...failed, trace: 'A: alone\n' },
    tasks: [{ id: 1, ...failed }],
    type: 'sink',
  })
  assert.deepEqual(healthReasons(herder, new Map(), NOW), [
    { connector: 'c', problem: 'failed', message: 'A: alone', since: 5 },
    { connector: 'c', task: 1, problem: 'failed', message: 'A: outer; Caused by: C: inner', since: 5 },
  ])
})

test('calls that do not return, commits that fail and brokers that do not answer are told, with since when', () => {
  const stuck = { call: 'put' as const, since: 10 }
  const herder = herderOf({ connector: running, tasks: [{ id: 0, ...running, stuck }], type: 'sink' })
  const own = counts()
  own.metrics.committed(5, true)
  own.metrics.committed(5, false)
  const failsSince = own.metrics.commitsFailSince
  own.metrics.committed(5, false)
  assert.equal(own.metrics.commitsFailSince, failsSince, 'the first failure in a row counts')
  const consumer = { kind: 'consumer' as const, fetches: 0, rebalances: 0, partitions: [] }
  own.clients = [
    { clientId: 'long', figures: () => ({ ...consumer, unreachableSince: NOW - 11_000 }) },
    { clientId: 'just now', figures: () => ({ ...consumer, unreachableSince: NOW - 100 }) },
  ]
  const reasons = healthReasons(herder, new Map([['c-0', own]]), NOW)
  assert.deepEqual(
    reasons.map(({ problem, message, since }) => [problem, message, since]),
    [
      ['stuck', 'put has not returned', 10],
      ['commits failing', 'offsets cannot be committed; see the log', failsSince],
      ['brokers unreachable', 'no broker answers long', NOW - 11_000],
    ],
  )
  own.metrics.committed(5, true)
  assert.equal(own.metrics.commitsFailSince, undefined)
})

test('a verb that takes long is told after ten seconds', () => {
  const status: ConnectorStatus = { connector: running, tasks: [], type: 'sink' }
  const underWay = [
    { connector: 'c', verb: 'create', since: NOW - 20_000 },
    { connector: 'd', verb: 'remove', since: NOW - 1000 },
  ]
  assert.deepEqual(healthReasons(herderOf(status, underWay), new Map(), NOW), [
    { connector: 'c', problem: 'busy', message: 'the worker has not finished: create', since: NOW - 20_000 },
  ])
})
