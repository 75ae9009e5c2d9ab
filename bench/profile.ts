// `npx tsx bench/profile.ts`: what each stage of the record path costs, in this process alone, without a broker. It
// guides optimisation; what counts in the end is `npm run bench`. `--only TEXT` takes the stages whose name holds TEXT.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sinkStages } from './profile-sink.ts'
import { sourceStages } from './profile-source.ts'
import type { Stage } from './profile-stage.ts'
import { median } from './statistics.ts'
import { number } from './table.ts'

const WARM_UP_MS = 400
const MEASURE_MS = 1000
const LEAST_PASSES = 5
const HEADS = ['ns/record', 'CPU ns', 'records/s', 'MB/s']

interface Cost {
  /** Nanoseconds per record that went by: the median of the passes. */
  readonly wall: number
  /** Nanoseconds of processor time per record, of all threads: garbage collection too, other programs not. */
  readonly cpu: number
}

const measure = async ({ run }: Stage): Promise<Cost> => {
  const warm = performance.now() + WARM_UP_MS
  while (performance.now() < warm) await run()
  const passes: number[] = []
  const end = performance.now() + MEASURE_MS
  const before = process.cpuUsage()
  let records = 0
  while (passes.length < LEAST_PASSES || performance.now() < end) {
    const began = performance.now()
    const count = await run()
    passes.push(((performance.now() - began) * 1e6) / count)
    records += count
  }
  const { user, system } = process.cpuUsage(before)
  return { wall: median(passes), cpu: ((user + system) * 1000) / records }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
  const folder = mkdtempSync(join(tmpdir(), 'profile-'))
  try {
    for (const [way, open] of [
      ['Source: file to broker', sourceStages],
      ['Sink: broker to file', sinkStages],
    ] as const) {
      const { stages, close } = await open(folder)
      console.log(`\n${way}\n${HEADS.map((head) => head.padStart(15)).join('')}`)
      for (const stage of stages) {
        if (!stage.name.includes(values.only)) continue
        const { wall, cpu } = await measure(stage)
        const figures = [wall, cpu, 1e9 / wall, (1e3 / wall) * stage.bytes]
        console.log(`${figures.map((figure) => number(figure).padStart(15)).join('')}  ${stage.name}`)
      }
      await close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
