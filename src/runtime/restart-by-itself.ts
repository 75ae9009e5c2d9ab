import { type RestartSettings, restartSettings } from '../config/restart-settings.ts'
import type { Logger } from '../plugin/logger.ts'
import type { Entry, TaskKeeper } from './connector-entry.ts'
import type { ConnectorLife } from './connector-life.ts'
import type { ConnectorQueues } from './connector-queues.ts'
import type { Restarts } from './restarts.ts'
import type { StatusBoard } from './task-status.ts'

export interface SelfRestartParts {
  readonly entries: ReadonlyMap<string, Entry>
  /** The worker's, for connectors that have none of their own. */
  readonly settings: RestartSettings
  readonly status: StatusBoard
  readonly logFor: (context: string) => Logger
  readonly queues: ConnectorQueues
  readonly restarts: Restarts
  readonly life: Pick<ConnectorLife, 'renewInstance'>
  readonly tasks: TaskKeeper
  /** Aborted when the herder shuts down. */
  readonly closing: AbortSignal
  readonly onFailure?:
    | ((connector: string, task: number | null, error: unknown, restartAt: number | null) => void)
    | undefined
}

/** @returns what to call when a connector (`task` null) or a task fails: plans a restart where the policy wants one */
export const createSelfRestarts = (parts: SelfRestartParts) => {
  const { entries, status, logFor, queues, restarts, tasks, closing } = parts

  const restart = async (name: string, task: number | null): Promise<void> => {
    const entry = closing.aborted ? undefined : entries.get(name)
    const now = task === null ? status.connector(name) : status.task(name, task)
    if (entry?.target !== 'STARTED' || now?.state !== 'FAILED') return
    if (task === null) {
      logFor(`${name}|worker`).info(`Restarting connector ${name}`)
      await parts.life.renewInstance(entry)
    } else if (task < entry.taskConfigs.length) {
      logFor(`${name}|worker`).info(`Restarting task ${name}-${task}`)
      await tasks.stop(entry, [task])
      tasks.open(entry, task)
    }
  }

  return (name: string, task: number | null, error: unknown): void => {
    const entry = entries.get(name)
    if (entry === undefined || closing.aborted) return
    const policy = restartSettings(entry.instance.config, parts.settings)
    const again = () => queues.run(name, 'restart by itself', () => restart(name, task))
    const plan = restarts.failed({ connector: name, task }, error, policy, again)
    const what = task === null ? `Connector ${name}` : `Task ${name}-${task}`
    if (plan.reason !== undefined) logFor(`${name}|worker`).warn(`${what} has failed and ${plan.reason}`)
    parts.onFailure?.(name, task, error, plan.nextAt)
  }
}
