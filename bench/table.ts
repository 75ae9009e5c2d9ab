import { machineLine } from './machine.ts'
import type { Spread } from './statistics.ts'
import type { BenchResults, Result } from './summary.ts'

/** For people: one block for each workload, a figure a line. */
export const textTable = ({ title, name, sides, rows, failed }: Result): string => {
  const head = `\n${name}: ${title}`
  if (failed !== undefined) return `${head}\n  FAILED: ${failed}`
  const cells = [
    ['', ...sides, 'times better', '(least to most)'],
    ...rows.map(({ figure, values, ratio }) => [
      figure,
      ...values.map(({ median }) => number(median)),
      number(ratio.median),
      `(${number(ratio.min)} to ${number(ratio.max)})`,
    ]),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const lines = cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  )
  return [head, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** The whole run as Markdown, for docs/performance.md. */
export const markdownReport = ({ date, machine, rounds, minutes, again, results }: BenchResults): string => {
  const paragraphs = [
    `Measured on ${date.slice(0, 10)}: ${machineLine(machine)}. ${rounds} rounds, ${Math.round(minutes)} minutes.`,
    ...(again === undefined ? [] : [`In a run of their own, after the others: ${again.join(', ')}.`]),
    ...results.map(markdownTable),
  ]
  return `${paragraphs.join('\n\n')}\n`
}

const markdownTable = ({ title, sides, rows, failed }: Result): string => {
  const head = `### ${title}`
  if (failed !== undefined) return `${head}\n\nCould not be measured: ${failed.split('\n')[0]}`
  return [
    `${head}\n`,
    `| | ${sides.join(' | ')} | times better |`,
    `| --- |${' ---: |'.repeat(sides.length + 1)}`,
    ...rows.map(
      ({ figure, values, ratio }) =>
        `| ${[figure, ...values.map(cell), `**${number(ratio.median)}** (${range(ratio)})`].join(' | ')} |`,
    ),
  ].join('\n')
}

const cell = (spread: Spread): string =>
  spread.min === spread.max ? number(spread.median) : `${number(spread.median)} (${range(spread)})`
const range = ({ min, max }: Spread): string => `${number(min)} to ${number(max)}`

/** Three digits say all that such a measurement knows. */
export const number = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  if (value >= 1000) return Number(value.toPrecision(3)).toLocaleString('en-US')
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)))
}
