import type { RawConfig } from '../define.ts'

/** What a provider knows of the keys it was asked for. */
export interface ProvidedValues {
  /** Keys it has no value for are missing: their variables stay as written. */
  readonly values: ReadonlyMap<string, string>
  /** For how many milliseconds the values are good; without it, for ever. */
  readonly ttlMs?: number
  /** For the log, for example a path that may not be read. Never holds a value. */
  readonly warnings?: readonly string[]
}

/** Gives values from outside the configuration. */
export interface ConfigProvider {
  /**
   * Looks up keys, each time anew.
   *
   * @param path what stands between the colons of `${provider:path:key}`; empty for `${provider:key}`
   * @throws ConfigFileError when the source cannot be read
   */
  get(path: string, keys: ReadonlySet<string>): Promise<ProvidedValues>
  close?(): Promise<void> | void
}

/** A kind of provider, as `config.providers.NAME.class` names it. */
export interface ConfigProviderDefinition {
  /** The JVM class. Its simple name, with or without `ConfigProvider` at the end, is accepted too. */
  readonly className: string
  readonly doc: string
  /**
   * @param parameters the `config.providers.NAME.param.` settings, prefix removed
   * @throws Error whose message names the parameter and what is accepted
   */
  create(parameters: RawConfig): ConfigProvider
}

export const NOTHING_PROVIDED: ProvidedValues = { values: new Map() }
