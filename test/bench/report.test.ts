import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Measurement, Workload } from '../../bench/bench-run.ts'
import { chart } from '../../bench/chart.ts'
import { JVM, OURS } from '../../bench/peers.ts'
import { type BenchResults, summarize } from '../../bench/summary.ts'
import { markdownReport, number, textTable } from '../../bench/table.ts'
import { completed } from '../../bench/write-results.ts'

const workload: Workload = {
  name: 'source-85',
  label: 'file & topic',
  title: 'Lines < 100 bytes',
  sides: [OURS, JVM],
  run: () => Promise.reject(new Error('not here')),
}

const measured = (label: string, round: number, recordsPerSecond: number): Measurement => ({
  label,
  round,
  runningMs: label === 'ours' ? 500 : 10_000,
  peakMb: label === 'ours' ? 90 : 1200,
  throughput: { records: 1e6, recordsPerSecond, mbPerSecond: 85, fromStartPerSecond: 1000, cpuSecondsPerMillion: 2 },
})

const result = summarize(workload, [
  measured('ours', 1, 600_000),
  measured('JVM', 1, 60_000),
  measured('ours', 2, 640_000),
  measured('JVM', 2, 80_000),
])

const run: BenchResults = {
  date: '2026-01-02T03:04:05.000Z',
  machine: { processor: 'P', cores: 2, memoryMb: 8000, system: 'Linux 6', node: '20', java: '17', kafka: '4.3.1' },
  rounds: 2,
  minutes: 1,
  scale: 1,
  results: [result],
}

test('a workload is shown with the medians of both sides and how many times better ours is, least and most', () => {
  const lines = textTable(result).split('\n')
  assert.match(lines[3] ?? '', /^ {2}records\/s +620,000 +70,000 +9 +\(8 to 10\)$/)
  assert.match(lines.at(-2) ?? '', /^ {2}peak memory MB +90 +1,200 +13 +\(13 to 13\)$/)
  assert.match(lines.at(-1) ?? '', /^ {2}start to RUNNING s +0.5 +10 +20 +\(20 to 20\)$/)
})

test('a workload that failed is shown with its reason and without figures', () => {
  const failed = summarize(workload, [], 'the broker is gone')
  assert.match(textTable(failed), /FAILED: the broker is gone/)
  assert.match(markdownReport({ ...run, results: [failed] }), /Could not be measured: the broker is gone/)
})

test('the page has a table for each workload', () => {
  assert.match(
    markdownReport(run),
    /\| records\/s \| 620,000 \(600,000 to 640,000\) \| 70,000 \(60,000 to 80,000\) \| \*\*9\*\* \(8 to 10\) \|/,
  )
})

test('the chart is well-formed and has a bar for each side of each figure', () => {
  const svg = chart(run)
  assert.equal(svg.match(/<rect x=/g)?.length, 6)
  assert.equal(svg.match(/<text/g)?.length, svg.match(/<\/text>/g)?.length)
  assert.match(svg, />file &amp; topic</)
  assert.match(svg, /ours 620,000 \(9 ×\)</)
})

test('figures are written with the digits that they deserve', () => {
  assert.deepEqual([1234567, 999.4, 12.34, 0.456, 0, Number.POSITIVE_INFINITY].map(number), [
    '1,230,000',
    '999',
    '12',
    '0.46',
    '0',
    '-',
  ])
})

test('what failed is measured again in a run of its own, which the page says', () => {
  const failed = summarize({ ...workload, name: 'sink-85' }, [], 'the broker is gone')
  const later = { ...run, minutes: 2, results: [{ ...result, name: 'sink-85' }] }
  const whole = completed({ ...run, results: [result, failed] }, later)
  assert.deepEqual(
    whole.results.map(({ name, failed: reason }) => [name, reason]),
    [
      ['source-85', undefined],
      ['sink-85', undefined],
    ],
  )
  assert.equal(whole.minutes, 3)
  assert.match(markdownReport(whole), /In a run of their own, after the others: sink-85\./)
})
