import type { RawConfig } from '../config/define.ts'
import type { ConnectorDefinition } from '../plugin/connector.ts'
import type { ConnectorInstance } from './connector-instance.ts'
import { isolationOf } from './isolation/isolation-settings.ts'
import { watchConnector } from './loop-watch.ts'
import { sinkTask } from './sink-task.ts'
import { sourceTask } from './source-task.ts'
import { startTask, type Task } from './task.ts'
import type { WorkerParts } from './worker-parts.ts'

export interface ConnectorTask {
  /** Of the connector. */
  readonly name: string
  readonly index: number
  readonly instance: ConnectorInstance
  readonly taskConfig: RawConfig
  readonly paused: boolean
}

export interface ConnectorTaskParts extends WorkerParts {
  /** Hears of every task that fails. */
  readonly onTaskFailed?: (connector: string, task: number, error: unknown) => void
}

/** Starts one task of a connector. */
export const startConnectorTask = (
  { name, index, instance, taskConfig, paused }: ConnectorTask,
  parts: ConnectorTaskParts,
): Task => {
  const { version, config } = instance
  const { definition, release } = watched(instance.definition, `${name}-${index}`, parts, config)
  const common = { connector: name, index, connectorConfig: config, taskConfig }
  return startTask({
    connector: name,
    index,
    version,
    paused,
    status: parts.status,
    log: parts.logFor(`${name}|task-${index}`),
    onFailed: (error) => parts.onTaskFailed?.(name, index, error),
    body: (life) =>
      (definition.kind === 'source'
        ? sourceTask(life, { ...common, definition }, parts)
        : sinkTask(life, { ...common, definition }, parts)
      ).finally(release),
  })
}

/** What came with the program does not hold up the event loop, and what has a thread of its own cannot. */
const watched = (definition: ConnectorDefinition, task: string, { watch, catalog }: WorkerParts, config: RawConfig) => {
  const location = catalog.find(definition.kind, definition.className)?.location
  if (watch === undefined || location === undefined || isolationOf(config) !== undefined) {
    return { definition, release: () => undefined }
  }
  const slot = watch.register(task, location)
  return { definition: watchConnector(definition, slot), release: slot.release }
}

/** Tells all of them to stop, and waits `ms` at most until all of them have; see {@link Task.awaitStop}. */
export const stopTogether = async (tasks: readonly Task[], ms: number): Promise<void> => {
  for (const task of tasks) task.stop()
  const deadline = performance.now() + ms
  await Promise.all(tasks.map((task) => task.awaitStop(Math.max(0, deadline - performance.now()))))
}
