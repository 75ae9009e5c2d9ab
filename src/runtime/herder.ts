import type { RawConfig } from '../config/define.ts'
import { restartSettings } from '../config/restart-settings.ts'
import { restoreVariables } from '../config/variables.ts'
import type { ConnectorStore } from '../storage/connector-store.ts'
import { createTaskKeeper, type Entry } from './connector-entry.ts'
import { type ConnectorInstance, createConnectorInstance, type TargetState } from './connector-instance.ts'
import {
  alterConnectorOffsets,
  type ConnectorOffsetParts,
  connectorOffsetParts,
  readConnectorOffsets,
  resetConnectorOffsets,
  setInitialOffsets,
} from './connector-offsets.ts'
import { createConnectorQueues, type VerbUnderWay } from './connector-queues.ts'
import { connectorNotFound, HerderError, mustBeStopped } from './herder-error.ts'
import { createKeptConnectors } from './keep-connectors.ts'
import { createRestarts, type RestartNote, type RestartTiming } from './restarts.ts'
import type { ConnectorOffset } from './sink-offset-change.ts'
import type { ConnectorTaskParts } from './start-connector-task.ts'
import { type Stuck, stuckIn } from './task-calls.ts'
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

/** A state; under a policy that restarts what was and will be restarted; and the call that has not returned for too long. */
export type RestartableStatus = Status & { readonly restarts?: RestartNote; readonly stuck?: Stuck }

export interface ConnectorStatus {
  readonly connector: RestartableStatus
  readonly tasks: readonly (RestartableStatus & { readonly id: number })[]
  readonly type: 'source' | 'sink'
}

/**
 * A map of what runs, and the verbs on it. Verbs on one connector run one after the other, those on different ones side by
 * side; every error is a {@link HerderError} or the connector's own.
 */
export interface Herder {
  names(): readonly string[]
  info(name: string): ConnectorInfo
  status(name: string): ConnectorStatus
  /** JVM class of the connector. */
  className(name: string): string
  /** Configs of the tasks, variables put back. */
  taskConfigs(name: string): readonly RawConfig[]
  create(name: string, config: RawConfig, target: TargetState, options?: CreateOptions): Promise<ConnectorInfo>
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
  /** Verbs that have begun and not ended, one a connector at most. */
  underWay(): readonly VerbUnderWay[]
  shutdown(): Promise<void>
}

export interface HerderParts extends ConnectorTaskParts {
  readonly validate: (config: RawConfig) => Promise<ConnectorValidation>
  /** Where connectors are kept beyond the life of the process; undefined: nowhere, as on the JVM. */
  readonly store?: ConnectorStore
  /** Hears of each connector (`task` null) and task that fails; `restartAt` null: it will not be restarted by itself. */
  readonly onFailure?: (connector: string, task: number | null, error: unknown, restartAt: number | null) => void
  readonly restartTiming?: RestartTiming
}

export interface CreateOptions {
  /**
   * Where the config comes from. `request` (default): it is stored; `file`: only the state that a user gives it later is,
   * and one stored before replaces `target`; `store`: it is stored already.
   */
  readonly origin?: 'request' | 'file' | 'store'
  /** Offsets to begin with, if none are stored for a connector of this name. */
  readonly initialOffsets?: readonly ConnectorOffset[]
}

export interface RestartScope {
  /** Also the tasks. */
  readonly tasks: boolean
  /** Only what is FAILED. */
  readonly onlyFailed: boolean
}

/** How long a shutdown waits for the verb under way. */
const VERB_WAIT_MS = 30_000

export const createHerder = (parts: HerderParts): Herder => {
  const { settings, status, logFor } = parts
  const entries = new Map<string, Entry>()
  const queues = createConnectorQueues()
  const restarts = createRestarts(parts.restartTiming)
  const kept = createKeptConnectors(parts.store, logFor('worker'))
  let closing = false

  /** One verb at a time on a connector, in the order of the calls. */
  const serially = <T>(name: string, verb: string, work: () => Promise<T>): Promise<T> =>
    queues.run(name, verb, async () => {
      if (closing) throw new HerderError(500, 'The worker is shutting down')
      return work()
    })

  const entryOf = (name: string): Entry => {
    const entry = entries.get(name)
    if (entry === undefined) throw connectorNotFound(name)
    return entry
  }

  const tasks = createTaskKeeper(
    {
      ...parts,
      onTaskFailed(connector, task, error) {
        parts.onTaskFailed?.(connector, task, error)
        failed(connector, task, error)
      },
    },
    (connector) => restarts.cancelTasks(connector),
  )

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
      onFailed: (error) => failed(name, null, error),
      onReconfigure: () => {
        void queues
          .run(name, 'reconfigure', async () => {
            const entry = closing ? undefined : entries.get(name)
            if (entry?.instance.state === 'STARTED' && entry.target === 'STARTED') await tasks.renew(entry)
          })
          .catch((error: unknown) => logFor(`${name}|worker`).error('Reconfiguring the tasks failed', { error }))
      },
    })

  /** Plans a restart where the policy wants one. */
  function failed(name: string, task: number | null, error: unknown): void {
    const entry = entries.get(name)
    if (entry === undefined || closing) return
    const policy = restartSettings(entry.instance.config, settings)
    const again = () => queues.run(name, 'restart by itself', () => restartItself(name, task))
    const plan = restarts.failed({ connector: name, task }, error, policy, again)
    const what = task === null ? `Connector ${name}` : `Task ${name}-${task}`
    if (plan.reason !== undefined) logFor(`${name}|worker`).warn(`${what} has failed and ${plan.reason}`)
    parts.onFailure?.(name, task, error, plan.nextAt)
  }

  const restartItself = async (name: string, task: number | null): Promise<void> => {
    const entry = closing ? undefined : entries.get(name)
    const now = task === null ? status.connector(name) : status.task(name, task)
    if (entry?.target !== 'STARTED' || now?.state !== 'FAILED') return
    if (task === null) {
      logFor(`${name}|worker`).info(`Restarting connector ${name}`)
      await renewInstance(entry)
    } else if (task < entry.taskConfigs.length) {
      logFor(`${name}|worker`).info(`Restarting task ${name}-${task}`)
      await tasks.stop(entry, [task])
      tasks.open(entry, task)
    }
  }

  /** Brings instance and tasks to the target state. */
  const bringTo = async (entry: Entry): Promise<void> => {
    const { target, instance } = entry
    if (target === 'STOPPED') {
      await tasks.remove(entry)
      await instance.transition(target)
      return
    }
    await instance.transition(target)
    if (target === 'PAUSED') for (const task of entry.tasks.values()) task.pause()
    else {
      for (const task of entry.tasks.values()) task.resume()
      await tasks.renew(entry)
    }
  }

  const start = async (entry: Entry): Promise<void> => {
    try {
      await bringTo(entry)
    } catch (error) {
      // What its own `start` threw has been told already.
      if (status.connector(entry.name)?.state !== 'FAILED') {
        status.setConnector(entry.name, 'FAILED', entry.instance.version, traceOf(error))
        failed(entry.name, null, error)
      }
      throw error
    }
  }

  const renewInstance = async (entry: Entry): Promise<void> => {
    let validation: ConnectorValidation
    try {
      validation = await checked(entry.config)
    } catch (error) {
      failed(entry.name, null, error)
      throw error
    }
    await entry.instance.shutdown()
    entry.instance = instanceOf(entry.name, validation)
    await start(entry)
  }

  const add = async (
    name: string,
    config: RawConfig,
    wanted: TargetState,
    { origin = 'request', initialOffsets = [] }: CreateOptions = {},
  ): Promise<ConnectorInfo> => {
    const validation = await checked(config)
    if (entries.has(name)) throw new HerderError(409, `Connector ${name} already exists`)
    const instance = instanceOf(name, validation)
    if (initialOffsets.length > 0) {
      const parted = connectorOffsetParts(name, instance.definition, instance.config, parts)
      await setInitialOffsets(parted, initialOffsets, logFor(`${name}|worker`))
    }
    const target = origin === 'file' ? await kept.ofFile(name, config, wanted) : wanted
    if (origin === 'request') await kept.put({ name, config, target })
    const fromFile = origin === 'file'
    const entry: Entry = {
      ...{ name, config, target, fromFile, instance },
      taskConfigs: [],
      tasksFor: undefined,
      tasks: new Map(),
    }
    restarts.forget(name)
    if (target !== 'STARTED') restarts.hold(name)
    entries.set(name, entry)
    await start(entry)
    return infoOf(entry)
  }

  /** Stops it and starts it with the new config. */
  const change = async (entry: Entry, config: RawConfig): Promise<ConnectorInfo> => {
    const { name, target } = entry
    const validation = await checked(config)
    await kept.put({ name, config, target })
    entry.fromFile = false
    restarts.forget(name)
    if (target !== 'STARTED') restarts.hold(name)
    await entry.instance.shutdown()
    entry.config = config
    entry.instance = instanceOf(name, validation)
    await start(entry)
    return infoOf(entry)
  }

  const changeTarget = async (entry: Entry, target: TargetState): Promise<void> => {
    const { name } = entry
    entry.target = target
    if (target === 'STOPPED') restarts.cancel(name)
    if (target === 'STARTED') restarts.release(name)
    else restarts.hold(name)
    if (entry.instance.state !== 'FAILED' || target === 'STOPPED') return bringTo(entry)
    // A failed connector stays failed until it is restarted; its tasks do as they are told.
    logFor(`${name}|worker`).error(`Connector ${name} has failed: restart it`)
    for (const task of entry.tasks.values()) {
      if (target === 'PAUSED') task.pause()
      else task.resume()
    }
  }

  const noted = (name: string, task: number | null, state: Status): RestartableStatus => {
    const note = restarts.note(name, task)
    const stuck = stuckOf(name, task)
    if (note === undefined && stuck === undefined) return state
    return { ...state, ...(note === undefined ? {} : { restarts: note }), ...(stuck === undefined ? {} : { stuck }) }
  }

  const stuckOf = (name: string, task: number | null): Stuck | undefined => {
    const mark = entries.get(name)?.instance.mark
    const calls = parts.counts.get(`${name}-${task}`)?.calls
    const marks =
      task === null ? (mark === undefined ? [] : [mark]) : calls === undefined ? [] : [calls.loop, calls.commit]
    return stuckIn(marks, settings['task.stuck.after.ms'])
  }

  /** A task that hangs before it ever ran has no state yet, and would else not be seen at all. */
  const taskStates = (name: string, count: number): ReadonlyMap<number, Status> => {
    const states = new Map(status.tasks(name))
    for (let id = 0; id < count; id++) {
      const stuck = states.has(id) ? undefined : stuckOf(name, id)
      if (stuck !== undefined) states.set(id, { state: 'UNASSIGNED', version: null, since: stuck.since })
    }
    return states
  }

  const statusOf = ({ name, instance, taskConfigs }: Entry): ConnectorStatus => ({
    connector: noted(
      name,
      null,
      status.connector(name) ?? { state: 'UNASSIGNED', version: instance.version, since: Date.now() },
    ),
    tasks: [...taskStates(name, taskConfigs.length)]
      .map(([id, task]) => ({ id, ...noted(name, id, task) }))
      .sort((a, b) => a.id - b.id),
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
    await tasks.stop(entry)
    await entry.instance.shutdown()
  }

  return {
    names: () => [...entries.keys()],
    info: (name) => infoOf(entryOf(name)),
    status: (name) => statusOf(entryOf(name)),
    className: (name) => entryOf(name).instance.definition.className,
    taskConfigs(name) {
      const entry = entryOf(name)
      return entry.taskConfigs.map((config) => restoreVariables(config, entry.config))
    },
    create: (name, config, target, options) => serially(name, 'create', () => add(name, config, target, options)),
    replace: (name, config) =>
      serially(name, 'change', async () => {
        const entry = entries.get(name)
        if (entry === undefined) return { created: true, info: await add(name, config, 'STARTED') }
        return { created: false, info: await change(entry, config) }
      }),
    patch: (name, changes) =>
      serially(name, 'change', async () => {
        const entry = entryOf(name)
        const config = Object.entries({ ...entry.config, ...changes }).filter(([key]) => changes[key] !== null)
        return change(entry, Object.fromEntries(config))
      }),
    remove: (name) =>
      serially(name, 'remove', async () => {
        // One that is stored and could not be started is not there, but can be got rid of.
        if (!entries.has(name) && kept.has(name)) return kept.remove(name)
        const entry = entryOf(name)
        // Stored first, so that a connector that hangs in its stop does not come back; done whether stored or not.
        const stored = await Promise.allSettled([kept.remove(name)])
        restarts.forget(name)
        await shutdownEntry(entry)
        entries.delete(name)
        status.removeConnector(name)
        throwFirst(stored)
      }),
    setTarget: (name, target) =>
      serially(name, target === 'STARTED' ? 'resume' : target === 'PAUSED' ? 'pause' : 'stop', async () => {
        const entry = entryOf(name)
        if (entry.target === target) return
        const config = entry.fromFile ? null : entry.config
        const stored = await Promise.allSettled([kept.put({ name, target, config })])
        await changeTarget(entry, target)
        throwFirst(stored)
      }),
    restart: (name, { tasks: withTasks, onlyFailed }) =>
      serially(name, 'restart', async () => {
        const entry = entryOf(name)
        const wanted = (state: State | undefined): boolean => !onlyFailed || state === 'FAILED'
        const restartsInstance = wanted(status.connector(name)?.state)
        const indexes = withTasks
          ? [...status.tasks(name)].filter(([, task]) => wanted(task.state)).map(([id]) => id)
          : []
        // Asked first: a config that does not hold any more leaves everything as it is.
        const validation = restartsInstance ? await checked(entry.config) : undefined
        if (restartsInstance) restarts.cancel(name, null)
        for (const index of indexes) restarts.cancel(name, index)
        markRestarting(entry, restartsInstance && (withTasks || onlyFailed), indexes)
        const planned = statusOf(entry)
        await tasks.stop(entry, indexes)
        if (validation !== undefined) {
          await entry.instance.shutdown()
          entry.instance = instanceOf(name, validation)
          await start(entry).catch((error: unknown) => {
            if (!withTasks) throw error
          })
        }
        for (const index of indexes) {
          // There may be fewer tasks now.
          if (index < entry.taskConfigs.length && !entry.tasks.has(index)) tasks.open(entry, index)
        }
        return planned
      }),
    restartTask: (name, index) =>
      serially(name, 'restart a task', async () => {
        const entry = entryOf(name)
        if (index < 0 || index >= entry.taskConfigs.length)
          throw new HerderError(404, `Task ${name}-${index} not found`)
        restarts.cancel(name, index)
        await tasks.stop(entry, [index])
        tasks.open(entry, index)
      }),
    topics: (name) => [...(parts.activeTopics.get(name) ?? [])],
    resetTopics: (name) => void parts.activeTopics.delete(name),
    offsets: async (name) => readConnectorOffsets(offsetParts(entryOf(name))),
    alterOffsets: (name, changes) =>
      serially(name, 'change offsets', async () => alterConnectorOffsets(offsetParts(stoppedEntry(name)), changes)),
    resetOffsets: (name) =>
      serially(name, 'reset offsets', async () => resetConnectorOffsets(offsetParts(stoppedEntry(name)))),
    turn: async () => void (await Promise.all(queues.busy().map((name) => queues.settled(name)))),
    underWay: () => queues.underWay(),
    async shutdown() {
      closing = true
      restarts.close()
      // A verb that hangs in somebody's connector must not keep the others from being stopped in order.
      await Promise.all(
        [...new Set([...entries.keys(), ...queues.busy()])].map(async (name) => {
          await settledWithin(queues.settled(name), VERB_WAIT_MS)
          const entry = entries.get(name)
          if (entry !== undefined) await shutdownEntry(entry)
        }),
      )
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

const throwFirst = (results: readonly PromiseSettledResult<unknown>[]): void => {
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
