import type { RawConfig } from '../config/define.ts'
import { ADMIN_KEYS } from './client-keys.ts'
import { connectionSettings, failOn, parseClient, safe, type WithWarnings } from './client-settings.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** Times are in milliseconds, sizes in bytes; time-outs are at most `Number.MAX_SAFE_INTEGER`. */
export interface AdminSettings {
  readonly connection: ConnectionSettings
  /** Longest time of one call, tries included. */
  readonly apiTimeoutMs: number
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
}

/** @throws ConfigParseError with every problem, in Apache Kafka's wording */
export const adminSettings = (raw: RawConfig): WithWarnings<AdminSettings> => {
  // An admin client of a worker is given all of the worker's settings: unknown keys are nothing to warn of.
  const { values, problems, warnings } = parseClient('admin', ADMIN_KEYS, raw)
  const connection = connectionSettings(values, problems, 'admin', false)
  if (values['default.api.timeout.ms'] < values['request.timeout.ms'] && Object.hasOwn(raw, 'default.api.timeout.ms')) {
    const message =
      'The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms.'
    problems.push({ key: '', value: null, message })
  }
  failOn(problems)
  return {
    warnings,
    settings: {
      connection,
      apiTimeoutMs: Math.max(values['default.api.timeout.ms'], values['request.timeout.ms']),
      retries: values.retries,
      retryBackoffMs: safe(values['retry.backoff.ms']),
      retryBackoffMaxMs: safe(values['retry.backoff.max.ms']),
    },
  }
}
