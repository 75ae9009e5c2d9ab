import { parseBrokerAddress } from './broker-address.ts'
import { parseByteSize } from './byte-size.ts'
import { isExitOnFailure } from './exit-on-failure.ts'

/** Options whose value may be left out, and what a value looks like. */
const OPTIONAL: Readonly<Record<string, (value: string) => boolean>> = {
  '--dev': (value) => parseBrokerAddress(value) !== undefined,
  '--dev-memory': (value) => parseByteSize(value) !== undefined,
  '--exit-on-failure': isExitOnFailure,
}

/**
 * Writes each of those options together with its value, `--dev=` when there is none: else the worker's file after a plain
 * `--dev` would be taken for its value. What stands after `--` is left alone.
 */
export const bindOptionalValues = (args: readonly string[]): string[] => {
  const bound: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === '--') return [...bound, ...args.slice(at)]
    const next = args[at + 1]
    if (!Object.hasOwn(OPTIONAL, arg)) bound.push(arg)
    else if (next !== undefined && OPTIONAL[arg]!(next)) {
      bound.push(`${arg}=${next}`)
      at++
    } else bound.push(`${arg}=`)
  }
  return bound
}
