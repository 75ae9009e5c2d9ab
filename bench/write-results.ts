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

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value

const writePage = (path: string, run: BenchResults): void => {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for figures between ${BEGIN} and ${END}`)
  writeFileSync(path, `${page.slice(0, begin)}${BEGIN}\n\n${markdownReport(run)}\n${page.slice(end)}`)
}
