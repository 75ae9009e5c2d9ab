/** What the herder tells, in the shapes and the order of members that REST has. */
import type { ConnectorStatus, RestartableStatus } from '../runtime/connector-report.ts'
import type { RestartNote } from '../runtime/restarts.ts'
import type { Stuck } from '../runtime/task-calls.ts'
import type { RestParts } from './rest-parts.ts'

/** What every state needs besides itself. */
export type Shown = Pick<RestParts, 'workerId' | 'mask'>

export const stateInfo = (name: string, { connector, tasks, type }: ConnectorStatus, shown: Shown) => ({
  name,
  connector: stateOf(connector, shown),
  tasks: tasks.map((task) => taskState(task, shown)),
  type,
})

export const taskState = (task: RestartableStatus & { readonly id: number }, shown: Shown) => ({
  id: task.id,
  ...stateOf(task, shown),
})

const stateOf = ({ state, version, trace, restarts, stuck }: RestartableStatus, { workerId, mask }: Shown) => ({
  state,
  worker_id: workerId,
  version: version === 'undefined' ? undefined : version,
  trace: trace === undefined || trace === '' ? undefined : mask(trace),
  ...(restarts === undefined ? {} : restartMembers(restarts)),
  ...(stuck === undefined ? {} : stuckMembers(stuck)),
})

/** Ours: only there under a policy that restarts, once there was a failure. */
const restartMembers = ({ count, nextAt }: RestartNote) => ({
  restarts: count,
  next_restart: nextAt === null ? null : new Date(nextAt).toISOString(),
})

/** Ours: only there while a call into the connector has not returned for `task.stuck.after.ms`. */
const stuckMembers = ({ call, since }: Stuck) => ({ stuck_in: call, stuck_since: new Date(since).toISOString() })
