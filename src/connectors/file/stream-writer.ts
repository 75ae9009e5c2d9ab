import type { Writable } from 'node:stream'
import { ConnectError } from '../../plugin/errors.ts'
import type { LineTarget } from './line-target.ts'
import { reasonOf } from './open-file.ts'

/** Writes lines to a stream that belongs to others, too: it is not closed. `name` is for messages. */
export const writeTo = (stream: Writable, name: string): LineTarget => {
  let failure: Error | undefined
  // A failed write is told twice, and an `error` event that nobody listens to ends the process.
  const fail = (error: Error): void => {
    failure = error
  }
  stream.on('error', fail)
  return {
    write: (lines) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error | null): void => {
          const cause = error ?? failure
          if (!cause) resolve()
          else reject(new ConnectError(`Could not write to ${name}: ${reasonOf(cause)}`, { cause }))
        }
        stream.write(lines, finish)
      }),
    flush: async () => {},
    close: async () => {
      stream.off('error', fail)
    },
  }
}
