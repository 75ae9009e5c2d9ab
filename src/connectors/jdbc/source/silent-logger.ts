import type { Logger } from '../../../plugin/logger.ts'

/** For attempts whose failure somebody else will tell. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
  isEnabled: () => false,
}
