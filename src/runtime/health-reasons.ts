import type { RestartableStatus } from './connector-report.ts'
import type { Herder } from './herder.ts'
import type { TaskCounts } from './task-counts.ts'

/** Something that a person should look at. */
export interface HealthReason {
  readonly connector: string
  /** Undefined: the connector itself. */
  readonly task?: number
  readonly problem: 'failed' | 'stuck' | 'commits failing' | 'brokers unreachable' | 'busy'
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** A broker that was just restarted, or a verb that takes its time, is no news yet. */
const GRACE_MS = 10_000

export const healthReasons = (
  herder: Herder,
  counts: ReadonlyMap<string, TaskCounts>,
  now = Date.now(),
): readonly HealthReason[] => {
  const reasons: HealthReason[] = []
  for (const name of herder.names()) {
    const { connector, tasks } = herder.status(name)
    reasons.push(...ofStatus({ connector: name }, connector))
    for (const task of tasks) {
      const where = { connector: name, task: task.id }
      reasons.push(...ofStatus(where, task))
      const own = counts.get(`${name}-${task.id}`)
      if (own !== undefined && task.state !== 'FAILED') reasons.push(...ofCounts(where, own, now))
    }
  }
  for (const { connector, verb, since } of herder.underWay()) {
    if (now - since < GRACE_MS) continue
    reasons.push({ connector, problem: 'busy', message: `the worker has not finished: ${verb}`, since })
  }
  return reasons
}

type Where = Pick<HealthReason, 'connector' | 'task'>

const ofStatus = (where: Where, { state, trace = '', since, stuck }: RestartableStatus): readonly HealthReason[] => {
  const reasons: HealthReason[] = []
  if (state === 'FAILED') reasons.push({ ...where, problem: 'failed', message: inShort(trace), since })
  if (stuck !== undefined) {
    reasons.push({ ...where, problem: 'stuck', message: `${stuck.call} has not returned`, since: stuck.since })
  }
  return reasons
}

const ofCounts = (where: Where, { metrics, clients, kind }: TaskCounts, now: number): readonly HealthReason[] => {
  const reasons: HealthReason[] = []
  if (metrics.commitsFailSince !== undefined) {
    const message =
      kind === 'source' ? 'offsets cannot be stored; see the log' : 'offsets cannot be committed; see the log'
    reasons.push({ ...where, problem: 'commits failing', message, since: metrics.commitsFailSince })
  }
  for (const { clientId, figures } of clients) {
    const { unreachableSince } = figures()
    if (unreachableSince === undefined || now - unreachableSince < GRACE_MS) continue
    const message = `no broker answers ${clientId}`
    reasons.push({ ...where, problem: 'brokers unreachable', message, since: unreachableSince })
  }
  return reasons
}

/** The first line of a trace, and the last cause. */
const inShort = (trace: string): string => {
  const lines = trace.split('\n')
  const cause = lines.findLast((line) => line.startsWith('Caused by: '))
  return cause === undefined ? (lines[0] ?? '') : `${lines[0]}; ${cause}`
}
