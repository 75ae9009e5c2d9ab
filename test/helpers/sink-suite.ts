/** What every sink must do, whatever it writes to. A connector's test calls it with a few lines of set-up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDef, RawConfig } from '../../src/config/define.ts'
import { partitionKey, type SinkDefinition, type SinkOffsets, type SinkTask } from '../../src/plugin/connector.ts'
import type { SinkRecord } from '../../src/plugin/record.ts'
import { type BadConfig, nameOf, preparing, stopsCleanly, testConfigs } from './connector-suite.ts'
import { openSink } from './fake-context.ts'
import { rememberRunning } from './left-running.ts'

export interface SinkUnderTest {
  /** A config that works, for records of topic `topic`. */
  readonly raw: RawConfig
  /** A record that can be written, another one for each number, with that number as its offset. */
  record(number: number): SinkRecord
  /** What is in the target now, in order, such that it can be compared with {@link expected}. */
  written(): Promise<readonly unknown[]>
  /** What {@link written} gives for `record(number)`. */
  expected(number: number): unknown
  cleanUp(): Promise<void>
}

export interface SinkSuite<D extends ConfigDef> {
  readonly definition: SinkDefinition<D>
  readonly prepare: () => Promise<SinkUnderTest>
  /** Configs that must not work, each with what its error says, from parsing, `validate`, `openTask` or the first put. */
  readonly bad: readonly BadConfig[]
}

const STOP_MS = 2000

/** Commits as the worker does. @returns what may be committed */
const commit = async (task: SinkTask, next: number): Promise<SinkOffsets> => {
  const offsets = new Map([[partitionKey('topic', 0), { topic: 'topic', partition: 0, offset: next }]])
  if (task.preCommit !== undefined) return task.preCommit(offsets)
  await task.flush?.(offsets)
  return offsets
}

const upTo = <T>(count: number, make: (number: number) => T, from = 0): T[] =>
  Array.from({ length: count }, (_, index) => make(from + index))

export const testSink = <D extends ConfigDef>(suite: SinkSuite<D>): void => {
  const { definition, prepare } = suite
  const name = nameOf(definition)

  const withSink = preparing(prepare)

  testConfigs({
    ...suite,
    async workOnce(raw) {
      const { task, stop } = await openSink(definition, raw)
      try {
        await task.put([])
      } finally {
        await stop()
      }
    },
    fewestTasks: 1,
  })

  test(`${name}: what was put before a commit is in the target after it, in order`, () =>
    withSink(async (sink) => {
      const { task, stop } = await openSink(definition, sink.raw)
      try {
        await task.put([])
        await task.put(upTo(20, sink.record))
        await task.put(upTo(5, sink.record, 20))
        const committed = await commit(task, 25)
        assert.deepEqual([...committed.values()], [{ topic: 'topic', partition: 0, offset: 25 }])
        assert.deepEqual(await sink.written(), upTo(25, sink.expected))
      } finally {
        await stop()
      }
    }))

  test(`${name}: a commit with nothing to do succeeds`, () =>
    withSink(async (sink) => {
      const { task, stop } = await openSink(definition, sink.raw)
      try {
        await task.put([])
        await commit(task, 0)
        await commit(task, 0)
        assert.deepEqual(await sink.written(), [])
      } finally {
        await stop()
      }
    }))

  test(`${name}: a restarted task goes on after what was written`, () =>
    withSink(async (sink) => {
      for (let run = 0; run < 3; run++) {
        const { task, stop } = await openSink(definition, sink.raw)
        try {
          await task.put(upTo(4, sink.record, run * 4))
          await commit(task, run * 4 + 4)
        } finally {
          await stop()
        }
      }
      assert.deepEqual(await sink.written(), upTo(12, sink.expected))
    }))

  test(`${name}: stopping is prompt and leaves nothing running`, () =>
    withSink(async (sink) => {
      await stopsCleanly(async (run) => {
        const { task, stop } = await openSink(definition, sink.raw)
        await task.put(upTo(3, sink.record, run * 3))
        await commit(task, run * 3 + 3)
        const began = performance.now()
        await stop()
        return performance.now() - began
      }, STOP_MS)
    }))

  test(`${name}: a task that got no records can be stopped`, () =>
    withSink(async (sink) => {
      const leftRunning = await rememberRunning()
      const { stop } = await openSink(definition, sink.raw)
      await stop()
      assert.deepEqual(await leftRunning(), [])
    }))
}
