/** One line an event. Handed in by whoever starts a part; nothing reaches for a logger of its own. */
export interface Logger {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  trace(message: string, fields?: LogFields): void
  /** Whether a debug line would be written: ask before building an expensive message. */
  isEnabled(level: LogLevel): boolean
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** `error`: its stack and causes are written below the line. */
export interface LogFields {
  readonly error?: unknown
  readonly [field: string]: unknown
}
