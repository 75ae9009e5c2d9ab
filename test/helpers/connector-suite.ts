/** What every connector must do, source or sink: the part of their acceptance tests that is the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigDef, RawConfig } from '../../src/config/define.ts'
import { parseConfig, parseOrThrow } from '../../src/config/parse.ts'
import type { SinkDefinition, SourceDefinition } from '../../src/plugin/connector.ts'
import { rememberRunning } from './left-running.ts'

const MOST_RUNS = 4

/** A config that must not work, and what its error says. */
export interface BadConfig {
  readonly name: string
  readonly raw: RawConfig
  readonly message: RegExp
}

/** A connector and what it reads or writes, ready for one test. */
interface Prepared {
  /** A config that works. */
  readonly raw: RawConfig
  cleanUp(): Promise<void>
}

export interface ConnectorSuite<D extends ConfigDef> {
  readonly definition: SinkDefinition<D> | SourceDefinition<D>
  readonly prepare: () => Promise<Prepared>
  readonly bad: readonly BadConfig[]
  /** Opens a task, makes it work once, and stops it. */
  readonly workOnce: (raw: RawConfig) => Promise<void>
  readonly fewestTasks: 0 | 1
}

export const nameOf = <D extends ConfigDef>({ className }: Pick<SinkDefinition<D>, 'className'>): string =>
  className.split('.').at(-1)!

/** Hands what was prepared to a test, and cleans up behind it. */
export const preparing =
  <P extends Prepared>(prepare: () => Promise<P>) =>
  async (use: (prepared: P) => Promise<void>): Promise<void> => {
    const prepared = await prepare()
    try {
      await use(prepared)
    } finally {
      await prepared.cleanUp()
    }
  }

export const testConfigs = <D extends ConfigDef>(suite: ConnectorSuite<D>): void => {
  const { definition, prepare, bad, workOnce, fewestTasks } = suite
  const name = nameOf(definition)
  const withConfig = preparing(prepare)

  test(`${name}: every setting is explained`, () => {
    assert.ok(definition.doc.length > 0)
    for (const [key, setting] of Object.entries(definition.config)) assert.ok(setting.doc.length > 10, key)
  })

  test(`${name}: each required setting that is missing is named`, () =>
    withConfig(async ({ raw }) => {
      for (const [key, setting] of Object.entries(definition.config)) {
        if (setting.default !== undefined) continue
        const { [key]: _left, ...rest } = raw
        const { problems } = parseConfig(definition.config, rest)
        assert.deepEqual(
          problems.map((problem) => problem.key),
          [key],
        )
      }
    }))

  for (const { name: what, raw, message } of bad) {
    test(`${name}: ${what} is refused with a clear message`, async () => {
      await assert.rejects(async () => {
        const problems = (await definition.validate?.(parseOrThrow(definition.config, raw), raw)) ?? []
        if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join('\n'))
        await workOnce(raw)
      }, message)
    })
  }

  test(`${name}: there are never more tasks than tasks.max`, () =>
    withConfig(async ({ raw }) => {
      const settings = parseOrThrow(definition.config, raw)
      for (const most of [1, 2, 7]) {
        const tasks = (await definition.tasks?.(settings, most, raw)) ?? [raw]
        assert.ok(tasks.length >= fewestTasks && tasks.length <= most, `${tasks.length} tasks of ${most}`)
        for (const task of tasks) parseOrThrow(definition.taskConfig ?? definition.config, task)
      }
    }))
}

/**
 * A task that stops does so in time and leaves nothing running. What is opened once for the whole process is opened in the
 * first runs, and a machine may stand still in one of them; what is left running, or waits, does so in each.
 *
 * @param run starts a task, lets it work and stops it; told its number. @returns how long stopping took, in milliseconds
 */
export const stopsCleanly = async (run: (number: number) => Promise<number>, withinMs: number): Promise<void> => {
  let left: readonly string[] = []
  for (let number = 0; number < MOST_RUNS; number++) {
    const leftRunning = await rememberRunning()
    const stopMs = await run(number)
    left = await leftRunning()
    if (stopMs >= withinMs) left = [...left, `stopped after ${Math.round(stopMs)} ms`]
    if (left.length === 0) return
  }
  assert.deepEqual(left, [])
}
