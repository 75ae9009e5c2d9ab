import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SinkTask, TopicPartition } from '../../src/plugin/connector.ts'
import { RetriableError } from '../../src/plugin/errors.ts'
import type { SinkRecord } from '../../src/plugin/record.ts'
import { createPauseGate } from '../../src/runtime/pause-gate.ts'
import { createSinkLoop, type SinkLoopParts } from '../../src/runtime/run-sink-task.ts'
import type { SinkRequests } from '../../src/runtime/sink-consumer.ts'
import { createSinkContext } from '../../src/runtime/sink-context.ts'
import { createSinkPositions } from '../../src/runtime/sink-offsets.ts'
import { createFakeConsumer } from '../helpers/fake-consumer.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { waitUntil, within } from '../helpers/processes.ts'

const T0: TopicPartition = { topic: 't', partition: 0 }
const T1: TopicPartition = { topic: 't', partition: 1 }
const soon = { timeoutMs: 20_000, intervalMs: 2 }

/** A loop over a fake consumer whose task keeps what it is given. */
const start = (task: Partial<SinkTask> = {}, more: Partial<SinkLoopParts> = {}) => {
  const consumer = createFakeConsumer()
  const events: string[] = []
  const puts: string[][] = []
  const stopping = new AbortController()
  const cancelled = new AbortController()
  const gate = createPauseGate(false)
  const log = new FakeLogger()
  const requests: SinkRequests = { commit: false, timeoutMs: null, seeks: new Map(), paused: new Map(), held: false }
  const positions = createSinkPositions()
  const names = (partitions: readonly TopicPartition[]) => partitions.map(({ partition }) => partition).join()
  const loop = createSinkLoop({
    id: 'c-0',
    consumer,
    task: {
      put: (records) => void puts.push(records.map(({ value }) => String(value))),
      open: (partitions) => void events.push(`open ${names(partitions)}`),
      close: (partitions) => void events.push(`close ${names(partitions)}`),
      stop: () => void events.push('stop'),
      ...task,
    },
    deserialize: async (consumed) =>
      consumed.map(
        (raw) =>
          ({
            ...raw,
            value: String(raw.value),
            originalTopic: raw.topic,
            originalPartition: raw.partition,
            originalOffset: raw.offset,
          }) as unknown as SinkRecord,
      ),
    positions,
    requests,
    flushReports: async () => undefined,
    gate,
    signal: stopping.signal,
    cancelled: cancelled.signal,
    commitIntervalMs: 60_000,
    commitTimeoutMs: 1000,
    onState: (state) => void events.push(state),
    log,
    ...more,
  })
  consumer.listener = loop.listener
  gate.watch(() => consumer.wakeup())
  stopping.signal.addEventListener('abort', () => consumer.wakeup())
  const context = createSinkContext({
    connector: 'c',
    task: 0,
    log,
    signal: stopping.signal,
    consumer: () => consumer,
    requests,
    errantRecordReporter: undefined,
  })
  const running = loop.run()
  running.catch(() => undefined)
  const stop = () => {
    stopping.abort()
    return within(running, 20_000, 'the end of the task')
  }
  after(() => stop().catch(() => undefined))
  return { consumer, events, puts, gate, log, requests, positions, running, stop, stopping, cancelled, context }
}

const withRecords = (consumer: ReturnType<typeof createFakeConsumer>, ...values: readonly string[]): void => {
  consumer.logs.set('t-0', [...values])
  consumer.assign(T0)
}

const committed = (consumer: ReturnType<typeof createFakeConsumer>) =>
  consumer.commits.map((offsets) => offsets.map(({ partition, offset }) => `${partition}:${offset}`).join(' '))

test('records are put, and committed when the task stops, before close and stop', async () => {
  const { consumer, events, puts, stop } = start()
  withRecords(consumer, 'a', 'b')
  await waitUntil(() => puts.flat().length === 2, { what: 'the records', ...soon })
  await stop()
  assert.deepEqual(
    puts.filter(({ length }) => length > 0),
    [['a', 'b']],
  )
  assert.deepEqual(committed(consumer), ['0:2'])
  assert.deepEqual(events, ['RUNNING', 'open 0', 'close 0', 'stop'])
  assert.equal(consumer.closed, true)
})

test('put is called after every poll, also with an empty list', async () => {
  const { consumer, puts, context } = start()
  context.timeout(5)
  consumer.wakeup()
  await waitUntil(() => puts.length >= 2, { what: 'puts', ...soon })
  assert.deepEqual(puts[0], [])
})

test('a commit is sent at the interval, once for the same offsets', async () => {
  const { consumer, puts, stop } = start({}, { commitIntervalMs: 30 })
  withRecords(consumer, 'a')
  await waitUntil(() => committed(consumer).length === 1, { what: 'a commit', ...soon })
  // Each is a turn after which a commit may have been due
  const before = puts.length
  await waitUntil(() => puts.length >= before + 3, { what: 'some more turns', ...soon })
  await stop()
  assert.deepEqual(committed(consumer), ['0:1'])
})

test('after RetriableError the same records come again, partitions paused meanwhile, at the time the task asked for', async () => {
  let failures = 2
  const seen: string[][] = []
  const paused: number[] = []
  const { consumer, context, stop } = start({
    put: (records) => {
      if (records.length === 0) return
      seen.push(records.map(({ value }) => String(value)))
      paused.push(consumer.paused.size)
      if (failures-- > 0) {
        context.timeout(20)
        throw new RetriableError('not now')
      }
    },
  })
  withRecords(consumer, 'a', 'b')
  await waitUntil(() => seen.length === 3, { what: 'three deliveries', ...soon })
  consumer.logs.get('t-0')!.push('c')
  consumer.wakeup()
  await waitUntil(() => seen.length === 4, { what: 'the next record', ...soon })
  assert.deepEqual(seen, [['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']])
  assert.deepEqual(paused, [0, 1, 1, 0])
  await stop()
  assert.deepEqual(committed(consumer), ['0:3'])
})

test('a batch that the task never took is not committed at the stop', async () => {
  const { consumer, stop, puts } = start({
    put: (records) => {
      puts.push(records.map(({ value }) => String(value)))
      if (records.length > 0) throw new RetriableError('never')
    },
  })
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length > 0, { what: 'a put', ...soon })
  await stop()
  assert.deepEqual(committed(consumer), [])
})

test('any other error of put fails the task, after its partitions were closed', async () => {
  const { consumer, running, events } = start({
    put: (records) => {
      if (records.length > 0) throw new Error('broken')
    },
  })
  withRecords(consumer, 'a')
  await assert.rejects(within(running, 20_000, 'the failure'), (error) => {
    assert.ok(error instanceof Error)
    assert.equal(error.message, 'Exiting WorkerSinkTask due to unrecoverable exception.')
    assert.equal((error.cause as Error).message, 'broken')
    return true
  })
  assert.deepEqual(events, ['RUNNING', 'open 0', 'close 0', 'stop'])
  assert.deepEqual(committed(consumer), [])
})

test('while the task is asked what may be committed nothing is put', async () => {
  let asking = false
  const overlaps: string[] = []
  const { consumer, puts, stop } = start(
    {
      put: (records) => {
        if (asking) overlaps.push('put while asking')
        puts.push(records.map(({ value }) => String(value)))
      },
      preCommit: async (offsets) => {
        asking = true
        await sleep(30)
        asking = false
        return offsets
      },
    },
    { commitIntervalMs: 20 },
  )
  consumer.batch = 1
  withRecords(consumer, ...Array.from({ length: 50 }, (_, i) => `v${i}`))
  await waitUntil(() => puts.flat().length === 50, { what: 'all records', ...soon })
  await waitUntil(() => consumer.commits.length > 0, { what: 'a commit', ...soon })
  await stop()
  assert.deepEqual(overlaps, [])
})

test('preCommit decides: nothing, less, not more than was consumed, not for foreign partitions', async () => {
  const answers = [
    new Map(),
    new Map([['t-0', { ...T0, offset: 1 }]]),
    new Map([['t-0', { ...T0, offset: 99 }]]),
    new Map([['t-1', { ...T1, offset: 1 }]]),
    new Map([['t-0', { ...T0, offset: 1 }]]),
  ]
  let asked = 0
  const { consumer, puts, log, requests } = start({ preCommit: () => answers[asked++] ?? new Map() })
  withRecords(consumer, 'a', 'b', 'c')
  await waitUntil(() => puts.flat().length === 3, { what: 'the records', ...soon })
  for (let i = 1; i <= answers.length; i++) {
    requests.commit = true
    consumer.wakeup()
    await waitUntil(() => asked === i, { what: `preCommit ${i}`, ...soon })
    await sleep(5)
  }
  assert.deepEqual(committed(consumer), ['0:1'])
  assert.deepEqual(log.messages('warn'), [
    'Ignoring offset 99 of partition t-0: only 3 was consumed',
    'Ignoring offset of partition t-1, which is not assigned to this task',
  ])
})

test('an error of preCommit takes the task back to what was committed last: the records come again', async () => {
  let fails = true
  const { consumer, puts, requests, stop } = start({
    preCommit: (offsets) => {
      if (fails) throw new Error('flush failed')
      return offsets
    },
  })
  withRecords(consumer, 'a', 'b')
  await waitUntil(() => puts.flat().length === 2, { what: 'the records', ...soon })
  requests.commit = true
  consumer.wakeup()
  await waitUntil(() => puts.flat().length === 4, { what: 'the records again', ...soon })
  assert.deepEqual(committed(consumer), [])
  fails = false
  await stop()
  assert.deepEqual(committed(consumer), ['0:2'])
})

test('no offset passes a record whose report failed', async () => {
  let fails = true
  const { consumer, puts, requests, stop } = start(
    {},
    {
      flushReports: async () => {
        if (fails) throw new Error('the dead letter queue is gone')
      },
    },
  )
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
  requests.commit = true
  consumer.wakeup()
  await waitUntil(() => puts.flat().length === 2, { what: 'the record again', ...soon })
  assert.deepEqual(committed(consumer), [])
  fails = false
  await stop()
})

test('a revoked partition is committed and closed, and only that', async () => {
  const { consumer, events, puts, positions } = start()
  consumer.logs.set('t-0', ['a'])
  consumer.logs.set('t-1', ['b', 'c'])
  consumer.assign(T0, T1)
  await waitUntil(() => puts.flat().length === 3, { what: 'the records', ...soon })
  consumer.revoke(T1)
  await waitUntil(() => events.includes('close 1'), { what: 'close', ...soon })
  assert.deepEqual(committed(consumer), ['1:2'])
  assert.deepEqual([...positions.current().keys()], ['t-0'])
})

test('lost partitions are closed without a commit', async () => {
  const { consumer, events, puts } = start()
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
  consumer.lose(T0)
  await waitUntil(() => events.includes('close 0'), { what: 'close', ...soon })
  assert.deepEqual(committed(consumer), [])
})

test('records of a revoked partition leave a batch that is to be delivered again', async () => {
  let fails = true
  const seen: string[][] = []
  const { consumer, context, events } = start({
    put: (records) => {
      if (records.length === 0) return
      seen.push(records.map(({ value }) => String(value)))
      if (fails) {
        context.timeout(10)
        throw new RetriableError('not now')
      }
    },
  })
  consumer.logs.set('t-0', ['a'])
  consumer.logs.set('t-1', ['b'])
  consumer.assign(T0, T1)
  await waitUntil(() => seen.length > 0, { what: 'a put', ...soon })
  consumer.revoke(T1)
  await waitUntil(() => events.includes('RUNNING') && seen.at(-1)?.join() === 'a', { what: 'the rest', ...soon })
  fails = false
  await sleep(30)
  assert.deepEqual(seen[0], ['a', 'b'])
  assert.deepEqual(seen.at(-1), ['a'])
})

test('errors of open fail the task', async () => {
  const { consumer, running } = start({
    open: () => {
      throw new Error('no such index')
    },
  })
  withRecords(consumer, 'a')
  await assert.rejects(within(running, 20_000, 'the failure'), /no such index/)
})

test('a pause is reported at once, stops deliveries, commits what was put; resuming goes on', async () => {
  const { consumer, events, puts, gate } = start()
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
  gate.pause()
  await waitUntil(() => events.at(-1) === 'PAUSED', { what: 'PAUSED', ...soon })
  await waitUntil(() => committed(consumer).join() === '0:1', { what: 'the commit', ...soon })
  consumer.logs.get('t-0')!.push('b')
  consumer.wakeup()
  await sleep(30)
  assert.equal(puts.flat().length, 1)
  gate.resume()
  await waitUntil(() => puts.flat().length === 2, { what: 'the next record', ...soon })
  assert.equal(events.at(-1), 'RUNNING')
})

test('partitions that the task paused stay paused over a pause of the connector and a new assignment', async () => {
  const { consumer, events, gate, context } = start()
  withRecords(consumer, 'a')
  await waitUntil(() => events.includes('open 0'), { what: 'the assignment', ...soon })
  context.pause(T0)
  gate.pause()
  await waitUntil(() => events.at(-1) === 'PAUSED', { what: 'PAUSED', ...soon })
  gate.resume()
  await waitUntil(() => events.at(-1) === 'RUNNING', { what: 'RUNNING', ...soon })
  assert.deepEqual([...consumer.paused], ['t-0'])
  assert.throws(
    () => context.pause(T1),
    /SinkTasks may not pause partitions that are not currently assigned to them: t-1/,
  )
})

test('partitions that the task paused are paused again after a rebalance that took and gave them back', async () => {
  const { consumer, events, context } = start()
  consumer.logs.set('t-0', ['a'])
  consumer.logs.set('t-1', ['b'])
  consumer.assign(T0, T1)
  await waitUntil(() => events.includes('open 0,1'), { what: 'the assignment', ...soon })
  context.pause(T0, T1)
  consumer.revoke(T0, T1)
  await waitUntil(() => events.includes('close 0,1'), { what: 'close', ...soon })
  consumer.paused.clear()
  consumer.assign(T0)
  await waitUntil(() => events.includes('open 0'), { what: 'the new assignment', ...soon })
  consumer.assign(T1)
  await waitUntil(() => events.includes('open 1'), { what: 'the later assignment', ...soon })
  assert.deepEqual([...consumer.paused], ['t-0'])
})

test('a task that resumes partitions while its records wait to be delivered again loses none', async () => {
  let failures = 3
  const taken: string[] = []
  const { consumer, context, stop } = start({
    put: (records) => {
      if (records.length === 0) return
      if (failures-- > 0) {
        context.resume(T0)
        context.timeout(5)
        throw new RetriableError('not now')
      }
      taken.push(...records.map(({ value }) => String(value)))
    },
  })
  consumer.batch = 1
  withRecords(consumer, 'a', 'b', 'c', 'd')
  await waitUntil(() => taken.length >= 4, { what: 'all records', ...soon })
  assert.deepEqual(taken, ['a', 'b', 'c', 'd'])
  await stop()
  assert.deepEqual(committed(consumer), ['0:4'])
})

test('a task that resumes partitions while the connector is paused gets nothing before it is resumed', async () => {
  const { consumer, events, puts, gate, context } = start()
  withRecords(consumer)
  await waitUntil(() => events.includes('open 0'), { what: 'the assignment', ...soon })
  gate.pause()
  await waitUntil(() => events.at(-1) === 'PAUSED', { what: 'PAUSED', ...soon })
  context.resume(T0)
  consumer.logs.get('t-0')!.push('a')
  consumer.wakeup()
  await sleep(30)
  assert.equal(puts.flat().length, 0)
  gate.resume()
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
})

test('a seek of the task is done before the next poll and counts as the current offset', async () => {
  const { consumer, puts, context, stop } = start()
  withRecords(consumer, 'a', 'b', 'c')
  await waitUntil(() => puts.flat().length === 3, { what: 'the records', ...soon })
  context.seek(T0, 1)
  consumer.wakeup()
  await waitUntil(() => puts.flat().length === 5, { what: 'the records again', ...soon })
  assert.deepEqual(puts.flat(), ['a', 'b', 'c', 'b', 'c'])
  await stop()
  assert.deepEqual(committed(consumer), ['0:3'])
})

test('a commit that takes too long is given up; its late answer does not count', async () => {
  let answer: () => void = () => undefined
  const results: boolean[] = []
  let lates = 0
  const { consumer, puts, requests, log, stop } = start(
    {},
    { commitTimeoutMs: 30, onCommit: (_, ok) => void results.push(ok), onLateCommit: () => void lates++ },
  )
  consumer.onCommit = () =>
    new Promise((resolve) => {
      answer = resolve
    })
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
  requests.commit = true
  consumer.wakeup()
  await waitUntil(() => log.messages('warn').some((line) => line.includes('timed out')), {
    what: 'the time-out',
    ...soon,
  })
  const late = answer
  consumer.onCommit = async () => undefined
  consumer.logs.get('t-0')!.push('b')
  requests.commit = true
  consumer.wakeup()
  await waitUntil(() => puts.flat().length === 2, { what: 'the next record', ...soon })
  await stop()
  late()
  await sleep(5)
  assert.equal(committed(consumer).at(-1), '0:2')
  assert.equal(results[0], false, 'the commit that was given up has failed')
  assert.ok(results.slice(1).every((ok) => ok))
  assert.equal(lates, 1)
})

test('a failed commit is sent again with the next one', async () => {
  const { consumer, puts, requests, stop } = start()
  consumer.onCommit = async () => {
    throw new Error('coordinator not available')
  }
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
  requests.commit = true
  consumer.wakeup()
  await waitUntil(() => consumer.commits.length === 1, { what: 'the commit', ...soon })
  consumer.onCommit = async () => undefined
  await stop()
  assert.deepEqual(committed(consumer), ['0:1', '0:1'])
})

test('a cancelled task commits nothing any more', async () => {
  let finish: () => void = () => undefined
  const { consumer, stopping, cancelled, running, puts } = start({
    put: (records) => {
      puts.push(records.map(({ value }) => String(value)))
      if (records.length === 0) return undefined
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    },
  })
  withRecords(consumer, 'a')
  await waitUntil(() => puts.flat().length === 1, { what: 'the record', ...soon })
  stopping.abort()
  cancelled.abort()
  finish()
  await within(running, 20_000, 'the end')
  assert.deepEqual(committed(consumer), [])
})

test('a sink with data at hand and a put that does not wait lets timers have their turn', async () => {
  const { consumer, puts } = start()
  let polls = 0
  consumer.poll = async () => {
    polls++
    const end = performance.now() + 2
    while (performance.now() < end);
    return []
  }
  consumer.wakeup()
  await sleep(5)
  const before = polls
  await sleep(1)
  assert.ok(polls - before <= 100, `${polls - before} polls of 2 ms in a timer's millisecond`)
  assert.ok(puts.length > 0)
})
