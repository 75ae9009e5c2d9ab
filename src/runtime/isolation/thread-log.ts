import type { LogFields, Logger, LogLevel } from '../../plugin/logger.ts'
import { makeLogger } from '../../plugin/make-logger.ts'
import { errorMessage } from './error-message.ts'
import type { Peer } from './peer.ts'
import type { LogMessage } from './thread-task.ts'

/** Lines a second that a thread may log: the program has to write them all. */
const MOST_LINES = 1000

/** What a task logs is written by the program. */
export const threadLog = (peer: () => Peer): Logger => {
  let second = 0
  let lines = 0
  let dropped = 0
  const write = (level: LogLevel, message: string, { error, ...fields }: LogFields = {}): void => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      if (dropped > 0) tell({ level: 'warn', message: `${dropped} lines were left out of the log`, ...none })
      second = now
      lines = 0
      dropped = 0
    }
    if (++lines > MOST_LINES) {
      dropped++
      return
    }
    tell({ level, message: String(message), error: error === undefined ? undefined : errorMessage(error), fields })
  }
  const none = { error: undefined, fields: undefined }
  const tell = (line: LogMessage): void => {
    try {
      peer().tell('log', line)
    } catch {
      // Fields that cannot go to another thread.
      peer().tell('log', { ...line, fields: undefined })
    }
  }
  return makeLogger(write, () => true)
}
