/** What every source must do, whatever it reads. A connector's test calls it with a few lines of set-up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDef, RawConfig } from '../../src/config/define.ts'
import type { SourceDefinition } from '../../src/plugin/connector.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'
import { type BadConfig, nameOf, preparing, stopsCleanly, testConfigs } from './connector-suite.ts'
import { FakeOffsets, openSource, pollUntil } from './fake-context.ts'
import { inTime } from './in-time.ts'
import { rememberRunning } from './left-running.ts'

export interface SourceUnderTest {
  /** A config that works. Short intervals make a quick test. */
  readonly raw: RawConfig
  /** Makes `count` more things to read. @returns what they are to be read as */
  produce(count: number): Promise<readonly unknown[]>
  /** What to compare with that. Default: the record's value. */
  readonly read?: (record: SourceRecord) => unknown
  cleanUp(): Promise<void>
}

export interface SourceSuite<D extends ConfigDef> {
  readonly definition: SourceDefinition<D>
  readonly prepare: () => Promise<SourceUnderTest>
  /** Configs that must not work, each with what its error says, from parsing, `validate`, `openTask` or a poll. */
  readonly bad: readonly BadConfig[]
}

const STOP_MS = 1000
const POLL_MS = 3000

export const testSource = <D extends ConfigDef>(suite: SourceSuite<D>): void => {
  const { definition, prepare } = suite
  const name = nameOf(definition)

  const withSource = preparing(prepare)
  const valuesOf = (source: SourceUnderTest, records: readonly SourceRecord[]): unknown[] =>
    records.map(source.read ?? ((record) => record.value))

  testConfigs({
    ...suite,
    async workOnce(raw) {
      const { task, stop } = await openSource(definition, raw)
      try {
        await task.poll()
      } finally {
        await stop()
      }
    },
    fewestTasks: 0,
  })

  test(`${name}: what is there is read in order, and what comes later after it`, () =>
    withSource(async (source) => {
      const first = await source.produce(25)
      const { task, stop } = await openSource(definition, source.raw)
      try {
        const records = await pollUntil(task, { records: 25 })
        assert.deepEqual(valuesOf(source, records), first)
        const later = await source.produce(5)
        assert.deepEqual(valuesOf(source, await pollUntil(task, { records: 5 })), later)
        for (const record of records) assert.ok(record.topic.length > 0)
      } finally {
        await stop()
      }
    }))

  test(`${name}: after a restart nothing is missing and nothing is there twice`, () =>
    withSource(async (source) => {
      const offsets = new FakeOffsets()
      const expected = [...(await source.produce(10))]
      const read: unknown[] = []
      for (let run = 0; run < 3; run++) {
        const { task, stop } = await openSource(definition, source.raw, { offsets })
        try {
          const records = await pollUntil(task, { records: expected.length - read.length })
          read.push(...valuesOf(source, records))
          offsets.storeAll(records)
        } finally {
          await stop()
        }
        assert.deepEqual(read, expected)
        expected.push(...(await source.produce(3)))
      }
    }))

  test(`${name}: what was read but not stored is read again`, () =>
    withSource(async (source) => {
      const offsets = new FakeOffsets()
      const expected = await source.produce(10)
      for (const stored of [4, 3]) {
        const { task, stop } = await openSource(definition, source.raw, { offsets })
        try {
          const wanted = stored === 4 ? 10 : 6
          const records = await pollUntil(task, { records: wanted })
          assert.deepEqual(valuesOf(source, records), expected.slice(10 - wanted))
          offsets.storeAll(records.slice(0, stored))
        } finally {
          await stop()
        }
      }
    }))

  test(`${name}: with nothing to read, a poll comes back after about a second without records`, () =>
    withSource(async (source) => {
      const { task, stop } = await openSource(definition, source.raw)
      try {
        await inTime(POLL_MS, 3, async () => {
          const began = performance.now()
          const records = await task.poll()
          assert.equal(records?.length ?? 0, 0)
          return performance.now() - began
        })
      } finally {
        await stop()
      }
    }))

  test(`${name}: stopping ends a waiting poll promptly and leaves nothing running`, () =>
    withSource(async (source) => {
      await stopsCleanly(async () => {
        await source.produce(3)
        const opened = await openSource(definition, source.raw)
        const waiting = (async () => {
          while ((await opened.task.poll())?.length) {}
        })()
        await new Promise((resolve) => setTimeout(resolve, 150))
        const began = performance.now()
        opened.abort()
        await waiting
        await opened.stop()
        return performance.now() - began
      }, STOP_MS)
    }))

  test(`${name}: a task that was never polled can be stopped`, () =>
    withSource(async (source) => {
      const leftRunning = await rememberRunning()
      const { stop } = await openSource(definition, source.raw)
      await stop()
      assert.deepEqual(await leftRunning(), [])
    }))
}
