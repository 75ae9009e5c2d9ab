import type { RawConfig } from '../config/define.ts'
import type { Entry, TaskKeeper } from './connector-entry.ts'
import type { ConnectorInstance, TargetState } from './connector-instance.ts'
import { connectorOffsetParts, setInitialOffsets } from './connector-offsets.ts'
import { HerderError } from './herder-error.ts'
import type { KeptConnectors } from './keep-connectors.ts'
import type { InstanceMaker } from './make-instance.ts'
import type { Restarts } from './restarts.ts'
import type { ConnectorOffset } from './sink-offset-change.ts'
import { traceOf } from './trace.ts'
import type { ConnectorValidation } from './validate-connector.ts'
import type { WorkerParts } from './worker-parts.ts'

export interface CreateOptions {
  /**
   * Where the config comes from. `request` (default): it is stored; `file`: only the state that a user gives it later is,
   * and one stored before replaces `target`; `store`: it is stored already.
   */
  readonly origin?: 'request' | 'file' | 'store'
  /** Offsets to begin with, if none are stored for a connector of this name. */
  readonly initialOffsets?: readonly ConnectorOffset[]
}

/** How connectors come, change and go. Whoever calls sees to it that one thing at a time is done with a connector. */
export interface ConnectorLife {
  add(name: string, config: RawConfig, target: TargetState, options?: CreateOptions): Promise<Entry>
  /** Stops it and starts it with the new config. */
  change(entry: Entry, config: RawConfig): Promise<void>
  /** Brings it to another target state; one that has failed stays so, unless it is stopped. */
  aim(entry: Entry, target: TargetState): Promise<void>
  /** Replaces the instance; without `validation` its config is checked first. */
  renewInstance(entry: Entry, validation?: ConnectorValidation): Promise<void>
  /** Ends tasks and instance for good. */
  end(entry: Entry): Promise<void>
}

export interface LifeParts extends WorkerParts {
  readonly entries: Map<string, Entry>
  readonly instances: InstanceMaker
  readonly tasks: TaskKeeper
  readonly restarts: Restarts
  readonly kept: KeptConnectors
  /** Hears of failures to start that the instance itself has not told. */
  readonly onFailed: (name: string, error: unknown) => void
}

export const createConnectorLife = (parts: LifeParts): ConnectorLife => {
  const { entries, instances, tasks, restarts, kept, status, logFor, onFailed } = parts

  /** Brings instance and tasks to the target state. */
  const bringTo = async (entry: Entry): Promise<void> => {
    const { target, instance } = entry
    if (target === 'STOPPED') {
      await tasks.remove(entry)
      await instance.transition(target)
      return
    }
    await instance.transition(target)
    pauseOrResume(entry)
    if (target === 'STARTED') await tasks.renew(entry)
  }

  const start = async (entry: Entry): Promise<void> => {
    try {
      await bringTo(entry)
    } catch (error) {
      // What its own `start` threw has been told already.
      if (status.connector(entry.name)?.state !== 'FAILED') {
        status.setConnector(entry.name, 'FAILED', entry.instance.version, traceOf(error))
        onFailed(entry.name, error)
      }
      throw error
    }
  }

  /** As the JVM answers a request: why its own `start` threw is told by the connector's status. */
  const startOnRequest = async (entry: Entry): Promise<void> => {
    try {
      await start(entry)
    } catch (error) {
      if (entry.instance.state !== 'FAILED') throw error
      const message = `Failed to transition connector ${entry.name} to state ${entry.target}`
      throw new HerderError(500, message, { cause: error })
    }
  }

  const replaceInstance = async (
    entry: Entry,
    validation: ConnectorValidation,
    config = entry.config,
    startIt = start,
  ): Promise<void> => {
    await entry.instance.shutdown()
    entry.config = config
    entry.instance = instances.make(entry.name, validation)
    await startIt(entry)
  }

  /** Another connector now, or another config: earlier restarts do not count, and while it is not started none is made. */
  const beginRestartsAnew = (name: string, target: TargetState): void => {
    restarts.forget(name)
    if (target !== 'STARTED') restarts.hold(name)
  }

  return {
    async add(name, config, wanted, { origin = 'request', initialOffsets = [] } = {}) {
      const validation = await instances.check(config)
      if (entries.has(name)) throw new HerderError(409, `Connector ${name} already exists`)
      const instance = instances.make(name, validation)
      if (initialOffsets.length > 0) await writeOffsets(instance, name, initialOffsets)
      const target = origin === 'file' ? await kept.ofFile(name, config, wanted) : wanted
      if (origin === 'request') await kept.put({ name, config, target })
      const entry = newEntry(name, config, target, origin === 'file', instance)
      beginRestartsAnew(name, target)
      entries.set(name, entry)
      await (origin === 'request' ? startOnRequest : start)(entry)
      return entry
    },
    async change(entry, config) {
      const { name, target } = entry
      const validation = await instances.check(config)
      await kept.put({ name, config, target })
      entry.fromFile = false
      beginRestartsAnew(name, target)
      await replaceInstance(entry, validation, config, startOnRequest)
    },
    async aim(entry, target) {
      const { name } = entry
      entry.target = target
      if (target === 'STOPPED') restarts.cancel(name)
      if (target === 'STARTED') restarts.release(name)
      else restarts.hold(name)
      if (entry.instance.state !== 'FAILED' || target === 'STOPPED') return bringTo(entry)
      // A failed connector stays failed until it is restarted; its tasks do as they are told.
      logFor(`${name}|worker`).error(`Connector ${name} has failed: restart it`)
      pauseOrResume(entry)
    },
    async renewInstance(entry, validation) {
      await replaceInstance(entry, validation ?? (await checkAgain(entry)))
    },
    async end(entry) {
      await tasks.stop(entry)
      await entry.instance.shutdown()
    },
  }

  function writeOffsets(instance: ConnectorInstance, name: string, offsets: readonly ConnectorOffset[]): Promise<void> {
    const parted = connectorOffsetParts(name, instance.definition, instance.config, parts)
    return setInitialOffsets(parted, offsets, logFor(`${name}|worker`))
  }

  async function checkAgain(entry: Entry): Promise<ConnectorValidation> {
    try {
      return await instances.check(entry.config)
    } catch (error) {
      onFailed(entry.name, error)
      throw error
    }
  }
}

const pauseOrResume = ({ tasks, target }: Entry): void => {
  for (const task of tasks.values()) {
    if (target === 'PAUSED') task.pause()
    else task.resume()
  }
}

const newEntry = (
  name: string,
  config: RawConfig,
  target: TargetState,
  fromFile: boolean,
  instance: ConnectorInstance,
): Entry => ({
  ...{ name, config, target, fromFile, instance },
  taskConfigs: [],
  tasksFor: undefined,
  tasks: new Map(),
})
