import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectorStatus } from '../../src/runtime/connector-report.ts'
import { watchStuck } from '../../src/runtime/watch-stuck.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { waitUntil } from '../helpers/processes.ts'

test('a call that does not return is logged once, and once more when it did', async (t) => {
  const log = new FakeLogger()
  const contexts: string[] = []
  const plain = { state: 'RUNNING' as const, version: '1', since: 0 }
  let stuck: { readonly call: 'put'; readonly since: number } | undefined = { call: 'put', since: 1_700_000_000_000 }
  const herder = {
    names: () => ['c'],
    status: (): ConnectorStatus => ({
      connector: plain,
      tasks: [{ id: 3, ...plain, ...(stuck === undefined ? {} : { stuck }) }],
      type: 'sink',
    }),
  }
  const logFor = (context: string): FakeLogger => {
    contexts.push(context)
    return log
  }
  t.after(watchStuck({ herder, afterMs: 1, logFor }))
  const soon = { timeoutMs: 20_000 }
  await waitUntil(() => log.messages('warn').length > 0, { ...soon, what: 'the warning' })
  stuck = undefined
  await waitUntil(() => log.messages('info').length > 0, { ...soon, what: 'the end of it' })
  assert.deepEqual(log.messages('warn'), ['Task c-3 is stuck: put has not returned since 2023-11-14T22:13:20.000Z'])
  assert.match(log.messages('info').join(), /^Task c-3 is no longer stuck in put, after \d+ s$/)
  assert.deepEqual([...new Set(contexts)], ['c|task-3'])
})
