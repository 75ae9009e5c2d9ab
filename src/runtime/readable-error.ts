import { ConnectError } from '../plugin/errors.ts'

const MOST_CAUSES = 20

/**
 * What somebody's code threw, as an error that can be logged and shown: the same error where that is possible. Anything
 * may be thrown: nothing at all, a text, an error whose message throws when it is read. Never throws.
 */
export const readableError = (thrown: unknown): Error => {
  try {
    if (thrown instanceof Error) {
      if (isReadable(thrown)) return thrown
    } else if (thrown === null || typeof thrown !== 'object') {
      return new ConnectError(typeof thrown === 'string' ? thrown : `${String(thrown)} was thrown, and not an error`)
    } else {
      return new ConnectError(`${shown(thrown)} was thrown, and not an error`)
    }
  } catch {
    // It does not let itself be looked at.
  }
  return new ConnectError('Something was thrown that cannot be shown: it throws itself when it is read')
}

/** The same, for whoever can show what is no error: that is left as it is where it has a text. Never throws. */
export const readable = (thrown: unknown): unknown => {
  try {
    if (thrown instanceof Error) return readableError(thrown)
    String(thrown)
    return thrown
  } catch {
    return readableError(thrown)
  }
}

/** Reads all that a log line or a trace will read. */
const isReadable = (error: Error): boolean => {
  let each: unknown = error
  for (let n = 0; each !== undefined && each !== null && n < MOST_CAUSES; n++) {
    if (!(each instanceof Error)) return typeof String(each) === 'string'
    const { name, message, stack } = each
    if (typeof name !== 'string' || typeof message !== 'string') return false
    if (stack !== undefined && typeof stack !== 'string') return false
    each = each.cause
  }
  return true
}

const shown = (thrown: object): string => {
  const text = JSON.stringify(thrown)
  return text === undefined ? String(thrown) : text.slice(0, 200)
}
