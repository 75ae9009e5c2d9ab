import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SinkConsumer, SinkRequests } from '../../src/runtime/sink-consumer.ts'
import { createSinkContext } from '../../src/runtime/sink-context.ts'
import { FakeLogger } from '../helpers/fake-context.ts'

test('a task that asks for a commit does not wait for the poll under way to end by itself', () => {
  const requests: SinkRequests = { commit: false, timeoutMs: null, seeks: new Map(), paused: new Map(), held: false }
  let wakes = 0
  const consumer = { wakeup: () => wakes++, assignment: () => [] } as unknown as SinkConsumer
  const context = createSinkContext({
    connector: 'c',
    task: 0,
    log: new FakeLogger(),
    signal: new AbortController().signal,
    consumer: () => consumer,
    requests,
    errantRecordReporter: undefined,
  })
  context.requestCommit()
  assert.equal(requests.commit, true)
  assert.equal(wakes, 1)
})
