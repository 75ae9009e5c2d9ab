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
import { sameConfig, sameConfigs } from './same-config.ts'
import type { ConnectorOffset } from './sink-offset-change.ts'
import { type ConnectorTaskParts, startConnectorTask, stopTogether } from './start-connector-task.ts'
import type { Task } from './task.ts'
import type { State, Status } from './task-status.ts'
import { traceOf } from './trace.ts'
import { type ConnectorValidation, invalidConfigMessage, problemsOf } from './validate-connector.ts'
import { settledWithin } from './wait.ts'

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

export interface HerderParts extends ConnectorTaskParts {
  readonly validate: (config: RawConfig) => Promise<ConnectorValidation>
}

export interface RestartScope {
  /** Also the tasks. */
  readonly tasks: boolean
  /** Only what is FAILED. */
  readonly onlyFailed: boolean
}

/** How long a shutdown waits for the verb under way. */
const VERB_WAIT_MS = 30_000

interface Entry {
  readonly name: string
  /** As given, variables and all. */
  config: RawConfig
  target: TargetState
  instance: ConnectorInstance
  taskConfigs: readonly RawConfig[]
  /** The connector's config, resolved, that the tasks were made for; undefined: there are none. */
  tasksFor: RawConfig | undefined
  /** By index. */
  readonly tasks: Map<number, Task>
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
    if (validation.errorCount > 0) {
      throw new HerderError(400, invalidConfigMessage(validation), { problems: problemsOf(validation) })
    }
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
      topicCreation: settings['topic.creation.enable'],
      log: logFor(`${name}|worker`),
      onReconfigure: () => {
        void serially(async () => {
          const entry = closing ? undefined : entries.get(name)
          if (entry?.instance.state === 'STARTED' && entry.target === 'STARTED') await renewTasks(entry)
        }).catch((error: unknown) => logFor(`${name}|worker`).error('Reconfiguring the tasks failed', { error }))
      },
    })

  /** Computes the task configs and replaces the tasks when these, or the connector's config, have changed. */
  const renewTasks = async (entry: Entry): Promise<void> => {
    const configs = await entry.instance.taskConfigs()
    const { tasksFor, instance } = entry
    if (tasksFor && sameConfig(tasksFor, instance.config) && sameConfigs(configs, entry.taskConfigs)) return
    await stopTasks(entry)
    status.removeTasks(entry.name)
    entry.taskConfigs = configs
    entry.tasksFor = instance.config
    for (const index of configs.keys()) entry.tasks.set(index, openTask(entry, index))
  }

  const openTask = ({ name, instance, target, taskConfigs }: Entry, index: number): Task =>
    startConnectorTask({ name, index, instance, paused: target === 'PAUSED', taskConfig: taskConfigs[index]! }, parts)

  const stopTasks = async ({ tasks }: Entry, indexes: Iterable<number> = tasks.keys()): Promise<void> => {
    const stopped = [...indexes].flatMap((index) => tasks.get(index) ?? [])
    await stopTogether(stopped, settings['task.shutdown.graceful.timeout.ms'])
    for (const { connector, index } of stopped) {
      tasks.delete(index)
      parts.counts.delete(`${connector}-${index}`)
    }
  }

  const removeTasks = async (entry: Entry): Promise<void> => {
    await stopTasks(entry)
    entry.taskConfigs = []
    entry.tasksFor = undefined
    status.removeTasks(entry.name)
  }

  /** Brings instance and tasks to the target state. */
  const bringTo = async (entry: Entry): Promise<void> => {
    const { target, instance } = entry
    if (target === 'STOPPED') {
      await removeTasks(entry)
      await instance.transition(target)
      return
    }
    await instance.transition(target)
    if (target === 'PAUSED') for (const task of entry.tasks.values()) task.pause()
    else {
      for (const task of entry.tasks.values()) task.resume()
      await renewTasks(entry)
    }
  }

  const start = async (entry: Entry): Promise<void> => {
    try {
      await bringTo(entry)
    } catch (error) {
      if (status.connector(entry.name)?.state !== 'FAILED') {
        status.setConnector(entry.name, 'FAILED', entry.instance.version, traceOf(error))
      }
      throw error
    }
  }

  const add = async (name: string, config: RawConfig, target: TargetState): Promise<ConnectorInfo> => {
    const validation = await checked(config)
    if (entries.has(name)) throw new HerderError(409, `Connector ${name} already exists`)
    const entry: Entry = {
      name,
      config,
      target,
      instance: instanceOf(name, validation),
      taskConfigs: [],
      tasksFor: undefined,
      tasks: new Map(),
    }
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
        if (entry.instance.state !== 'FAILED' || target === 'STOPPED') return bringTo(entry)
        // A failed connector stays failed until it is restarted; its tasks do as they are told.
        logFor(`${name}|worker`).error(`Connector ${name} has failed: restart it`)
        for (const task of entry.tasks.values()) {
          if (target === 'PAUSED') task.pause()
          else task.resume()
        }
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
        await stopTasks(entry, indexes)
        if (restartsInstance) {
          await entry.instance.shutdown()
          entry.instance = instanceOf(name, await checked(entry.config))
          await start(entry).catch((error: unknown) => {
            if (!withTasks) throw error
          })
        }
        for (const index of indexes) {
          // There may be fewer tasks now.
          if (index < entry.taskConfigs.length && !entry.tasks.has(index))
            entry.tasks.set(index, openTask(entry, index))
        }
        return planned
      }),
    restartTask: (name, index) =>
      serially(async () => {
        const entry = entryOf(name)
        if (index < 0 || index >= entry.taskConfigs.length)
          throw new HerderError(404, `Task ${name}-${index} not found`)
        await stopTasks(entry, [index])
        entry.tasks.set(index, openTask(entry, index))
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
      // A verb that hangs in somebody's connector must not keep the others from being stopped in order.
      last = settledWithin(last, VERB_WAIT_MS).then(async () => {
        for (const entry of entries.values()) await shutdownEntry(entry)
      })
      return last.then(() => undefined)
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
}
