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
  /** Topics with the lines of a file, shared out evenly; written once and read by all. */
  filledTopics(name: string, file: InputFile, layout?: TopicLayout): Promise<readonly string[]>
}

export interface TopicLayout {
  readonly topics: number
  /** Of each topic. */
  readonly partitions: number
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
    /** Steady: see `watch-growth.ts`. */
    readonly recordsPerSecond: number
    /** Bytes of the lines (10^6), in the same time. */
    readonly mbPerSecond: number
    /** From the start of the process on, for as many records as the side with fewer of them has. */
    readonly fromStartPerSecond: number
    /** User and system time from the start of the process on, for as many, per million records. */
    readonly cpuSecondsPerMillion: number
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
  const filled = new Map<string, Promise<readonly string[]>>()
  const fill = async (name: string, file: InputFile, { topics, partitions }: TopicLayout) => {
    const names = Array.from({ length: topics }, (_, index) => (topics === 1 ? name : `${name}-${index}`))
    for (const topic of names) await cluster.createTopic(topic, partitions)
    await (topics === 1 ? cluster.fill(name, file) : cluster.spread(names, file))
    return names
  }
  return {
    cluster,
    folder,
    options,
    scaled: (records) => Math.max(100, Math.round(records * options.scale)),
    filledTopics(name, file, layout = { topics: 1, partitions: 1 }) {
      const found = filled.get(name) ?? fill(name, file, layout)
      filled.set(name, found)
      return found
    },
  }
}

/** Topics, groups and offsets of one run are never seen by another. */
export const freshName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`
