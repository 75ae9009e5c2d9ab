import type { Entry, TaskKeeper } from './connector-entry.ts'
import type { ConnectorLife } from './connector-life.ts'
import type { ConnectorReports, ConnectorStatus } from './connector-report.ts'
import { HerderError } from './herder-error.ts'
import type { InstanceMaker } from './make-instance.ts'
import type { Restarts } from './restarts.ts'
import type { State, Status, StatusBoard } from './task-status.ts'

export interface RestartScope {
  /** Also the tasks. */
  readonly tasks: boolean
  /** Only what is FAILED. */
  readonly onlyFailed: boolean
}

/** Restarts that a user asks for. */
export interface RequestedRestarts {
  /** @returns the status with RESTARTING in place of what is restarted */
  restart(entry: Entry, scope: RestartScope): Promise<ConnectorStatus>
  /** @throws HerderError 404 when there is no such task */
  restartTask(entry: Entry, task: number): Promise<void>
}

export interface RequestedRestartParts {
  readonly status: StatusBoard
  readonly restarts: Restarts
  readonly instances: Pick<InstanceMaker, 'check'>
  readonly life: Pick<ConnectorLife, 'renewInstance'>
  readonly tasks: TaskKeeper
  readonly reports: ConnectorReports
}

export const createRequestedRestarts = (parts: RequestedRestartParts): RequestedRestarts => {
  const { status, restarts, instances, life, tasks, reports } = parts
  return {
    async restart(entry, { tasks: withTasks, onlyFailed }) {
      const { name } = entry
      const wanted = (state: State | undefined): boolean => !onlyFailed || state === 'FAILED'
      const restartsInstance = wanted(status.connector(name)?.state)
      const indexes = withTasks
        ? [...status.tasks(name)].filter(([, task]) => wanted(task.state)).map(([id]) => id)
        : []
      // Asked first: a config that does not hold any more leaves everything as it is.
      const validation = restartsInstance ? await instances.check(entry.config) : undefined
      if (restartsInstance) restarts.cancel(name, null)
      for (const index of indexes) restarts.cancel(name, index)
      markRestarting(status, name, restartsInstance && (withTasks || onlyFailed), indexes)
      const planned = reports.status(entry)
      await tasks.stop(entry, indexes)
      if (validation !== undefined) {
        await life.renewInstance(entry, validation).catch((error: unknown) => {
          if (!withTasks) throw error
        })
      }
      for (const index of indexes) {
        // There may be fewer tasks now.
        if (index < entry.taskConfigs.length && !entry.tasks.has(index)) tasks.open(entry, index)
      }
      return planned
    },
    async restartTask(entry, task) {
      const { name } = entry
      if (task < 0 || task >= entry.taskConfigs.length) throw new HerderError(404, `Task ${name}-${task} not found`)
      restarts.cancel(name, task)
      await tasks.stop(entry, [task])
      tasks.open(entry, task)
    },
  }
}

const markRestarting = (status: StatusBoard, name: string, instance: boolean, indexes: readonly number[]): void => {
  const mark = (task: number | null, before: Status | undefined): void => {
    if (task === null) status.setConnector(name, 'RESTARTING', before?.version ?? null, before?.trace)
    else status.setTask(name, task, 'RESTARTING', before?.version ?? null, before?.trace)
  }
  if (instance) mark(null, status.connector(name))
  for (const index of indexes) mark(index, status.task(name, index))
}
