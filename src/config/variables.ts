import { ConfigFileError } from './config-file-error.ts'
import type { RawConfig } from './define.ts'
import type { ConfigProvider } from './providers/provider.ts'

/** `${provider:key}` or `${provider:path:key}` in a value, and where it stands in it. */
interface Variable {
  readonly provider: string
  readonly path: string
  readonly key: string
  readonly start: number
  readonly end: number
}

/**
 * The variables of a value, from left to right. A variable ends at the first `}`; its first two colons split it, so a path
 * holds none and a key may. `${` without a colon before the `}` is text.
 */
const variablesIn = (value: string): Variable[] => {
  const variables: Variable[] = []
  for (let start = value.indexOf('${'); start >= 0; ) {
    const close = value.indexOf('}', start)
    if (close < 0) break
    const [provider = '', ...rest] = value.slice(start + 2, close).split(':')
    const end = close + 1
    if (rest.length > 0) {
      const path = rest.length > 1 ? rest[0]! : ''
      variables.push({ provider, path, key: rest.slice(rest.length > 1 ? 1 : 0).join(':'), start, end })
    }
    // Without a colon up to this `}` no later `${` before it can have one either.
    start = value.indexOf('${', end)
  }
  return variables
}

/** Whether a value holds a variable, of a known provider or not. */
export const hasVariables = (value: string | null | undefined): boolean =>
  typeof value === 'string' && variablesIn(value).length > 0

/**
 * A task's config as it may be shown: keys whose value in the connector's own config holds a variable get that value back.
 *
 * @param unresolved the connector's config as stored
 */
export const restoreVariables = (taskConfig: RawConfig, unresolved: RawConfig): RawConfig => {
  const shown: Record<string, string | null> = Object.assign(Object.create(null), taskConfig)
  for (const [key, value] of Object.entries(unresolved)) {
    if (Object.hasOwn(shown, key) && hasVariables(value)) shown[key] = value
  }
  return shown
}

export interface ResolvedConfig {
  /** All keys, in their order, on a null prototype. Variables nobody has a value for stay as written. */
  readonly config: RawConfig
  /** The values that were put in, to be masked in logs. */
  readonly resolvedSecrets: ReadonlySet<string>
  /** Keys with at least one variable that was replaced. */
  readonly resolvedKeys: ReadonlySet<string>
  /** For how many milliseconds what was read from a path is good. Only paths whose provider said so. */
  readonly ttls: ReadonlyMap<string, number>
  /** For the log: what providers had to say, and variables that were left as written. Never holds a value. */
  readonly warnings: readonly string[]
}

/** What to ask of one provider at one path, and for which setting it was first wanted. */
interface LookUp {
  readonly provider: string
  readonly path: string
  readonly keys: Set<string>
  readonly wantedBy: string
}

const lookUpId = (provider: string, path: string): string => `${provider}:${path}`

const collect = (raw: RawConfig, providers: ReadonlyMap<string, ConfigProvider>): Map<string, LookUp> => {
  const lookUps = new Map<string, LookUp>()
  for (const [wantedBy, value] of Object.entries(raw)) {
    for (const { provider, path, key } of value === null ? [] : variablesIn(value)) {
      if (!providers.has(provider)) continue
      const id = lookUpId(provider, path)
      const lookUp = lookUps.get(id) ?? { provider, path, keys: new Set(), wantedBy }
      lookUp.keys.add(key)
      lookUps.set(id, lookUp)
    }
  }
  return lookUps
}

/** Says for which setting a source was wanted that cannot be read. */
const forSetting = (key: string, error: unknown): unknown =>
  error instanceof ConfigFileError
    ? new ConfigFileError(
        error.file,
        error.problems.map((problem) => ({ key, ...problem })),
        { cause: error },
      )
    : error

/**
 * Replaces the variables of a config. Each provider is asked once per path; what it gives is not searched for variables.
 *
 * @throws ConfigFileError naming source and setting when a provider cannot read its source
 */
export const resolveVariables = async (
  raw: RawConfig,
  providers: ReadonlyMap<string, ConfigProvider>,
): Promise<ResolvedConfig> => {
  const found = new Map<string, ReadonlyMap<string, string>>()
  const ttls = new Map<string, number>()
  const warnings: string[] = []
  for (const [id, { provider, path, keys, wantedBy }] of collect(raw, providers)) {
    try {
      const provided = await providers.get(provider)!.get(path, keys)
      found.set(id, provided.values)
      if (provided.ttlMs !== undefined && provided.ttlMs >= 0) ttls.set(path, provided.ttlMs)
      warnings.push(...(provided.warnings ?? []))
    } catch (error) {
      throw forSetting(wantedBy, error)
    }
  }

  const config: Record<string, string | null> = Object.create(null)
  const resolvedSecrets = new Set<string>()
  const resolvedKeys = new Set<string>()
  for (const [setting, value] of Object.entries(raw)) {
    config[setting] = value
    if (value === null) continue
    let text = ''
    let copied = 0
    for (const { provider, path, key, start, end } of variablesIn(value)) {
      const replacement = found.get(lookUpId(provider, path))?.get(key)
      if (replacement === undefined) {
        const reason = providers.has(provider) ? `'${key}' was not found` : `config.providers has no '${provider}'`
        warnings.push(`${setting}: ${value.slice(start, end)} is left as written: ${reason}`)
        continue
      }
      text += value.slice(copied, start) + replacement
      copied = end
      resolvedKeys.add(setting)
      if (replacement !== '') resolvedSecrets.add(replacement)
    }
    config[setting] = text + value.slice(copied)
  }
  return { config, resolvedSecrets, resolvedKeys, ttls, warnings }
}
