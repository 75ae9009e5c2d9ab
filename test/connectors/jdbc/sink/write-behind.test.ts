import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeBehind } from '../../../../src/connectors/jdbc/sink/write-behind.ts'
import type { SinkOffsets } from '../../../../src/plugin/connector.ts'
import { RetriableError } from '../../../../src/plugin/errors.ts'
import type { SinkRecord } from '../../../../src/plugin/record.ts'
import { sinkRecord } from '../../../helpers/fake-context.ts'

const list = (from: number, count = 100, partition = 0): SinkRecord[] =>
  Array.from({ length: count }, (_, index) => sinkRecord(null, { topic: 't', partition, offset: from + index }))

const offsetsOf = (...next: number[]): SinkOffsets =>
  new Map(next.map((offset, partition) => [`t-${partition}`, { topic: 't', partition, offset }]))

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A database that takes lists when it is told to; lists are called by their first record's offset, large ones by the last, too. */
const slowDatabase = () => {
  const log: string[] = []
  const waiting: { first: number; settle: (error?: Error) => void }[] = []
  let putError: Error | undefined
  const first = (records: readonly SinkRecord[]): number => records[0]?.offset ?? -1
  const named = (call: string, records: readonly SinkRecord[]): string =>
    records.length > 150 ? `${call} ${first(records)} to ${records.at(-1)?.offset}` : `${call} ${first(records)}`
  const task = writeBehind({
    put: async (records) => {
      log.push(named('put', records))
      if (putError !== undefined) throw putError
    },
    write: (records) =>
      new Promise((resolve, reject) => {
        log.push(named('write', records))
        waiting.push({ first: first(records), settle: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    hurry: () => log.push('hurry'),
    most: 200,
  })
  return {
    task,
    log,
    failPuts: (error: Error | undefined) => {
      putError = error
    },
    settle: (error?: Error) => waiting.shift()?.settle(error),
  }
}

test('the first list of a stream is written before put returns, the next ones behind it, one at a time', async () => {
  const { task, log, settle } = slowDatabase()
  await task.put(list(0))
  await task.put(list(100))
  assert.deepEqual(log, ['put 0', 'write 100'])
  settle()
  await turn()
  await task.put(list(200))
  assert.deepEqual(log, ['put 0', 'write 100', 'write 200'])
  // A short list is the end of the stream
  settle()
  await task.put(list(300, 3))
  assert.deepEqual(log, ['put 0', 'write 100', 'write 200', 'put 300'])
})

test('what comes while a list is written is gathered, up to a bound, and written next as one', async () => {
  const { task, log, settle } = slowDatabase()
  for (const offset of [0, 100, 200, 300]) await task.put(list(offset))
  assert.deepEqual(log, ['put 0', 'write 100'])
  let isTaken = false
  const more = Promise.resolve(task.put(list(400))).then(() => {
    isTaken = true
  })
  await turn()
  assert.equal(isTaken, false)
  settle()
  await more
  assert.deepEqual(log, ['put 0', 'write 100', 'write 200 to 399'])
  settle()
  await turn()
  assert.deepEqual(log, ['put 0', 'write 100', 'write 200 to 399', 'write 400'])
})

test('what was gathered behind a list that failed is owed with it, in order', async () => {
  const { task, log, settle } = slowDatabase()
  for (const offset of [0, 100, 200, 300]) await task.put(list(offset))
  settle(new Error('gone'))
  assert.deepEqual(await task.preCommit(offsetsOf(400)), offsetsOf(100))
  await task.put(list(400))
  assert.deepEqual(log, ['put 0', 'write 100', 'hurry', 'put 100 to 399', 'write 400'])
  settle()
  assert.deepEqual(await task.preCommit(offsetsOf(500)), offsetsOf(500))
})

test('single records are never written behind', async () => {
  const { task, log } = slowDatabase()
  for (const offset of [0, 1, 2]) await task.put(list(offset, 1))
  await task.put([])
  assert.deepEqual(log, ['put 0', 'put 1', 'put 2'])
})

test('a commit waits for what is under way', async () => {
  const { task, settle } = slowDatabase()
  await task.put(list(0))
  await task.put(list(100))
  const committing = Promise.resolve(task.preCommit(offsetsOf(200)))
  let answer: SinkOffsets | undefined
  const answered = committing.then((offsets) => {
    answer = offsets
  })
  await turn()
  assert.equal(answer, undefined)
  settle()
  await answered
  assert.deepEqual(answer, offsetsOf(200))
})

test('what failed behind a put is written by the next one, first, and no offset is committed past it before', async () => {
  const { task, log, settle, failPuts } = slowDatabase()
  await task.put(list(0))
  await task.put([...list(100), ...list(50, 10, 1)])
  settle(new Error('gone'))
  assert.deepEqual(await task.preCommit(offsetsOf(200, 60, 5)), offsetsOf(100, 50, 5))
  assert.deepEqual(log, ['put 0', 'write 100', 'hurry'])
  failPuts(new RetriableError('still gone'))
  // As often as it takes: the runtime delivers the same list again
  for (let time = 0; time < 2; time++) await assert.rejects(async () => task.put(list(200)), /still gone/)
  assert.deepEqual(await task.preCommit(offsetsOf(200, 60, 5)), offsetsOf(100, 50, 5))
  failPuts(undefined)
  await task.put([])
  assert.deepEqual(log.slice(3), ['put 100', 'put 100', 'put 100'])
  assert.deepEqual(await task.preCommit(offsetsOf(200, 60, 5)), offsetsOf(200, 60, 5))
})

test('of partitions that are taken away nothing is owed', async () => {
  const { task, log, settle } = slowDatabase()
  await task.put(list(0))
  await task.put([...list(100), ...list(50, 10, 1)])
  settle(new Error('gone'))
  await task.close([{ topic: 't', partition: 0 }])
  assert.deepEqual(await task.preCommit(offsetsOf(200, 60)), offsetsOf(200, 50))
  await task.put([])
  assert.deepEqual(log, ['put 0', 'write 100', 'hurry', 'put 50'])
  await task.stop()
})
