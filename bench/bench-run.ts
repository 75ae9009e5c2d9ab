import { randomBytes } from 'node:crypto'
import type { BenchCluster } from './cluster.ts'
import type { InputFile } from './input-files.ts'
import type { BenchOptions } from './options.ts'
import type { Side } from './peers.ts'

/** What a workload has at hand. */
export interface BenchRun {
  readonly cluster: BenchCluster
  /** For everything that is written. */
  readonly folder: string
  readonly options: BenchOptions
  /** A number of records, scaled as the options say. */
  scaled(records: number): number
  /** A topic with the lines of a file, written once and read by all. */
  filledTopic(name: string, file: InputFile): Promise<string>
}

/** What one run of one side gave. Which figures there are depends on the workload. */
export interface Measurement {
  readonly label: string
  readonly round: number
  /** Milliseconds from the start of the process until all tasks were RUNNING. */
  readonly runningMs: number
  readonly peakMb: number
  readonly throughput?: {
    readonly records: number
    /** Between the first and the last record's arrival. */
    readonly recordsPerSecond: number
    /** Bytes of the lines (10^6), in the same time. */
    readonly mbPerSecond: number
    /** From the start of the process to the last record. */
    readonly fromStartPerSecond: number
    /** User and system time from the start of the process to the last record. */
    readonly cpuSeconds: number
  }
  /** Milliseconds from appending a line until it was seen, one for each line. */
  readonly latency?: { readonly topicMs: readonly number[]; readonly fileMs: readonly number[] }
  /** Percent of one core, and resident memory, with nothing to do. */
  readonly idle?: { readonly cpuPercent: number; readonly residentMb: number }
}

export interface Workload {
  readonly name: string
  /** A few words, for the chart. */
  readonly label: string
  readonly title: string
  readonly sides: readonly Side[]
  run(bench: BenchRun, side: Side): Promise<Omit<Measurement, 'label' | 'round'>>
}

export const createRun = (cluster: BenchCluster, folder: string, options: BenchOptions): BenchRun => {
  const filled = new Map<string, Promise<string>>()
  return {
    cluster,
    folder,
    options,
    scaled: (records) => Math.max(100, Math.round(records * options.scale)),
    filledTopic(name, file) {
      const found = filled.get(name)
      if (found !== undefined) return found
      const filling = cluster
        .createTopic(name, 1)
        .then(() => cluster.fill(name, file))
        .then(() => name)
      filled.set(name, filling)
      return filling
    },
  }
}

/** Topics, groups and offsets of one run are never seen by another. */
export const freshName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`
