import type { WorkerSettings } from '../config/worker-settings.ts'
import type { ClientFigures } from '../kafka/client-figures.ts'
import type { SampleWindows } from './metrics/sampled.ts'
import { TaskMetrics } from './metrics/task-metrics.ts'
import type { TaskPlugins } from './metrics/task-plugins.ts'
import { createTaskCalls, type TaskCalls } from './task-calls.ts'
import { createErrorCounts, type ErrorCounts } from './tolerance.ts'

/** Counters that metrics, health and the progress line read; a plain object per task, so that counting costs nothing. */
export interface TaskCounts {
  readonly kind: 'source' | 'sink'
  polled: number
  written: number
  /** Bytes of what was written to, or read from, Kafka. */
  bytes: number
  /** Sink: records behind the end of their partitions, as far as known. */
  lag: () => number
  commits: number
  failedCommits: number
  readonly metrics: TaskMetrics
  readonly errors: ErrorCounts
  /** What the task is in at this moment. */
  readonly calls: TaskCalls
  readonly plugins: TaskPlugins
  /** Records that came and are not done with. */
  active: () => number
  /** Of the task's Kafka clients, as soon as there are any. */
  clients: readonly TaskClient[]
}

export interface TaskClient {
  readonly clientId: string
  figures(): ClientFigures
}

export const createTaskCounts = (
  kind: TaskCounts['kind'],
  plugins: TaskPlugins,
  settings: Pick<WorkerSettings, 'metrics.sample.window.ms' | 'metrics.num.samples'>,
): TaskCounts => ({
  kind,
  polled: 0,
  written: 0,
  bytes: 0,
  lag: () => 0,
  commits: 0,
  failedCommits: 0,
  metrics: new TaskMetrics(sampleWindows(settings)),
  errors: createErrorCounts(),
  calls: createTaskCalls(),
  plugins,
  active: () => 0,
  clients: [],
})

export const sampleWindows = (
  settings: Pick<WorkerSettings, 'metrics.sample.window.ms' | 'metrics.num.samples'>,
): SampleWindows => ({
  windowMs: Math.max(1, settings['metrics.sample.window.ms']),
  samples: settings['metrics.num.samples'],
})
