import type { LogFields, Logger, LogLevel } from './logger.ts'

/** A logger all of whose lines go through one function. */
export const makeLogger = (
  write: (level: LogLevel, message: string, fields: LogFields | undefined) => void,
  isEnabled: Logger['isEnabled'],
): Logger => ({
  error: (message, fields) => write('error', message, fields),
  warn: (message, fields) => write('warn', message, fields),
  info: (message, fields) => write('info', message, fields),
  debug: (message, fields) => write('debug', message, fields),
  trace: (message, fields) => write('trace', message, fields),
  isEnabled,
})
