import type { ConfigDef, ConfigKey, RawConfig } from './define.ts'

/** The entries of `raw` whose keys start with `prefix`, without it. The bare prefix itself is no entry. */
export const withPrefix = (raw: RawConfig, prefix: string): RawConfig =>
  Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(prefix) && key.length > prefix.length)
      .map(([key, value]) => [key.slice(prefix.length), value]),
  )

/** A definition whose keys all carry a prefix. Display names stay without it, as the JVM shows them. */
export const prefixedDefinition = (prefix: string, definition: ConfigDef): ConfigDef =>
  Object.fromEntries(
    Object.entries(definition).map(([name, key]): [string, ConfigKey] => [
      prefix + name,
      { ...key, displayName: key.displayName ?? name },
    ]),
  )
