import { ConfigParseError } from '../config/parse.ts'
import { KafkaError } from '../kafka/errors.ts'
import { ConfigError, DataError, RetriableError } from '../plugin/errors.ts'
import { PluginVersionError } from '../plugin/find-plugins.ts'
import { HerderError } from './herder-error.ts'

/**
 * Whether what failed with this error may work after a restart. An error, or one of its causes, may say so itself, by a
 * member `retriable` that is a boolean; the outermost counts. Mistakes that only a person can mend are not worth it: wrong
 * settings, plug-ins that are missing, data that cannot be converted, what a broker refuses for good. Anything else is.
 */
export const isWorthRestarting = (error: unknown): boolean => {
  const chain = causesOf(error)
  for (const each of chain) {
    if (each instanceof KafkaError) return each.retriable || !isRefusal(each.code)
    const own = each instanceof Error && 'retriable' in each ? each.retriable : undefined
    if (typeof own === 'boolean') return own
    if (each instanceof RetriableError) return true
    if (isMistake(each)) return false
  }
  return true
}

const MOST_CAUSES = 20

const causesOf = (error: unknown): readonly unknown[] => {
  const chain: unknown[] = []
  for (let each = error; each !== undefined && each !== null && chain.length < MOST_CAUSES; ) {
    chain.push(each)
    each = each instanceof Error ? each.cause : undefined
  }
  return chain
}

const MODULE_CODES: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED']

const isMistake = (error: unknown): boolean =>
  error instanceof ConfigError ||
  error instanceof ConfigParseError ||
  error instanceof DataError ||
  error instanceof PluginVersionError ||
  (error instanceof HerderError && error.status < 500) ||
  (error instanceof Error && 'code' in error && MODULE_CODES.includes(error.code))

/** What stays as it is until somebody changes a setting, a permission or the record. A producer that was fenced off, say, does not. */
const isRefusal = (code: string): boolean =>
  /AUTHENTICATION_FAILED$|AUTHORIZATION_FAILED$|^TLS_FAILED$|^UNSUPPORTED_|TOO_LARGE$|^POLICY_VIOLATION$/.test(code) ||
  ['INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'INVALID_CONFIG', 'INVALID_REQUIRED_ACKS'].includes(code)
