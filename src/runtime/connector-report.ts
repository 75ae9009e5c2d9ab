import type { RawConfig } from '../config/define.ts'
import type { Entry } from './connector-entry.ts'
import type { RestartNote, Restarts } from './restarts.ts'
import { type Stuck, stuckIn, type TaskCalls } from './task-calls.ts'
import type { Status, StatusBoard } from './task-status.ts'

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

/** What the herder tells of its connectors. */
export interface ConnectorReports {
  info(entry: Entry): ConnectorInfo
  status(entry: Entry): ConnectorStatus
}

export interface ReportParts {
  readonly status: StatusBoard
  readonly restarts: Restarts
  /** Of tasks that run, by `<connector>-<index>`. */
  readonly counts: ReadonlyMap<string, { readonly calls: TaskCalls }>
  /** A call that lasts this long is told; 0: none is. */
  readonly stuckAfterMs: number
}

export const createConnectorReports = ({ status, restarts, counts, stuckAfterMs }: ReportParts): ConnectorReports => {
  const stuckOf = ({ name, instance }: Entry, task: number | null): Stuck | undefined => {
    if (task === null) return stuckIn([instance.mark], stuckAfterMs)
    const calls = counts.get(`${name}-${task}`)?.calls
    return calls && stuckIn([calls.loop, calls.commit], stuckAfterMs)
  }

  const noted = (entry: Entry, task: number | null, state: Status): RestartableStatus => {
    const note = restarts.note(entry.name, task)
    const stuck = stuckOf(entry, task)
    if (note === undefined && stuck === undefined) return state
    return { ...state, ...(note === undefined ? {} : { restarts: note }), ...(stuck === undefined ? {} : { stuck }) }
  }

  /** A task that hangs before it ever ran has no state yet, and would else not be seen at all. */
  const taskStates = (entry: Entry): ReadonlyMap<number, Status> => {
    const states = new Map(status.tasks(entry.name))
    for (const id of entry.taskConfigs.keys()) {
      const stuck = states.has(id) ? undefined : stuckOf(entry, id)
      if (stuck !== undefined) states.set(id, { state: 'UNASSIGNED', version: null, since: stuck.since })
    }
    return states
  }

  return {
    info: ({ name, config, taskConfigs, instance }) => ({
      name,
      config,
      tasks: taskConfigs.map((_, task) => ({ connector: name, task })),
      type: instance.definition.kind,
    }),
    status(entry) {
      const { name, instance } = entry
      const own = status.connector(name) ?? { state: 'UNASSIGNED', version: instance.version, since: Date.now() }
      return {
        connector: noted(entry, null, own),
        tasks: [...taskStates(entry)]
          .map(([id, task]) => ({ id, ...noted(entry, id, task) }))
          .sort((a, b) => a.id - b.id),
        type: instance.definition.kind,
      }
    },
  }
}
