// `npx tsx bench/profile.ts`: what each stage of the record path costs, in this process alone, without a broker, as a table
// in Markdown. It guides optimisation; what counts in the end is `npm run bench`. `--only TEXT` takes the stages whose name
// holds TEXT, `--seconds N` measures each for so long (1).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sinkStages } from './profile-sink.ts'
import { sourceStages } from './profile-source.ts'
import type { Stage } from './profile-stage.ts'
import { median, quantile } from './statistics.ts'
import { number } from './table.ts'

/** Until then code is still being compiled. */
const WARM_UP_RECORDS = 400_000
const LEAST_PASSES = 20
const HEADS = ['stage', 'CPU ns/record', 'ns/record', 'records/s', 'MB/s', 'limit', 'times the limit']

interface Cost {
  /** Nanoseconds per record that went by: the median of the passes. */
  readonly wall: number
  /**
   * Nanoseconds of processor time per record, of all threads: garbage collection too, other programs not. A tenth of the
   * passes took less: what others on the machine do to caches only makes it more.
   */
  readonly cpu: number
}

const measure = async ({ run }: Stage, milliseconds: number): Promise<Cost> => {
  for (let count = 0; count < WARM_UP_RECORDS; ) count += await run()
  const passes: number[] = []
  const end = performance.now() + milliseconds
  const cpu: number[] = []
  while (passes.length < LEAST_PASSES || performance.now() < end) {
    const before = process.cpuUsage()
    const began = performance.now()
    const count = await run()
    passes.push(((performance.now() - began) * 1e6) / count)
    const { user, system } = process.cpuUsage(before)
    cpu.push(((user + system) * 1000) / count)
  }
  return { wall: median(passes), cpu: quantile(cpu, 0.1) }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const measureAll = async (stages: readonly Stage[], only: string, milliseconds: number): Promise<void> => {
  console.log(row(HEADS))
  console.log(row(HEADS.map((_, column) => (column === 0 || column === 5 ? '---' : '---:'))))
  const costs = new Map<string, number>()
  const isLimit = ({ name }: Stage): boolean => stages.some(({ limit }) => limit === name)
  // What a stage is compared with is measured first.
  for (const stage of [...stages.filter(isLimit), ...stages.filter((each) => !isLimit(each))]) {
    const { name, bytes, limit = '' } = stage
    if (!name.includes(only) && !isLimit(stage)) continue
    const { wall, cpu } = await measure(stage, milliseconds)
    costs.set(name, cpu)
    const times = cpu / (costs.get(limit) ?? Number.NaN)
    const figures = [cpu, wall, 1e9 / wall, (1e3 / wall) * bytes].map(number)
    console.log(row([name, ...figures, limit, limit === '' ? '' : number(times)]))
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, seconds: { type: 'string', default: '1' } },
  })
  const folder = mkdtempSync(join(tmpdir(), 'profile-'))
  try {
    for (const [way, open] of [
      ['Source: file to broker', sourceStages],
      ['Sink: broker to file', sinkStages],
    ] as const) {
      const { stages, close } = await open(folder)
      console.log(`\n### ${way}\n`)
      await measureAll(stages, values.only, Number(values.seconds) * 1000)
      await close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
