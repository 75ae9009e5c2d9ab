import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '../test/helpers/services-dir.ts'
import { chart } from './chart.ts'
import type { BenchResults } from './summary.ts'
import { markdownReport } from './table.ts'

const BEGIN = '<!-- figures: written by npm run bench -->'
const END = '<!-- end of figures -->'

/**
 * Writes results.json and chart.svg. A whole run goes to bench/results/ and into docs/performance.md; any other to
 * bench/results/tmp/, which is not committed. @returns the folder
 */
export const writeResults = (run: BenchResults, whole: boolean): string => {
  const folder = join(repoRoot, whole ? 'bench/results' : 'bench/results/tmp')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(run, rounded, 2)}\n`)
  writeFileSync(join(folder, 'chart.svg'), chart(run))
  if (whole) writePage(join(repoRoot, 'docs/performance.md'), run)
  else writeFileSync(join(folder, 'figures.md'), markdownReport(run))
  return folder
}

/**
 * What the last run left that {@link completed} may add to: a whole one, or one that was whole but for what failed.
 *
 * @throws Error when there is none, or it was made in another way
 */
export const lastRun = ({ rounds, scale }: { readonly rounds: number; readonly scale: number }): BenchResults => {
  const files = ['bench/results', 'bench/results/tmp'].map((folder) => join(repoRoot, folder, 'results.json'))
  const runs = files
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as BenchResults)
  const last = runs.sort((a, b) => a.date.localeCompare(b.date)).at(-1)
  if (last === undefined) throw new Error('There is no run to complete: start with npm run bench')
  if (last.rounds !== rounds || last.scale !== scale)
    throw new Error(`The last run was made with --rounds ${last.rounds} --scale ${last.scale}`)
  return last
}

/** A run with the results of a later one in their places. Both sides of a workload are always of the same run. */
export const completed = (before: BenchResults, later: BenchResults): BenchResults => {
  const newer = new Map(later.results.map((result) => [result.name, result]))
  return {
    ...before,
    minutes: before.minutes + later.minutes,
    again: [...new Set([...(before.again ?? []), ...newer.keys()])],
    results: before.results.map((result) => newer.get(result.name) ?? result),
  }
}

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value

const writePage = (path: string, run: BenchResults): void => {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for figures between ${BEGIN} and ${END}`)
  writeFileSync(path, `${page.slice(0, begin)}${BEGIN}\n\n${markdownReport(run)}\n${page.slice(end)}`)
}
