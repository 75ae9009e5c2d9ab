/** What the herder tells, in the shapes and the order of members that REST has. */
import type { ConnectorStatus } from '../runtime/herder.ts'
import type { Status } from '../runtime/task-status.ts'
import type { RestParts } from './rest-parts.ts'

/** What every state needs besides itself. */
export type Shown = Pick<RestParts, 'workerId' | 'mask'>

export const stateInfo = (name: string, { connector, tasks, type }: ConnectorStatus, shown: Shown) => ({
  name,
  connector: stateOf(connector, shown),
  tasks: tasks.map((task) => taskState(task, shown)),
  type,
})

export const taskState = (task: Status & { readonly id: number }, shown: Shown) => ({
  id: task.id,
  ...stateOf(task, shown),
})

const stateOf = ({ state, version, trace }: Status, { workerId, mask }: Shown) => ({
  state,
  worker_id: workerId,
  version: version === 'undefined' ? undefined : version,
  trace: trace === undefined || trace === '' ? undefined : mask(trace),
})
