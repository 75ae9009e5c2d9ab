import type { RawConfig } from '../config/define.ts'
import { restoreVariables } from '../config/variables.ts'
import { type ConnectorInstance, createConnectorInstance, type TargetState } from './connector-instance.ts'
import {
  alterConnectorOffsets,
  type ConnectorOffsetParts,
  connectorOffsetParts,
  readConnectorOffsets,
  resetConnectorOffsets,
} from './connector-offsets.ts'
import { connectorNotFound, HerderError, mustBeStopped } from './herder-error.ts'
import type { ConnectorOffset } from './sink-offset-change.ts'
import { sinkTask } from './sink-task.ts'
import { sourceTask } from './source-task.ts'
import { startTask, type Task } from './task.ts'
import type { State, Status } from './task-status.ts'
import { traceOf } from './trace.ts'
import { type ConnectorValidation, invalidConfigMessage } from './validate-connector.ts'
import type { WorkerParts } from './worker-parts.ts'

export interface ConnectorInfo {
  readonly name: string
  readonly config: RawConfig
  readonly tasks: readonly { readonly connector: string; readonly task: number }[]
  readonly type: 'source' | 'sink'
}

export interface ConnectorStatus {
  readonly connector: Status
  readonly tasks: readonly (Status & { readonly id: number })[]
  readonly type: 'source' | 'sink'
}

/** A map of what runs, and the verbs on it. Verbs run one after the other; every error is a {@link HerderError} or the connector's own. */
export interface Herder {
  names(): readonly string[]
  info(name: string): ConnectorInfo
  status(name: string): ConnectorStatus
  /** Configs of the tasks, variables put back. */
  taskConfigs(name: string): readonly RawConfig[]
  create(name: string, config: RawConfig, target: TargetState): Promise<ConnectorInfo>
  /** Creates it, or stops it and starts it with the new config. */
  replace(name: string, config: RawConfig): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }>
  /** As `replace`, with the keys of `changes` put into the config there is; null takes a key out. */
  patch(name: string, changes: RawConfig): Promise<ConnectorInfo>
  remove(name: string): Promise<void>
  setTarget(name: string, target: TargetState): Promise<void>
  /** @returns the status with RESTARTING in place of what is restarted */
  restart(name: string, what: RestartScope): Promise<ConnectorStatus>
  restartTask(name: string, task: number): Promise<void>
  /** Topics that the connector has used since the process began or {@link Herder.resetTopics}; also of a deleted connector. */
  topics(name: string): readonly string[]
  resetTopics(name: string): void
  offsets(name: string): Promise<readonly ConnectorOffset[]>
  /** Takes a stopped connector. @returns a sentence for the user */
  alterOffsets(name: string, changes: readonly ConnectorOffset[]): Promise<string>
  resetOffsets(name: string): Promise<string>
  /** Resolves when the verbs before it are done: whether the herder still gets anywhere. */
  turn(): Promise<void>
  shutdown(): Promise<void>
}

export interface HerderParts extends WorkerParts {
  readonly validate: (config: RawConfig) => Promise<ConnectorValidation>
  /** Hears of every task that fails. */
  readonly onTaskFailed?: (connector: string, task: number, error: unknown) => void
}

export interface RestartScope {
  /** Also the tasks. */
  readonly tasks: boolean
  /** Only what is FAILED. */
  readonly onlyFailed: boolean
}

interface Entry {
  readonly name: string
  /** As given, variables and all. */
  config: RawConfig
  target: TargetState
  instance: ConnectorInstance
  taskConfigs: readonly RawConfig[]
  tasks: Task[]
}

export const createHerder = (parts: HerderParts): Herder => {
  const { settings, status, logFor } = parts
  const entries = new Map<string, Entry>()
  let last: Promise<unknown> = Promise.resolve()
  let closing = false

  /** One verb at a time, in the order of the calls. */
  const serially = <T>(verb: () => Promise<T>): Promise<T> => {
    const turn = last.then(verb)
    last = turn.catch(() => undefined)
    return turn
  }

  const entryOf = (name: string): Entry => {
    const entry = entries.get(name)
    if (entry === undefined) throw connectorNotFound(name)
    return entry
  }

  const infoOf = ({ name, config, taskConfigs, instance }: Entry): ConnectorInfo => ({
    name,
    config,
    tasks: taskConfigs.map((_, task) => ({ connector: name, task })),
    type: instance.definition.kind,
  })

  const checked = async (config: RawConfig): Promise<ConnectorValidation> => {
    const validation = await parts.validate(config)
    if (validation.errorCount > 0) throw new HerderError(400, invalidConfigMessage(validation))
    for (const warning of validation.warnings) logFor(`${config['name']}|worker`).warn(warning)
    return validation
  }

  const instanceOf = (name: string, { connector, resolved }: ConnectorValidation): ConnectorInstance =>
    createConnectorInstance({
      name,
      definition: connector!.definition,
      version: connector!.row.version,
      config: resolved,
      status,
      offsets: parts.offsets,
      log: logFor(`${name}|worker`),
      onReconfigure: () => {
        void serially(async () => {
          const entry = entries.get(name)
          if (entry?.instance.state === 'STARTED' && entry.target === 'STARTED') await renewTasks(entry, false)
        }).catch((error: unknown) => logFor(`${name}|worker`).error('Reconfiguring the tasks failed', { error }))
      },
    })

  /** Computes the task configs and, when they changed (or `always`), replaces the tasks. */
  const renewTasks = async (entry: Entry, always: boolean): Promise<void> => {
    const configs = await entry.instance.taskConfigs()
    if (!always && sameConfigs(configs, entry.taskConfigs)) return
    await stopTasks(entry)
    status.removeTasks(entry.name)
    entry.taskConfigs = configs
    entry.tasks = configs.map((_, index) => openTask(entry, index))
  }

  const openTask = (entry: Entry, index: number): Task => {
    const { name, instance } = entry
    const { definition } = instance
    const common = { connector: name, index, connectorConfig: instance.config, taskConfig: entry.taskConfigs[index]! }
    return startTask({
      connector: name,
      index,
      version: instance.version,
      paused: entry.target === 'PAUSED',
      status,
      log: logFor(`${name}|task-${index}`),
      onFailed: (error) => parts.onTaskFailed?.(name, index, error),
      body: (life) =>
        definition.kind === 'source'
          ? sourceTask(life, { ...common, definition }, parts)
          : sinkTask(life, { ...common, definition }, parts),
    })
  }

  /** All together, within `task.shutdown.graceful.timeout.ms`. */
  const stopTasks = async (entry: Entry): Promise<void> => {
    const { tasks } = entry
    entry.tasks = []
    for (const task of tasks) task.stop()
    const deadline = performance.now() + settings['task.shutdown.graceful.timeout.ms']
    await Promise.all(tasks.map((task) => task.awaitStop(Math.max(0, deadline - performance.now()))))
    for (const task of tasks) parts.counts.delete(`${task.connector}-${task.index}`)
  }

  const removeTasks = async (entry: Entry): Promise<void> => {
    await stopTasks(entry)
    entry.taskConfigs = []
    status.removeTasks(entry.name)
  }

  /** Brings instance and tasks to the target state; `always`: also tasks whose config stayed the same. */
  const bringTo = async (entry: Entry, always: boolean): Promise<void> => {
    const { target, instance } = entry
    if (target === 'STOPPED') {
      await removeTasks(entry)
      await instance.transition(target)
      return
    }
    await instance.transition(target)
    if (target === 'PAUSED') for (const task of entry.tasks) task.pause()
    else {
      for (const task of entry.tasks) task.resume()
      await renewTasks(entry, always)
    }
  }

  const start = async (entry: Entry): Promise<void> => {
    try {
      await bringTo(entry, true)
    } catch (error) {
      if (status.connector(entry.name)?.state !== 'FAILED') {
        status.setConnector(entry.name, 'FAILED', entry.instance.version, traceOf(error))
      }
      throw error
    }
  }

  const add = async (name: string, config: RawConfig, target: TargetState): Promise<ConnectorInfo> => {
    const validation = await checked(config)
    const entry: Entry = { name, config, target, instance: instanceOf(name, validation), taskConfigs: [], tasks: [] }
    entries.set(name, entry)
    await start(entry)
    return infoOf(entry)
  }

  /** Stops it and starts it with the new config. */
  const change = async (entry: Entry, config: RawConfig): Promise<ConnectorInfo> => {
    const validation = await checked(config)
    await entry.instance.shutdown()
    entry.config = config
    entry.instance = instanceOf(entry.name, validation)
    await start(entry)
    return infoOf(entry)
  }

  const statusOf = ({ name, instance }: Entry): ConnectorStatus => ({
    connector: status.connector(name) ?? { state: 'UNASSIGNED', version: instance.version, since: Date.now() },
    tasks: [...status.tasks(name)].map(([id, task]) => ({ id, ...task })).sort((a, b) => a.id - b.id),
    type: instance.definition.kind,
  })

  const offsetParts = ({ name, instance }: Entry): ConnectorOffsetParts =>
    connectorOffsetParts(name, instance.definition, instance.config, parts)

  const stoppedEntry = (name: string): Entry => {
    const entry = entryOf(name)
    if (entry.target !== 'STOPPED' || entry.taskConfigs.length > 0) throw mustBeStopped(name)
    return entry
  }

  const shutdownEntry = async (entry: Entry): Promise<void> => {
    await stopTasks(entry)
    await entry.instance.shutdown()
  }

  return {
    names: () => [...entries.keys()],
    info: (name) => infoOf(entryOf(name)),
    status: (name) => statusOf(entryOf(name)),
    taskConfigs(name) {
      const entry = entryOf(name)
      return entry.taskConfigs.map((config) => restoreVariables(config, entry.config))
    },
    create: (name, config, target) =>
      serially(async () => {
        if (closing) throw new HerderError(500, 'The worker is shutting down')
        if (entries.has(name)) throw new HerderError(409, `Connector ${name} already exists`)
        return add(name, config, target)
      }),
    replace: (name, config) =>
      serially(async () => {
        const entry = entries.get(name)
        if (entry === undefined) return { created: true, info: await add(name, config, 'STARTED') }
        return { created: false, info: await change(entry, config) }
      }),
    patch: (name, changes) =>
      serially(async () => {
        const entry = entryOf(name)
        const config = Object.entries({ ...entry.config, ...changes }).filter(([key]) => changes[key] !== null)
        return change(entry, Object.fromEntries(config))
      }),
    remove: (name) =>
      serially(async () => {
        const entry = entryOf(name)
        await shutdownEntry(entry)
        entries.delete(name)
        status.removeConnector(name)
      }),
    setTarget: (name, target) =>
      serially(async () => {
        const entry = entryOf(name)
        if (entry.target === target) return
        entry.target = target
        await bringTo(entry, false)
      }),
    restart: (name, { tasks: withTasks, onlyFailed }) =>
      serially(async () => {
        const entry = entryOf(name)
        const wanted = (state: State | undefined): boolean => !onlyFailed || state === 'FAILED'
        const restartsInstance = wanted(status.connector(name)?.state)
        const indexes = withTasks
          ? [...status.tasks(name)].filter(([, task]) => wanted(task.state)).map(([id]) => id)
          : []
        markRestarting(entry, restartsInstance && (withTasks || onlyFailed), indexes)
        const planned = statusOf(entry)
        await stopSome(entry, indexes)
        if (restartsInstance) {
          await entry.instance.shutdown()
          entry.instance = instanceOf(name, await checked(entry.config))
          await start(entry).catch((error: unknown) => {
            if (!withTasks) throw error
          })
        }
        for (const index of indexes) entry.tasks[index] ??= openTask(entry, index)
        return planned
      }),
    restartTask: (name, index) =>
      serially(async () => {
        const entry = entryOf(name)
        if (index < 0 || index >= entry.taskConfigs.length)
          throw new HerderError(404, `Task ${name}-${index} not found`)
        await stopSome(entry, [index])
        entry.tasks[index] = openTask(entry, index)
      }),
    topics: (name) => [...(parts.activeTopics.get(name) ?? [])],
    resetTopics: (name) => void parts.activeTopics.delete(name),
    offsets: async (name) => readConnectorOffsets(offsetParts(entryOf(name))),
    alterOffsets: (name, changes) =>
      serially(async () => alterConnectorOffsets(offsetParts(stoppedEntry(name)), changes)),
    resetOffsets: (name) => serially(async () => resetConnectorOffsets(offsetParts(stoppedEntry(name)))),
    turn: () => serially(async () => undefined),
    shutdown() {
      closing = true
      return serially(async () => {
        for (const entry of entries.values()) await shutdownEntry(entry)
      })
    },
  }

  function markRestarting(entry: Entry, instance: boolean, indexes: readonly number[]): void {
    const { name } = entry
    const mark = (task: number | null, before: Status | undefined): void => {
      if (task === null) status.setConnector(name, 'RESTARTING', before?.version ?? null, before?.trace)
      else status.setTask(name, task, 'RESTARTING', before?.version ?? null, before?.trace)
    }
    if (instance) mark(null, status.connector(name))
    for (const index of indexes) mark(index, status.task(name, index))
  }

  async function stopSome(entry: Entry, indexes: readonly number[]): Promise<void> {
    const stopped = indexes.map((index) => entry.tasks[index]).filter((task) => task !== undefined)
    for (const task of stopped) task.stop()
    const deadline = performance.now() + settings['task.shutdown.graceful.timeout.ms']
    await Promise.all(stopped.map((task) => task.awaitStop(Math.max(0, deadline - performance.now()))))
    for (const index of indexes) delete entry.tasks[index]
  }
}

const sameConfigs = (left: readonly RawConfig[], right: readonly RawConfig[]): boolean =>
  left.length === right.length && left.every((config, i) => sameConfig(config, right[i]!))

const sameConfig = (left: RawConfig, right: RawConfig): boolean => {
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key])
}
