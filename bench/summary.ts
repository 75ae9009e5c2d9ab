import type { Measurement, Workload } from './bench-run.ts'
import type { Machine } from './machine.ts'
import { quantile, ratios, type Spread, spreadOf } from './statistics.ts'

/** One figure of a workload, for both sides. */
export interface Row {
  /** With its unit. */
  readonly figure: string
  /** One for each side, in the order of the sides. */
  readonly values: readonly Spread[]
  /** How often the first side is better than the second, round by round. */
  readonly ratio: Spread
}

export interface Result {
  readonly name: string
  readonly label: string
  readonly title: string
  readonly sides: readonly string[]
  readonly rows: readonly Row[]
  /** Why it could not be measured; there are no rows then. */
  readonly failed?: string
  readonly measurements: readonly Measurement[]
}

export interface BenchResults {
  /** ISO time of the end. */
  readonly date: string
  readonly machine: Machine
  readonly rounds: number
  readonly minutes: number
  /** Every number of records was multiplied by this. */
  readonly scale: number
  /** Names of workloads that were measured in a later run, with `--again`. */
  readonly again?: readonly string[]
  readonly results: readonly Result[]
}

interface Figure {
  readonly figure: string
  readonly moreIsBetter: boolean
  readonly of: (measurement: Measurement) => number | undefined
}

const FIGURES: readonly Figure[] = [
  { figure: 'records/s', moreIsBetter: true, of: ({ throughput }) => throughput?.recordsPerSecond },
  { figure: 'MB/s', moreIsBetter: true, of: ({ throughput }) => throughput?.mbPerSecond },
  {
    figure: 'records/s from process start',
    moreIsBetter: true,
    of: ({ throughput }) => throughput?.fromStartPerSecond,
  },
  {
    figure: 'CPU seconds per million records',
    moreIsBetter: false,
    of: ({ throughput }) => throughput?.cpuSecondsPerMillion,
  },
  { figure: 'to topic, p50 ms', moreIsBetter: false, of: ({ latency }) => latency && quantile(latency.topicMs, 0.5) },
  { figure: 'to topic, p99 ms', moreIsBetter: false, of: ({ latency }) => latency && quantile(latency.topicMs, 0.99) },
  { figure: 'to file, p50 ms', moreIsBetter: false, of: ({ latency }) => latency && quantile(latency.fileMs, 0.5) },
  { figure: 'to file, p99 ms', moreIsBetter: false, of: ({ latency }) => latency && quantile(latency.fileMs, 0.99) },
  { figure: '% of a core', moreIsBetter: false, of: ({ idle }) => idle?.cpuPercent },
  { figure: 'memory MB', moreIsBetter: false, of: ({ idle }) => idle?.residentMb },
  { figure: 'peak memory MB', moreIsBetter: false, of: ({ peakMb }) => peakMb },
  { figure: 'start to RUNNING s', moreIsBetter: false, of: ({ runningMs }) => runningMs / 1000 },
]

/** Medians, spreads and ratios of what was measured. */
export const summarize = (workload: Workload, measurements: readonly Measurement[], failed?: string): Result => {
  const { name, label, title } = workload
  const sides = workload.sides.map(({ label }) => label)
  const base = { name, label, title, sides, measurements }
  if (failed !== undefined) return { ...base, rows: [], failed }
  const rows = FIGURES.flatMap(({ figure, moreIsBetter, of }): Row[] => {
    const bySide = sides.map((side) =>
      measurements
        .filter((measurement) => measurement.label === side)
        .map(of)
        .filter((value) => value !== undefined),
    )
    const [left = [], right = []] = bySide
    if (left.length === 0) return []
    const ratio = moreIsBetter ? ratios(left, right) : ratios(right, left)
    return [{ figure, values: bySide.map(spreadOf), ratio }]
  })
  return { ...base, rows }
}
