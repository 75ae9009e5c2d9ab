import { ConfigFileError } from '../config-file-error.ts'
import type { RawConfig } from '../define.ts'
import type { ConfigProviderDefinition } from './provider.ts'

/** What Java's patterns know and JavaScript's read as something else without a word. */
const JAVA_ONLY = /\\[pPQEAZzGhHRX]|\\x\{|&&|\[[^\]]*\[/

/** The pattern must match the whole name. A leading `(?i)` is understood. */
const allowlist = (parameters: RawConfig): RegExp => {
  const pattern = parameters['allowlist.pattern'] ?? '.*'
  const ignoreCase = pattern.startsWith('(?i)')
  const body = ignoreCase ? pattern.slice('(?i)'.length) : pattern
  try {
    if (JAVA_ONLY.test(body)) throw new SyntaxError('it holds a construct that only Java knows')
    return new RegExp(`^(?:${body})$`, ignoreCase ? 'i' : '')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`allowlist.pattern: '${pattern}' cannot be used as a regular expression: ${reason}`, {
      cause: error,
    })
  }
}

/**
 * `${NAME:VARIABLE}`: a variable of the environment.
 *
 * @param environment defaults to that of the process
 */
export const envVarProviderOf = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ConfigProviderDefinition => ({
  className: 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
  doc: 'Variables of the environment: the path stays empty, the key is the name of the variable.',
  create(parameters) {
    const allowed = allowlist(parameters)
    return {
      async get(path, keys) {
        if (path !== '') {
          const message = `Path is not supported for EnvVarConfigProvider, invalid value '${path}'`
          throw new ConfigFileError('environment', [{ message }])
        }
        const values = new Map<string, string>()
        for (const key of keys) {
          const value = Object.hasOwn(environment, key) && allowed.test(key) ? environment[key] : undefined
          if (value !== undefined) values.set(key, value)
        }
        return { values }
      },
    }
  },
})
