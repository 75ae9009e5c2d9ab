import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** A tenth of the records, one round: says whether the benchmark works, not how fast anything is. */
  readonly quick: boolean
  /** Only workloads whose name contains one of these; empty: all. */
  readonly only: readonly string[]
  readonly rounds: number
  /** Every number of records is multiplied by this. */
  readonly scale: number
  /** Measures only what failed in the last run that was whole but for that, and completes its results. */
  readonly again: boolean
  /** Only print what would run. */
  readonly list: boolean
}

export const USAGE = `Usage: npm run bench [-- options]
  --quick        a tenth of the records, one round: to see that it works
  --only NAME    workloads whose name contains NAME; may be repeated
  --rounds N     times that each side runs (3)
  --scale X      multiplies every number of records (1)
  --again        what failed in the last run, which completes its results; or, with --only, those workloads anew
  --list         names the workloads and ends`

/** @throws Error for what is not an option, with {@link USAGE} */
export const parseOptions = (args: readonly string[]): BenchOptions => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string' },
        scale: { type: 'string' },
        again: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
      },
    })
    const { quick, only, again, list } = values
    return {
      quick,
      only,
      again,
      list,
      rounds: positive('--rounds', values.rounds, quick ? 1 : 3),
      scale: positive('--scale', values.scale, quick ? 0.1 : 1),
    }
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
  }
}

/** A run whose figures may stand in the repository. */
export const isWholeRun = ({ quick, only, again, rounds, scale }: BenchOptions): boolean =>
  !quick && (only.length === 0 || again) && rounds >= 3 && scale >= 1

const positive = (name: string, text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!(value > 0) || value > 1000) throw new Error(`${name} must be a positive number, not ${text}`)
  if (name === '--rounds' && !Number.isInteger(value)) throw new Error(`${name} must be a whole number, not ${text}`)
  return value
}
