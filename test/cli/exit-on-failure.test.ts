import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exitOnFailureValue, watchFailures } from '../../src/cli/exit-on-failure.ts'
import type { ConnectorStatus } from '../../src/runtime/connector-report.ts'
import { FakeLogger } from '../helpers/fake-context.ts'

type Shown = 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED' | 'waiting'

const stateOf = (state: Shown) => ({
  state: state === 'waiting' ? ('FAILED' as const) : state,
  version: null,
  since: 0,
  ...(state === 'waiting' ? { restarts: { count: 0, nextAt: 5 } } : {}),
})

const herderOf = (connectors: Readonly<Record<string, readonly Shown[]>>) => ({
  names: () => Object.keys(connectors),
  status: (name: string): ConnectorStatus => {
    const [connector = 'RUNNING', ...tasks] = connectors[name]!
    return {
      connector: stateOf(connector),
      tasks: tasks.map((state, id) => ({ id, ...stateOf(state) })),
      type: 'source',
    }
  },
})

const failed = new Error('no')
const endOf = async (ended: Promise<number>): Promise<number | 'goes on'> =>
  Promise.race([ended, new Promise<'goes on'>((resolve) => setImmediate(() => resolve('goes on')))])

test('the value of --exit-on-failure may be missing', () => {
  assert.deepEqual(
    [exitOnFailureValue(''), exitOnFailureValue('any'), exitOnFailureValue('all')],
    ['any', 'any', 'all'],
  )
  assert.throws(() => exitOnFailureValue('some'), /Accepted: any, all/)
})

test('any: the first failure for good ends the worker, one that will be restarted does not', async () => {
  const log = new FakeLogger()
  const watch = watchFailures('any', log)
  watch.onFailure('a', 0, failed, Date.now() + 1000)
  assert.equal(await endOf(watch.ended), 'goes on')
  watch.onFailure('a', 1, failed, null)
  watch.onFailure('b', null, failed, null)
  assert.equal(await endOf(watch.ended), 4)
  assert.deepEqual(log.messages('error'), ['Task a-1 has failed: the worker stops (--exit-on-failure=any)'])
})

test('without the option nothing ends it', async () => {
  const watch = watchFailures(undefined, new FakeLogger())
  watch.ready(herderOf({ a: ['FAILED'] }))
  watch.onFailure('a', null, failed, null)
  assert.equal(await endOf(watch.ended), 'goes on')
})

const tables: readonly (readonly [
  what: string,
  connectors: Readonly<Record<string, readonly Shown[]>>,
  end: number | 'goes on',
])[] = [
  ['every task has failed', { a: ['RUNNING', 'FAILED', 'FAILED'], b: ['RUNNING', 'FAILED'] }, 4],
  ['a connector without tasks has failed', { a: ['FAILED'] }, 4],
  ['one task runs', { a: ['RUNNING', 'FAILED', 'RUNNING'] }, 'goes on'],
  ['one task is paused', { a: ['RUNNING', 'FAILED'], b: ['PAUSED', 'PAUSED'] }, 'goes on'],
  ['one task will be restarted', { a: ['RUNNING', 'FAILED', 'waiting'] }, 'goes on'],
  ['the only other connector is stopped', { a: ['RUNNING', 'FAILED'], b: ['STOPPED'] }, 4],
  ['there is no connector', {}, 'goes on'],
  ['all are stopped', { a: ['STOPPED'] }, 'goes on'],
]
for (const [what, connectors, end] of tables) {
  test(`all: ${what}: ${end}`, async () => {
    const watch = watchFailures('all', new FakeLogger())
    watch.onFailure('a', 0, failed, null)
    assert.equal(await endOf(watch.ended), 'goes on')
    watch.ready(herderOf(connectors))
    assert.equal(await endOf(watch.ended), end)
  })
}
