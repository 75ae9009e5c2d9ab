import type { JdbcMeasurement } from './jdbc-measure.ts'
import type { JdbcWorkload } from './jdbc-workloads.ts'
import { ratios, type Spread, spreadOf } from './statistics.ts'
import { number } from './table.ts'

export interface JdbcRow {
  /** With its unit. */
  readonly figure: string
  readonly values: readonly Spread[]
  /** How often the first side is better than the second, round by round; null where there is no second. */
  readonly ratio: Spread | null
}

export interface JdbcResult {
  readonly name: string
  readonly title: string
  readonly remark: string | null
  readonly aim: number
  readonly sides: readonly string[]
  readonly rows: readonly JdbcRow[]
  readonly failed: string | null
  readonly measurements: readonly JdbcMeasurement[]
}

const FIGURES: readonly { figure: string; more: boolean; of: (one: JdbcMeasurement) => number }[] = [
  { figure: 'rows/s', more: true, of: ({ rowsPerSecond }) => rowsPerSecond },
  { figure: 'rows/s from process start', more: true, of: ({ fromStartPerSecond }) => fromStartPerSecond },
  { figure: 'CPU s per 100,000 rows', more: false, of: ({ cpuPer100k }) => cpuPer100k },
  { figure: "database's CPU s per 100,000", more: false, of: ({ databaseCpuPer100k }) => databaseCpuPer100k },
  { figure: 'CPU s, whole process', more: false, of: ({ cpuSeconds }) => cpuSeconds },
  { figure: 'peak memory MB', more: false, of: ({ peakMb }) => peakMb },
  { figure: 'start to RUNNING s', more: false, of: ({ runningMs }) => runningMs / 1000 },
]

export const summarizeJdbc = (
  { name, title, remark, aim, sides }: JdbcWorkload,
  measurements: readonly JdbcMeasurement[],
  failed: string | null,
): JdbcResult => {
  const labels = sides.map(({ label }) => label)
  const rows = FIGURES.map(({ figure, more, of }): JdbcRow => {
    const bySide = labels.map((label) => measurements.filter(({ side }) => side === label).map(of))
    const [first = [], second = []] = bySide
    const ratio = second.length === 0 ? null : more ? ratios(first, second) : ratios(second, first)
    return { figure, values: bySide.map(spreadOf), ratio }
  })
  return {
    name,
    title,
    remark: remark ?? null,
    aim,
    sides: labels,
    rows: failed === null ? rows : [],
    failed,
    measurements,
  }
}

/** For people: medians, least and most in brackets. */
export const jdbcTable = ({ name, title, remark, aim, sides, rows, failed }: JdbcResult): string => {
  const head = `\n${name}: ${title}${remark === null ? '' : ` (${remark})`}. Aim: ${number(aim)} rows/s`
  if (failed !== null) return `${head}\n  FAILED: ${failed}`
  const compared = rows.some(({ ratio }) => ratio !== null)
  const cells = [
    ['', ...sides, ...(compared ? ['times better'] : [])],
    ...rows.map(({ figure, values, ratio }) => [
      figure,
      ...values.map(spread),
      ...(compared ? [ratio === null ? '' : spread(ratio)] : []),
    ]),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const lines = cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  )
  return [head, ...lines.map((line) => `  ${line}`)].join('\n')
}

const spread = ({ median, min, max }: Spread): string =>
  min === max ? number(median) : `${number(median)} (${number(min)} to ${number(max)})`
