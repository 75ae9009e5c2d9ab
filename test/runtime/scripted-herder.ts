/** A herder whose one connector does what a test says. */
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineConfig, type RawConfig } from '../../src/config/define.ts'
import { parseWorkerSettings } from '../../src/config/worker-settings.ts'
import { overridePolicy } from '../../src/kafka/override-policy.ts'
import { type ConnectorContext, defineSink, defineSource, type SourceTask } from '../../src/plugin/connector.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import type { SourceRecord } from '../../src/plugin/record.ts'
import { createHerder, type HerderParts } from '../../src/runtime/herder.ts'
import { createStatusBoard } from '../../src/runtime/task-status.ts'
import { validateConnector } from '../../src/runtime/validate-connector.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { waitUntil, within } from '../helpers/processes.ts'
import { standInRows } from './stand-in-plugins.ts'

export const soon = { timeoutMs: 20_000, intervalMs: 5 }

/** What a test makes the connector do, and what it saw. */
export interface Script {
  readonly events: string[]
  start: () => Promise<void> | void
  stop: () => Promise<void> | void
  configs: readonly RawConfig[]
  openTask: (index: number) => void
  /** By task. */
  poll: (index: number, signal: AbortSignal) => Promise<SourceRecord[] | null>
  context: ConnectorContext | undefined
}

export const idle = async (_: number, signal: AbortSignal): Promise<null> => {
  await sleep(500, undefined, { signal }).catch(() => undefined)
  return null
}

const connectorOf = (script: Script) =>
  defineSource({
    kind: 'source',
    className: 'com.acme.ScriptedSource',
    taskClassName: 'com.acme.ScriptedTask',
    version: '1.2',
    doc: 'Does what a test says.',
    config: defineConfig({ level: { type: 'int', default: 0, importance: 'low', doc: 'Level.' } }),
    async start(_, context) {
      script.context = context
      script.events.push('start')
      await script.start()
      return {
        stop: async () => {
          script.events.push('stop')
          await script.stop()
        },
      }
    },
    tasks: () => script.configs,
    openTask(settings, { task, signal }): SourceTask {
      script.openTask(task)
      script.events.push(`open ${task} level ${settings.level}`)
      return { poll: () => script.poll(task, signal), stop: () => void script.events.push(`stop ${task}`) }
    },
  })

const sinkOf = (script: Script) =>
  defineSink({
    kind: 'sink',
    className: 'com.acme.ScriptedSink',
    taskClassName: 'com.acme.ScriptedSinkTask',
    version: '1.2',
    doc: 'Does nothing.',
    config: defineConfig({}),
    openTask: () => ({ put: () => undefined, stop: () => void script.events.push('stop 0') }),
  })

export const startHerder = (more: Partial<Script> = {}, worker: RawConfig = {}, extra: Partial<HerderParts> = {}) => {
  const script: Script = {
    events: [],
    start: () => undefined,
    stop: () => undefined,
    configs: [{ level: '1' }],
    openTask: () => undefined,
    poll: idle,
    context: undefined,
    ...more,
  }
  const definition = connectorOf(script)
  const raw: RawConfig = {
    'bootstrap.servers': '127.0.0.1:1',
    'key.converter': 'JsonConverter',
    'value.converter': 'JsonConverter',
    'header.converter': 'JsonConverter',
    'offset.storage.file.filename': '/nowhere/offsets',
    ...worker,
  }
  const catalog = pluginCatalog([
    ...standInRows,
    { kind: 'source', className: definition.className, version: '1.2', load: async () => definition as never },
    { kind: 'sink', className: 'com.acme.ScriptedSink', version: '1.2', load: async () => sinkOf(script) as never },
  ])
  const log = new FakeLogger()
  const failures: string[] = []
  const parts = {
    settings: parseWorkerSettings(raw).settings,
    raw,
    catalog,
    offsets: { get: () => undefined, entries: () => [], set: async () => undefined },
    resolve: async (config: RawConfig) => config,
    logFor: () => log,
    status: createStatusBoard(),
    counts: new Map(),
    activeTopics: new Map(),
    warnOnce: () => undefined,
    onTaskFailed: (connector: string, task: number) => void failures.push(`${connector}-${task}`),
    ...extra,
    validate: (config: RawConfig) =>
      validateConnector(config, {
        catalog,
        workerConverters: {
          key: { className: 'JsonConverter', version: null },
          value: { className: 'JsonConverter', version: null },
          header: { className: 'JsonConverter', version: null },
        },
        overridePolicy: overridePolicy(raw),
        resolve: (given) => given,
      }),
  }
  const herder = createHerder(parts as unknown as HerderParts)
  after(() => within(herder.shutdown(), 20_000, 'the shutdown'))
  const states = (name = 'c') => {
    const { connector, tasks } = herder.status(name)
    return [connector.state, ...tasks.map(({ state }) => state)].join(' ')
  }
  const until = (expected: string) => waitUntil(() => states() === expected, { what: expected, ...soon })
  return { herder, script, log, failures, states, until, events: script.events }
}

export const CONFIG: RawConfig = { name: 'c', 'connector.class': 'com.acme.ScriptedSource', 'tasks.max': '4' }
