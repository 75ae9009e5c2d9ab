import type { ConnectorStatus } from '../connector-report.ts'
import type { Herder } from '../herder.ts'
import type { TaskCounts } from '../task-counts.ts'
import type { StatusBoard } from '../task-status.ts'
import { nextTurn } from '../wait.ts'
import { addClients } from './client-families.ts'
import { addAttributes, addText, named } from './jmx-names.ts'
import type { LoopLag } from './loop-lag.ts'
import { MetricsText } from './metrics-text.ts'
import { addProcess } from './process-families.ts'
import type { Startups } from './startups.ts'
import { addTask } from './task-families.ts'

export interface MetricsParts {
  readonly herder: Herder
  readonly status: StatusBoard
  readonly counts: ReadonlyMap<string, TaskCounts>
  readonly workerId: string
  /** Of Kafka Connect. */
  readonly version: string
  readonly commit: string
  readonly mask: (text: string) => string
  readonly loopLag?: LoopLag
}

/** Everything there is to measure, as Prometheus's text format has it. Nothing is kept: what is gone is no longer told. */
export const metricsText = async (parts: MetricsParts): Promise<string> => {
  const text = new MetricsText(parts.mask)
  addWorker(text, parts)
  let turnBegan = performance.now()
  for (const name of parts.herder.names()) {
    if (performance.now() - turnBegan >= LONGEST_TURN_MS) {
      await nextTurn()
      turnBegan = performance.now()
    }
    // It may have been deleted meanwhile.
    if (parts.herder.names().includes(name)) addConnector(text, name, parts)
  }
  addProcess(text, parts.loopLag)
  return text.toString()
}

/** Hundreds of tasks take a while to be told: sockets and timers get their turn in between. */
const LONGEST_TURN_MS = 10

const STATES = ['running', 'paused', 'failed', 'unassigned', 'destroyed', 'restarting'] as const

const addWorker = (text: MetricsText, { herder, status, workerId, version, commit }: MetricsParts): void => {
  const names = herder.names()
  const labels = { clientid: workerId }
  const gauge = 'gauge'
  text.add('kafka_connect_start_time_seconds', gauge, 'Start of the worker', labels, performance.timeOrigin / 1000)
  text.add('kafka_connect_version_info', gauge, 'Version of Kafka Connect', { ...labels, version }, 1)
  text.add('kafka_connect_commit_id_info', gauge, 'Build', { ...labels, commit_id: commit }, 1)
  const tasks = names.reduce((sum, name) => sum + herder.info(name).tasks.length, 0)
  text.add('kafka_connect_worker_connector_count', gauge, 'Connectors of the worker', {}, names.length)
  text.add('kafka_connect_worker_task_count', gauge, 'Tasks of the worker', {}, tasks)
  const now = performance.now()
  addAttributes(text, CONNECTOR_STARTUPS, {}, { startups: status.startups.connectors, now })
  addAttributes(text, TASK_STARTUPS, {}, { startups: status.startups.tasks, now })
}

interface StartupView {
  readonly startups: Startups
  readonly now: number
}

const startupsOf = (what: string) =>
  named<StartupView>('kafka_connect', 'worker', [
    [`${what}-startup-attempts-total`, `Starts of a ${what}`, ({ startups }) => startups.successes + startups.failures],
    [`${what}-startup-success-total`, `Starts of a ${what} that worked`, ({ startups }) => startups.successes],
    [`${what}-startup-failure-total`, `Starts of a ${what} that failed`, ({ startups }) => startups.failures],
    [
      `${what}-startup-success-percentage`,
      `Share of starts of a ${what} that worked, 0 to 1`,
      ({ startups, now }) => startups.outcomes.shares(now).success,
    ],
    [
      `${what}-startup-failure-percentage`,
      `Share of starts of a ${what} that failed, 0 to 1`,
      ({ startups, now }) => startups.outcomes.shares(now).failure,
    ],
  ])

const CONNECTOR_STARTUPS = startupsOf('connector')
const TASK_STARTUPS = startupsOf('task')

const addConnector = (text: MetricsText, connector: string, parts: MetricsParts): void => {
  const { herder, status, counts } = parts
  const { tasks } = herder.info(connector)
  const shown = herder.status(connector)
  const labels = { connector }
  const now = performance.now()
  const add = (attribute: string, value: string): void =>
    addText(text, 'connector', attribute, 'In the label', labels, value)
  add('status', shown.connector.state.toLowerCase())
  add('connector-type', shown.type)
  add('connector-class', herder.className(connector))
  add('connector-version', shown.connector.version ?? 'undefined')
  if (tasks.length > 0) addTaskCounts(text, labels, tasks.length, shown)
  addOwn(text, labels, shown)
  for (const { task } of tasks) {
    const own = counts.get(`${connector}-${task}`)
    if (own === undefined) continue
    const state = status.task(connector, task)?.state ?? 'UNASSIGNED'
    const shares = status.lifeShares(connector, task)
    addTask(text, { connector, task }, { status: state.toLowerCase(), counts: own, shares, now })
    addClients(text, own, now)
  }
}

const addTaskCounts = (
  text: MetricsText,
  labels: { readonly connector: string },
  count: number,
  { tasks }: ConnectorStatus,
): void => {
  const name = (what: string): string => `kafka_connect_worker_connector_${what}_task_count`
  const unknown = Math.max(0, count - tasks.length)
  text.add(name('total'), 'gauge', 'Tasks of the connector', labels, count)
  for (const state of STATES) {
    const found = tasks.filter((task) => task.state.toLowerCase() === state).length
    const value = state === 'unassigned' ? found + unknown : found
    text.add(name(state), 'gauge', `Tasks of the connector that are ${state}`, labels, value)
  }
}

/** What no JVM worker has. */
const addOwn = (
  text: MetricsText,
  labels: { readonly connector: string },
  { connector, tasks }: ConnectorStatus,
): void => {
  for (const [task, { restarts, stuck }] of [
    ['', connector] as const,
    ...tasks.map((each) => [each.id, each] as const),
  ]) {
    const own = { ...labels, task }
    if (restarts !== undefined) {
      const help = 'Restarts that errors.restart.policy made; without a task: of the connector itself'
      text.add('connect_standalone_restarts_total', 'counter', help, own, restarts.count)
    }
    if (stuck !== undefined) {
      const seconds = (Date.now() - stuck.since) / 1000
      const help = 'How long a call has not returned, if longer than task.stuck.after.ms'
      text.add('connect_standalone_stuck_seconds', 'gauge', help, { ...own, call: stuck.call }, seconds)
    }
  }
}
