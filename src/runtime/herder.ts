import type { RawConfig } from '../config/define.ts'
import { restoreVariables } from '../config/variables.ts'
import type { ConnectorStore } from '../storage/connector-store.ts'
import { createTaskKeeper, type Entry } from './connector-entry.ts'
import type { TargetState } from './connector-instance.ts'
import { type CreateOptions, createConnectorLife } from './connector-life.ts'
import {
  alterConnectorOffsets,
  type ConnectorOffsetParts,
  connectorOffsetParts,
  readConnectorOffsets,
  resetConnectorOffsets,
} from './connector-offsets.ts'
import { createConnectorQueues, type VerbUnderWay } from './connector-queues.ts'
import { type ConnectorInfo, type ConnectorStatus, createConnectorReports } from './connector-report.ts'
import { connectorNotFound, HerderError, mustBeStopped } from './herder-error.ts'
import { createKeptConnectors } from './keep-connectors.ts'
import { createInstanceMaker } from './make-instance.ts'
import { createSelfRestarts } from './restart-by-itself.ts'
import { createRequestedRestarts, type RestartScope } from './restart-on-request.ts'
import { createRestarts, type RestartTiming } from './restarts.ts'
import type { ConnectorOffset } from './sink-offset-change.ts'
import type { ConnectorTaskParts } from './start-connector-task.ts'
import type { ConnectorValidation } from './validate-connector.ts'
import { settledWithin } from './wait.ts'

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

/** How long a shutdown waits for the verb under way. */
const VERB_WAIT_MS = 30_000

export const createHerder = (parts: HerderParts): Herder => {
  const { settings, status, logFor } = parts
  const entries = new Map<string, Entry>()
  const queues = createConnectorQueues()
  const restarts = createRestarts(parts.restartTiming)
  const kept = createKeptConnectors(parts.store, logFor('worker'))
  const reports = createConnectorReports({
    ...{ status, restarts, counts: parts.counts },
    stuckAfterMs: settings['task.stuck.after.ms'],
  })
  const closing = new AbortController()

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
  const onFailed = (name: string, error: unknown): void => failed(name, null, error)
  const instances = createInstanceMaker(parts, {
    onFailed,
    onReconfigure: (name) =>
      void queues
        .run(name, 'reconfigure', () => renewTasks(name))
        .catch((error: unknown) => logFor(`${name}|worker`).error('Reconfiguring the tasks failed', { error })),
  })
  const life = createConnectorLife({ ...parts, entries, instances, tasks, restarts, kept, onFailed })
  const failed = createSelfRestarts({
    ...{ entries, settings, status, logFor, queues, restarts, life, tasks },
    closing: closing.signal,
    onFailure: parts.onFailure,
  })
  const requested = createRequestedRestarts({ status, restarts, instances, life, tasks, reports })

  const renewTasks = async (name: string): Promise<void> => {
    const entry = closing.signal.aborted ? undefined : entries.get(name)
    if (entry?.instance.state === 'STARTED' && entry.target === 'STARTED') await tasks.renew(entry)
  }

  /** One verb at a time on a connector, in the order of the calls. */
  const serially = <T>(name: string, verb: string, work: () => Promise<T>): Promise<T> =>
    queues.run(name, verb, async () => {
      if (closing.signal.aborted) throw new HerderError(500, 'The worker is shutting down')
      return work()
    })

  const entryOf = (name: string): Entry => {
    const entry = entries.get(name)
    if (entry === undefined) throw connectorNotFound(name)
    return entry
  }

  const stoppedEntry = (name: string): Entry => {
    const entry = entryOf(name)
    if (entry.target !== 'STOPPED' || entry.taskConfigs.length > 0) throw mustBeStopped(name)
    return entry
  }

  const offsetParts = ({ name, instance }: Entry): ConnectorOffsetParts =>
    connectorOffsetParts(name, instance.definition, instance.config, parts)

  const change = async (entry: Entry, config: RawConfig): Promise<ConnectorInfo> => {
    await life.change(entry, config)
    return reports.info(entry)
  }

  const create = async (...of: Parameters<Herder['create']>): Promise<ConnectorInfo> =>
    reports.info(await life.add(...of))

  return {
    names: () => [...entries.keys()],
    info: (name) => reports.info(entryOf(name)),
    status: (name) => reports.status(entryOf(name)),
    className: (name) => entryOf(name).instance.definition.className,
    taskConfigs(name) {
      const entry = entryOf(name)
      return entry.taskConfigs.map((config) => restoreVariables(config, entry.config))
    },
    create: (name, config, target, options) => serially(name, 'create', () => create(name, config, target, options)),
    replace: (name, config) =>
      serially(name, 'change', async () => {
        const entry = entries.get(name)
        if (entry === undefined) return { created: true, info: await create(name, config, 'STARTED') }
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
        await life.end(entry)
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
        await life.aim(entry, target)
        throwFirst(stored)
      }),
    restart: (name, scope) => serially(name, 'restart', async () => requested.restart(entryOf(name), scope)),
    restartTask: (name, task) =>
      serially(name, 'restart a task', async () => requested.restartTask(entryOf(name), task)),
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
      closing.abort()
      restarts.close()
      // A verb that hangs in somebody's connector must not keep the others from being stopped in order.
      await Promise.all(
        [...new Set([...entries.keys(), ...queues.busy()])].map(async (name) => {
          await settledWithin(queues.settled(name), VERB_WAIT_MS)
          const entry = entries.get(name)
          if (entry !== undefined) await life.end(entry)
        }),
      )
    },
  }
}

const throwFirst = (results: readonly PromiseSettledResult<unknown>[]): void => {
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
