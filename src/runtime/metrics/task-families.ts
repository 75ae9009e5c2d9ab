import type { TaskCounts } from '../task-counts.ts'
import type { LifeShares } from '../task-status.ts'
import { addAttributes, addText, named } from './jmx-names.ts'
import type { Labels, MetricsText } from './metrics-text.ts'

/** A task as it is at the moment of asking. */
export interface TaskView {
  /** Lower case. */
  readonly status: string
  readonly counts: TaskCounts
  readonly shares: LifeShares
  /** `performance.now()` */
  readonly now: number
}

const DOMAIN = 'kafka_connect'

const COMMON = named<TaskView>(DOMAIN, 'connector-task', [
  ['running-ratio', 'Share of its life that the task was running', ({ shares }) => shares.running],
  ['pause-ratio', 'Share of its life that the task was paused', ({ shares }) => shares.paused],
  ['offset-commit-max-time-ms', 'Longest offset commit', ({ counts, now }) => counts.metrics.commitTime.max(now)],
  [
    'offset-commit-avg-time-ms',
    'Average length of offset commits',
    ({ counts, now }) => counts.metrics.commitTime.average(now),
  ],
  [
    'offset-commit-success-percentage',
    'Share of offset commits that worked, 0 to 1',
    ({ counts, now }) => counts.metrics.commitOutcomes.shares(now).success,
  ],
  [
    'offset-commit-failure-percentage',
    'Share of offset commits that failed, 0 to 1',
    ({ counts, now }) => counts.metrics.commitOutcomes.shares(now).failure,
  ],
  ['batch-size-max', 'Most records of a batch', ({ counts, now }) => counts.metrics.batchSize.max(now)],
  ['batch-size-avg', 'Average records of a batch', ({ counts, now }) => counts.metrics.batchSize.average(now)],
])

const SOURCE = named<TaskView>(DOMAIN, 'source-task', [
  [
    'source-record-poll-rate',
    'Records a second that poll returned',
    ({ counts, now }) => counts.metrics.reads.rate(now),
  ],
  ['source-record-poll-total', 'Records that poll returned', ({ counts }) => counts.metrics.reads.total],
  [
    'source-record-write-rate',
    'Records a second that Kafka acknowledged',
    ({ counts, now }) => counts.metrics.writes.rate(now),
  ],
  ['source-record-write-total', 'Records that Kafka acknowledged', ({ counts }) => counts.metrics.writes.total],
  ['poll-batch-max-time-ms', 'Longest poll that had records', ({ counts, now }) => counts.metrics.callTime.max(now)],
  [
    'poll-batch-avg-time-ms',
    'Average length of polls that had records',
    ({ counts, now }) => counts.metrics.callTime.average(now),
  ],
  ['source-record-active-count', 'Records polled and not acknowledged yet', ({ counts }) => counts.active()],
  [
    'source-record-active-count-max',
    'Most records polled and not acknowledged',
    ({ counts, now }) => counts.metrics.active.max(now),
  ],
  [
    'source-record-active-count-avg',
    'Average of records polled and not acknowledged',
    ({ counts, now }) => counts.metrics.active.average(now),
  ],
])

const SINK = named<TaskView>(DOMAIN, 'sink-task', [
  [
    'sink-record-read-rate',
    'Records a second that came from Kafka',
    ({ counts, now }) => counts.metrics.reads.rate(now),
  ],
  ['sink-record-read-total', 'Records that came from Kafka', ({ counts }) => counts.metrics.reads.total],
  ['sink-record-send-rate', 'Records a second handed to put', ({ counts, now }) => counts.metrics.writes.rate(now)],
  ['sink-record-send-total', 'Records handed to put', ({ counts }) => counts.metrics.writes.total],
  [
    'sink-record-lag-max',
    'Most records that a partition still has to come',
    ({ counts }) => Math.max(...partitionsOf(counts).map(({ lag }) => lag ?? 0), 0),
  ],
  ['partition-count', 'Assigned partitions', ({ counts }) => partitionsOf(counts).length],
  ['offset-commit-seq-no', 'Number of the latest offset commit', ({ counts }) => counts.metrics.commitNumber],
  [
    'offset-commit-completion-rate',
    'Offset commits a second that worked',
    ({ counts, now }) => counts.metrics.commitsCompleted.rate(now),
  ],
  [
    'offset-commit-completion-total',
    'Offset commits that worked',
    ({ counts }) => counts.metrics.commitsCompleted.total,
  ],
  [
    'offset-commit-skip-rate',
    'Offset commits a second whose answer came too late',
    ({ counts, now }) => counts.metrics.commitsSkipped.rate(now),
  ],
  [
    'offset-commit-skip-total',
    'Offset commits whose answer came too late',
    ({ counts }) => counts.metrics.commitsSkipped.total,
  ],
  ['put-batch-max-time-ms', 'Longest put', ({ counts, now }) => counts.metrics.callTime.max(now)],
  ['put-batch-avg-time-ms', 'Average length of puts', ({ counts, now }) => counts.metrics.callTime.average(now)],
  ['sink-record-active-count', 'Records put and not committed yet', ({ counts }) => counts.active()],
  [
    'sink-record-active-count-max',
    'Most records put and not committed',
    ({ counts, now }) => counts.metrics.active.max(now),
  ],
  [
    'sink-record-active-count-avg',
    'Average of records put and not committed',
    ({ counts, now }) => counts.metrics.active.average(now),
  ],
])

const ERRORS = named<TaskView>(DOMAIN, 'task-error', [
  ['total-record-failures', 'Attempts that failed, retries too', ({ counts }) => counts.errors.failures],
  ['total-record-errors', 'Records that failed for good', ({ counts }) => counts.errors.errors],
  ['total-records-skipped', 'Records skipped by errors.tolerance', ({ counts }) => counts.errors.skipped],
  ['total-retries', 'Retries', ({ counts }) => counts.errors.retries],
  ['total-errors-logged', 'Errors logged by errors.log.enable', ({ counts }) => counts.errors.logged],
  [
    'deadletterqueue-produce-requests',
    'Records given to the dead letter queue',
    ({ counts }) => counts.errors.deadLetters,
  ],
  [
    'deadletterqueue-produce-failures',
    'Records that the dead letter queue did not take',
    ({ counts }) => counts.errors.deadLetterFailures,
  ],
  [
    'last-error-timestamp',
    'Time of the last error, ms since 1970; 0: none',
    ({ counts }) => counts.errors.lastErrorAt ?? 0,
  ],
])

const partitionsOf = ({ clients }: TaskCounts) =>
  clients.flatMap((client) => {
    const figures = client.figures()
    return figures.kind === 'consumer' ? figures.partitions : []
  })

export const addTask = (text: MetricsText, labels: Labels, view: TaskView): void => {
  const { kind, metrics } = view.counts
  addText(text, 'connector-task', 'status', 'State of the task, in the label', labels, view.status)
  addAttributes(text, COMMON, labels, view)
  if (kind === 'source') addAttributes(text, SOURCE, labels, view)
  else addAttributes(text, SINK, labels, view)
  addAttributes(text, ERRORS, labels, view)
  addPlugins(text, labels, view.counts)
  const call = kind === 'source' ? 'poll' : 'put'
  const own = 'connect_standalone'
  text.histogram(`${own}_${call}_seconds`, `Time in ${call}, with records`, labels, metrics.callSeconds)
  text.histogram(`${own}_convert_seconds`, 'Time to convert and transform a batch', labels, metrics.convertSeconds)
  text.histogram(`${own}_commit_seconds`, 'Time to commit offsets', labels, metrics.commitSeconds)
}

const addPlugins = (text: MetricsText, labels: Labels, { kind, plugins }: TaskCounts): void => {
  const add = (attribute: string, value: string): void =>
    addText(text, 'connector-task', attribute, 'In the label', labels, value)
  add('connector-class', plugins.connector.className)
  add('connector-version', plugins.connector.version)
  add('connector-type', kind)
  add('task-class', plugins.task.className)
  add('task-version', plugins.task.version)
  for (const role of ['key', 'value', 'header'] as const) {
    add(`${role}-converter-class`, plugins[role].className)
    add(`${role}-converter-version`, plugins[role].version)
  }
  for (const what of ['transform', 'predicate'] as const) {
    for (const [alias, { className, version }] of plugins[`${what}s`]) {
      const own = { ...labels, [what]: alias }
      addText(text, `connector-${what}`, `${what}-class`, 'In the label', own, className)
      addText(text, `connector-${what}`, `${what}-version`, 'In the label', own, version)
    }
  }
}
