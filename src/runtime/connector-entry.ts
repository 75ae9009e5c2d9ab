import type { RawConfig } from '../config/define.ts'
import type { ConnectorInstance, TargetState } from './connector-instance.ts'
import { sameConfig, sameConfigs } from './same-config.ts'
import { type ConnectorTaskParts, startConnectorTask, stopTogether } from './start-connector-task.ts'
import type { Task } from './task.ts'

/** A connector that the herder knows, and what runs for it. */
export interface Entry {
  readonly name: string
  /** As given, variables and all. */
  config: RawConfig
  target: TargetState
  /** Whether the config is that of a file of the command line. */
  fromFile: boolean
  instance: ConnectorInstance
  taskConfigs: readonly RawConfig[]
  /** The connector's config, resolved, that the tasks were made for; undefined: there are none. */
  tasksFor: RawConfig | undefined
  /** By index. */
  readonly tasks: Map<number, Task>
}

/** Starts and stops the tasks of connectors. */
export interface TaskKeeper {
  /** Starts one task with its stored config. */
  open(entry: Entry, index: number): void
  /** Stops these, or all; waits as long as tasks may take together. */
  stop(entry: Entry, indexes?: Iterable<number>): Promise<void>
  /** Stops all of them and forgets their configs and statuses. */
  remove(entry: Entry): Promise<void>
  /** Computes the task configs and replaces the tasks when these, or the connector's config, have changed. */
  renew(entry: Entry): Promise<void>
}

export const createTaskKeeper = (parts: ConnectorTaskParts, onReplaced: (connector: string) => void): TaskKeeper => {
  const { settings, status } = parts

  const open = (entry: Entry, index: number): void => {
    const { name, instance, target, taskConfigs } = entry
    const task = { name, index, instance, paused: target === 'PAUSED', taskConfig: taskConfigs[index]! }
    entry.tasks.set(index, startConnectorTask(task, parts))
  }

  const stop = async ({ tasks }: Entry, indexes: Iterable<number> = tasks.keys()): Promise<void> => {
    const stopped = [...indexes].flatMap((index) => tasks.get(index) ?? [])
    await stopTogether(stopped, settings['task.shutdown.graceful.timeout.ms'])
    for (const { connector, index } of stopped) {
      tasks.delete(index)
      parts.counts.delete(`${connector}-${index}`)
    }
  }

  return {
    open,
    stop,
    async remove(entry) {
      await stop(entry)
      entry.taskConfigs = []
      entry.tasksFor = undefined
      status.removeTasks(entry.name)
    },
    async renew(entry) {
      const configs = await entry.instance.taskConfigs()
      const { tasksFor, instance } = entry
      if (tasksFor && sameConfig(tasksFor, instance.config) && sameConfigs(configs, entry.taskConfigs)) return
      await stop(entry)
      status.removeTasks(entry.name)
      onReplaced(entry.name)
      entry.taskConfigs = configs
      entry.tasksFor = instance.config
      for (const index of configs.keys()) open(entry, index)
    },
  }
}
