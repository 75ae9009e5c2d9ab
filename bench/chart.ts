import { machineLine } from './machine.ts'
import type { BenchResults, Result, Row } from './summary.ts'
import { number } from './table.ts'

const WIDTH = 860
const LABEL = 215
const RIGHT = 165
const BAR = 13
const GAP = 14
const COLORS = ['#2563eb', '#9ca3af']

/** Memory and start are much the same for all workloads: these stand for them. */
const TYPICAL = ['source-85', 'source-json-smt', 'sink-85', 'idle-100']

/**
 * Bars of what both sides did: records per second, then peak memory and time to RUNNING. The thin line at a bar's end goes
 * from the least to the most of the rounds.
 */
export const chart = (run: BenchResults): string => {
  const compared = run.results.filter(({ sides, failed }) => sides.includes('JVM') && failed === undefined)
  const typical = compared.filter(({ name }) => TYPICAL.includes(name))
  const panels = [
    panel('Records per second (longer is better)', 'records/s', compared),
    panel('Latency from file to topic, p50 ms (shorter is better)', 'to topic, p50 ms', compared),
    panel('Idle, % of a core (shorter is better)', '% of a core', compared),
    panel('Peak memory, MB (shorter is better)', 'peak memory MB', typical),
    panel('Start to RUNNING, seconds (shorter is better)', 'start to RUNNING s', typical),
  ]
  let y = 62
  const body = panels
    .filter(({ height }) => height > 0)
    .map(({ draw, height }) => {
      const drawn = draw(y)
      y += height
      return drawn
    })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" width="${WIDTH}" height="${y + 10}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(
      16,
      24,
      'connect-standalone beside the JVM worker of Apache Kafka Connect',
      'font-size="16" font-weight="600"',
    ),
    text(16, 44, `${run.date.slice(0, 10)}: ${machineLine(run.machine)}`, 'fill="#6b7280" font-size="11"'),
    ...body,
    '</svg>\n',
  ].join('\n')
}

interface Panel {
  readonly height: number
  draw(y: number): string
}

const panel = (title: string, figure: string, results: readonly Result[]): Panel => {
  const rows = results.flatMap((result) => {
    const row = result.rows.find((one) => one.figure === figure)
    return row === undefined ? [] : [{ result, row }]
  })
  if (rows.length === 0) return { height: 0, draw: () => '' }
  const most = Math.max(...rows.flatMap(({ row }) => row.values.map(({ max }) => max)))
  const scale = (WIDTH - LABEL - RIGHT) / most
  const rowHeight = 2 * BAR + GAP
  return {
    height: 40 + rows.length * rowHeight,
    draw: (top) =>
      [
        text(16, top + 22, title, 'font-weight="600"'),
        ...rows.map(({ result, row }, index) => bars(result, row, top + 34 + index * rowHeight, scale)),
      ].join('\n'),
  }
}

const bars = ({ label, sides }: Result, row: Row, top: number, scale: number): string =>
  [
    text(LABEL - 10, top + BAR + 4, label, 'text-anchor="end"'),
    ...row.values.flatMap(({ median, min, max }, side) => {
      const y = top + side * BAR
      const end = LABEL + max * scale
      const times = side === 0 && Number.isFinite(row.ratio.median) ? ` (${number(row.ratio.median)} ×)` : ''
      return [
        `<rect x="${LABEL}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR - 2}" fill="${COLORS[side]}"/>`,
        `<line x1="${(LABEL + min * scale).toFixed(1)}" x2="${end.toFixed(1)}" y1="${y + BAR / 2 - 1}" y2="${y + BAR / 2 - 1}" stroke="#111827"/>`,
        text(end + 6, y + BAR - 3, `${sides[side]} ${number(median)}${times}`, 'font-size="11" fill="#374151"'),
      ]
    }),
  ].join('\n')

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escapeXml(content)}</text>`

const escapeXml = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
