export const LEVELS = { off: -1, fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5, all: 6 } as const
export type AnyLevel = keyof typeof LEVELS

export const isLevel = (text: string): boolean => Object.hasOwn(LEVELS, text.toLowerCase())

/** What `--log-level` asked for. */
export interface LogLevels {
  /** Undefined: what the worker's file says. */
  readonly root?: string
  /** Of single loggers. */
  readonly byName: ReadonlyMap<string, string>
}

export const NO_LOG_LEVELS: LogLevels = { byName: new Map() }

/** Adds `LEVEL` or `NAME=LEVEL`. @throws Error that tells what is accepted */
export const addLogLevel = (given: string, before: LogLevels = NO_LOG_LEVELS): LogLevels => {
  const equals = given.lastIndexOf('=')
  const name = equals < 0 ? 'root' : given.slice(0, equals).trim()
  const level = given.slice(equals + 1).trim()
  if (!isLevel(level)) {
    const known = Object.keys(LEVELS).map((each) => each.toUpperCase())
    throw new Error(`'${level}' is no level. Accepted: ${known.join(', ')}, each also as NAME=LEVEL`)
  }
  if (name === '') throw new Error("the name before '=' is missing. Accepted: LEVEL or NAME=LEVEL")
  if (name === 'root') return { ...before, root: level }
  return { ...before, byName: new Map([...before.byName, [name, level]]) }
}
