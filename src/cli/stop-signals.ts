import { EXIT } from './exit-codes.ts'

/**
 * The first SIGINT or SIGTERM asks for an orderly stop; the second ends the process at once.
 * @returns a promise of the exit code, once the first signal came
 */
export const firstSignal = (onSecond: () => void): Promise<number> =>
  new Promise((resolve) => {
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
