import { EXIT } from './exit-codes.ts'

/** The longest that a timer can wait, 25 days. */
const LONG_MS = 2 ** 31 - 1

/**
 * The first SIGINT or SIGTERM asks for an orderly stop; the second ends the process at once. Until `process.exit` the
 * process stays alive, also when there is nothing to do: a worker waits for connectors.
 * @returns a promise of the exit code, once the first signal came
 */
export const firstSignal = (onSecond: () => void): Promise<number> =>
  new Promise((resolve) => {
    // Nobody waits on a signal handler: without a timer Node would end a worker that is idle or half stopped.
    setInterval(() => undefined, LONG_MS)
    let signals = 0
    const handle = (code: number) => () => {
      signals++
      if (signals === 1) resolve(code)
      else {
        onSecond()
        process.exit(code)
      }
    }
    process.on('SIGINT', handle(EXIT.interrupted))
    process.on('SIGTERM', handle(EXIT.terminated))
  })
