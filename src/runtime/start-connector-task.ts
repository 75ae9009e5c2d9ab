import type { RawConfig } from '../config/define.ts'
import type { ConnectorInstance } from './connector-instance.ts'
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
  const { definition, version, config } = instance
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
      definition.kind === 'source'
        ? sourceTask(life, { ...common, definition }, parts)
        : sinkTask(life, { ...common, definition }, parts),
  })
}

/** Tells all of them to stop, and waits `ms` at most until all of them have; see {@link Task.awaitStop}. */
export const stopTogether = async (tasks: readonly Task[], ms: number): Promise<void> => {
  for (const task of tasks) task.stop()
  const deadline = performance.now() + ms
  await Promise.all(tasks.map((task) => task.awaitStop(Math.max(0, deadline - performance.now()))))
}
