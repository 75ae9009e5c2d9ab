import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from '../../../src/runtime/metrics/histogram.ts'
import { MetricsText } from '../../../src/runtime/metrics/metrics-text.ts'
import { parsePrometheus } from '../../helpers/prometheus-text.ts'

test('families stand together, each with its help and type once, however they are told', () => {
  const text = new MetricsText()
  text.add('a_total', 'counter', 'First', { connector: 'x' }, 1)
  text.add('b', 'gauge', 'Second', {}, Number.NaN)
  text.add('a_total', 'counter', 'First', { connector: 'y' }, 2.5)
  assert.equal(
    text.toString(),
    `# HELP a_total First
# TYPE a_total counter
a_total{connector="x"} 1
a_total{connector="y"} 2.5
# HELP b Second
# TYPE b gauge
b NaN
`,
  )
})

test('labels are escaped, and secrets in them hidden; numbers are left alone', () => {
  const text = new MetricsText((label) => label.replaceAll('1234', '[hidden]'))
  text.add('a', 'gauge', 'Back\\slash\nand line', { connector: 'quote " back \\ line \n 1234' }, 1234)
  const written = text.toString()
  assert.ok(written.includes('# HELP a Back\\\\slash\\nand line\n'))
  const [sample] = parsePrometheus(written).samples
  assert.deepEqual(sample, {
    name: 'a',
    labels: { connector: 'quote " back \\ line \n [hidden]' },
    value: 1234,
  })
})

test('a histogram counts each duration in its bucket and all larger ones', () => {
  const histogram = new Histogram()
  for (const ms of [0.5, 1, 3, 70, 120_000]) histogram.record(ms)
  const text = new MetricsText()
  text.histogram('t_seconds', 'Time', { task: 0 }, histogram)
  const parsed = parsePrometheus(text.toString())
  const bucket = (le: string): number => parsed.value('t_seconds_bucket', { le })
  assert.deepEqual(['0.001', '0.005', '0.05', '0.1', '60', '+Inf'].map(bucket), [2, 3, 3, 4, 4, 5])
  assert.equal(parsed.value('t_seconds_count'), 5)
  assert.ok(Math.abs(parsed.value('t_seconds_sum') - 120.0745) < 1e-9)
})
