import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceTask } from '../../src/plugin/connector.ts'
import { ConnectError, RetriableError } from '../../src/plugin/errors.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'
import { isTextBlock } from '../../src/plugin/text-block.ts'
import { createPauseGate } from '../../src/runtime/pause-gate.ts'
import { runSourceTask, type SourceLoopParts } from '../../src/runtime/run-source-task.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { inTime } from '../helpers/in-time.ts'
import { waitUntil, within } from '../helpers/processes.ts'
import { sourceRecord } from '../helpers/records.ts'

const soon = { timeoutMs: 20_000, intervalMs: 2 }

/** The loop of a task that gives what `polls` gives, and a list of what happened. */
const start = (poll: (signal: AbortSignal) => Promise<SourceRecord[] | null>, more: Partial<SourceLoopParts> = {}) => {
  const events: string[] = []
  const delivered: string[] = []
  const stopping = new AbortController()
  const cancelled = new AbortController()
  const gate = createPauseGate(false)
  const log = new FakeLogger()
  const task: SourceTask = { poll: () => poll(stopping.signal), stop: () => void events.push('stop') }
  const running = runSourceTask({
    id: 'c-0',
    task,
    deliver: async (polled) => {
      if (isTextBlock(polled)) assert.fail('records were polled')
      delivered.push(...polled.map(({ value }) => String(value)))
    },
    drain: async () => void events.push('drain'),
    committer: {
      start: () => undefined,
      stop: async () => void events.push('end of timer'),
      commit: async () => {
        events.push('commit')
        return true
      },
    },
    gate,
    signal: stopping.signal,
    failure: () => undefined,
    cancelled: cancelled.signal,
    onState: (state) => void events.push(state),
    log,
    ...more,
  })
  running.catch(() => undefined)
  const stop = () => {
    stopping.abort()
    return within(running, 20_000, 'the end of the task')
  }
  after(() => stop().catch(() => undefined))
  return { running, events, delivered, gate, stopping, cancelled, log, stop }
}

const idle = async (signal: AbortSignal): Promise<null> => {
  await sleep(1000, undefined, { signal }).catch(() => undefined)
  return null
}

const ENDING = ['end of timer', 'drain', 'commit', 'stop']

test('polled records are delivered; the stop waits for what is under way, commits, then stops the task', async () => {
  let n = 0
  const made = start(async (signal) => (n < 3 ? [sourceRecord(`v${n++}`, n)] : idle(signal)))
  await waitUntil(() => made.delivered.length === 3, { what: 'the records', ...soon })
  await made.stop()
  assert.deepEqual(made.delivered, ['v0', 'v1', 'v2'])
  assert.deepEqual(made.events, ['RUNNING', ...ENDING])
})

test('RetriableError from poll counts as an empty poll', async () => {
  let n = 0
  const made = start(async (signal) => {
    if (n++ === 0) throw new RetriableError('source is busy')
    return n === 2 ? [sourceRecord('v', 1)] : idle(signal)
  })
  await waitUntil(() => made.delivered.length === 1, { what: 'the record', ...soon })
  assert.deepEqual(made.log.messages('warn'), ['Polling failed and will be tried again'])
})

test('any other error of poll fails the task after a last commit', async () => {
  const { running, events } = start(async () => {
    throw new Error('source is gone')
  })
  await assert.rejects(within(running, 20_000, 'the failure'), /source is gone/)
  assert.deepEqual(events, ['RUNNING', ...ENDING])
})

test('an error by which a waiting poll ends at the stop is none of the task', async () => {
  const made = start((signal) => sleep(60_000, null, { signal }))
  await made.stop()
  assert.deepEqual(made.events, ['RUNNING', ...ENDING])
})

test('while paused nothing is polled', async () => {
  let polls = 0
  const made = start(async () => {
    polls++
    await sleep(2)
    return null
  })
  await waitUntil(() => polls > 2, { what: 'polls', ...soon })
  made.gate.pause()
  await waitUntil(() => made.events.at(-1) === 'PAUSED', { what: 'PAUSED', ...soon })
  const before = polls
  await sleep(30)
  assert.equal(polls, before)
  made.gate.resume()
  await waitUntil(() => polls > before, { what: 'polls again', ...soon })
  assert.equal(made.events.at(-1), 'RUNNING')
})

test('a paused task stops promptly', async () => {
  const made = start(idle)
  made.gate.pause()
  made.gate.resume()
  made.gate.pause()
  await sleep(5)
  await made.stop()
  assert.deepEqual(made.events.slice(-4), ENDING)
})

test('a producer that failed for good fails the task with its error as the cause', async () => {
  const ending = new AbortController()
  const error = new Error('not authorised')
  const { running, events } = start(() => idle(ending.signal), {
    signal: ending.signal,
    failure: () => (ending.signal.aborted ? error : undefined),
  })
  ending.abort()
  await assert.rejects(within(running, 20_000, 'the failure'), (thrown) => {
    assert.ok(thrown instanceof ConnectError)
    assert.equal(thrown.message, 'Unrecoverable exception from producer send callback')
    assert.equal(thrown.cause, error)
    return true
  })
  assert.deepEqual(events.slice(-4), ENDING)
})

test('a failure that only the last drain brings to light fails the task', async () => {
  let failure: Error | undefined
  const made = start(idle, {
    drain: async () => {
      failure = new Error('late')
    },
    failure: () => failure,
  })
  await assert.rejects(made.stop(), /Unrecoverable exception from producer send callback/)
})

test('a cancelled task neither waits nor commits', async () => {
  const made = start(idle)
  made.cancelled.abort()
  await made.stop()
  assert.deepEqual(made.events, ['RUNNING', 'end of timer', 'stop'])
})

test('the clean-up goes on after one of its steps failed, and the first error is told', async () => {
  const made = start(
    async () => {
      throw new Error('first')
    },
    {
      drain: async () => {
        throw new Error('second')
      },
    },
  )
  await assert.rejects(within(made.running, 20_000, 'the failure'), /first/)
  assert.deepEqual(made.events, ['RUNNING', 'end of timer', 'commit', 'stop'])
})

test('a source that always has records at once lets timers have their turn', async () => {
  const made = start(async () => [sourceRecord('v', 1)])
  await inTime(200, 20, async () => {
    const began = performance.now()
    await sleep(5)
    return performance.now() - began
  })
  await made.stop()
})
