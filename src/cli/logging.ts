import { createLogger, format, transports } from 'winston'
import type { LogFields, Logger, LogLevel } from '../plugin/logger.ts'
import { makeLogger } from '../plugin/make-logger.ts'
import { readable } from '../runtime/readable-error.ts'
import { type AnyLevel, LEVELS } from './log-levels.ts'

export interface LoggingOptions {
  readonly format: 'text' | 'json'
  readonly level: string
  /** Levels of single loggers: of a connector by its name, of `kafka`, `worker` or `rest`. */
  readonly levels: ReadonlyMap<string, string>
  /** Replaces secrets; every line passes through it. */
  readonly mask: (text: string) => string
}

/** The one place that writes log lines: to standard error, so that standard output is left to a console sink. */
export interface Logging {
  /** @param context shown in brackets, such as `name|task-0`; its first part is the logger's name */
  logFor(context: string): Logger
  level(name: string): string
  setLevel(name: string, level: string): void
}

export const createLogging = (options: LoggingOptions): Logging => {
  const levels = new Map<string, number>()
  let root = rank(options.level)
  for (const [name, level] of options.levels) levels.set(name, rank(level))

  const winston = createLogger({
    levels: LEVELS,
    level: 'all',
    format: options.format === 'json' ? jsonLine(options.mask) : textLine(options.mask),
    transports: [new transports.Console({ stderrLevels: Object.keys(LEVELS), forceConsole: false })],
  })

  const rankFor = (name: string): number => levels.get(name) ?? root

  return {
    logFor(context) {
      const name = context.split('|', 1)[0]!
      const write = (level: LogLevel, message: string, fields: LogFields | undefined): void => {
        if (LEVELS[level] <= rankFor(name)) winston.log({ ...readableFields(fields), level, message, context })
      }
      return makeLogger(write, (level) => LEVELS[level] <= rankFor(name))
    },
    level: (name) => nameOf(name === 'root' ? root : rankFor(name)),
    setLevel(name, level) {
      if (name === 'root') root = rank(level)
      else levels.set(name, rank(level))
    },
  }
}

/** A connector may log anything: what cannot be written must not end the line of another. */
const readableFields = (fields: LogFields | undefined): LogFields | undefined => {
  if (fields === undefined) return undefined
  const { error, ...others } = fields
  try {
    JSON.stringify(others, plain)
    return error === undefined ? fields : { ...others, error: readable(error) }
  } catch {
    return { fields: 'cannot be shown', ...(error === undefined ? {} : { error: readable(error) }) }
  }
}

const rank = (level: string): number => LEVELS[level.toLowerCase() as AnyLevel] ?? LEVELS.info

const nameOf = (wanted: number): string =>
  (Object.entries(LEVELS).find(([, number]) => number === wanted)?.[0] ?? 'info').toUpperCase()

interface Line {
  readonly level: string
  readonly message?: unknown
  readonly context?: string
  readonly error?: unknown
}

const textLine = (mask: (text: string) => string) =>
  format.printf((info) => {
    const { level, message, context, error, ...fields } = info as Line & Record<string, unknown>
    const where = context === undefined || context === 'worker' ? '' : `[${context}] `
    const extra = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields, plain)}`
    const line = `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${where}${String(message)}${extra}`
    return mask(error === undefined ? line : `${line}${level === 'error' ? trace(error) : `: ${chain(error)}`}`)
  })

const jsonLine = (mask: (text: string) => string) =>
  format.printf((info) => {
    const { level, message, context, error, ...fields } = info as Line & Record<string, unknown>
    const line = {
      time: new Date().toISOString(),
      level: level.toUpperCase(),
      ...(context === undefined ? {} : { context }),
      message: String(message),
      ...fields,
      ...(error === undefined ? {} : { error: chain(error), stack: trace(error).trim() }),
    }
    return mask(JSON.stringify(line, plain))
  })

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

const MOST_CAUSES = 10

/** An error and what caused it; not for ever, as causes may go round in a circle. */
const withCauses = (error: unknown): readonly unknown[] => {
  const found: unknown[] = []
  let next = error
  do {
    found.push(next)
    next = next instanceof Error ? next.cause : undefined
  } while (next !== undefined && next !== null && found.length < MOST_CAUSES && !found.includes(next))
  return found
}

/** Messages of an error and its causes, on one line. */
const chain = (error: unknown): string => {
  const messages: string[] = []
  for (const each of withCauses(error)) {
    const message = each instanceof Error ? each.message : String(each)
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message)
  }
  return messages.join(': ').replaceAll('\n', ' ')
}

/** Frames below the line, with causes; as the JVM, for whoever has to find out why. */
const trace = (error: unknown): string =>
  withCauses(error)
    .map((each, n) => `\n${n === 0 ? '' : 'Caused by: '}${each instanceof Error ? framesOf(each) : String(each)}`)
    .join('')

/** Whoever wrote a config has no use for where in the program it was found wrong. */
const framesOf = (error: Error): string => {
  const text = `${error.name}: ${error.message}`
  return error.name === 'ConfigException' ? text : (error.stack ?? text)
}
