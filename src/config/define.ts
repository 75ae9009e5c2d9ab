/** Typed config definitions: one plain object per plugin gives types, validation, REST answers, docs and masking. */

export type ConfigType = 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password'
export type Importance = 'high' | 'medium' | 'low'
export type Width = 'none' | 'short' | 'medium' | 'long'

/** A config as it stands in a file or a REST body: text, before any definition was applied. */
export type RawConfig = Readonly<Record<string, string | null>>

/** Keeps a secret out of every text form; only {@link Password.value} gives it. */
export class Password {
  readonly #secret: string
  constructor(secret: string) {
    this.#secret = secret
  }
  get value(): string {
    return this.#secret
  }
  toString(): string {
    return '[hidden]'
  }
  toJSON(): string {
    return '[hidden]'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[hidden]'
  }
}

/** A problem whose text stands alone, without `Invalid value VALUE for configuration KEY: ` before it. */
export interface WholeMessage {
  readonly wholeMessage: string
}

/** Tells what is wrong with a parsed value (Apache Kafka's wording, the text after `for configuration KEY: `), or null. */
export interface Validator<T = unknown> {
  (key: string, value: T): string | WholeMessage | null
  /** Lists: `parseConfig` drops repeated elements with a warning before it asks; REST validation reports them. */
  readonly dropsDuplicates?: true
}

/**
 * One setting. No `default` means required; `default: null` means optional without a value. `long` settings are JS numbers
 * (exact to 2^53).
 */
export interface ConfigKey<T extends ConfigType = ConfigType> {
  readonly type: T
  readonly default?: ConfigValues[T] | null
  // biome-ignore lint/suspicious/noExplicitAny: a validator takes the value of its own key's type; definitions stay plain data
  readonly validator?: Validator<any>
  readonly importance: Importance
  readonly doc: string
  readonly group?: string
  readonly order?: number
  readonly width?: Width
  readonly displayName?: string
  readonly dependents?: readonly string[]
  readonly recommended?: readonly string[]
  /** Accepted, but meaningless or old: hidden from REST validation answers where the JVM hides it. */
  readonly internal?: boolean
}

export interface ConfigValues {
  boolean: boolean
  string: string
  int: number
  short: number
  long: number
  double: number
  list: readonly string[]
  class: string
  password: Password
}

export type ConfigDef = Readonly<Record<string, ConfigKey>>

/** The parsed form of a definition: keys with `default: null` may be null. */
export type ConfigOf<D extends ConfigDef> = {
  readonly [K in keyof D]: D[K] extends { readonly default: infer Default }
    ? ConfigValues[D[K]['type']] | (null extends Default ? null : never)
    : ConfigValues[D[K]['type']]
}

export const defineConfig = <const D extends ConfigDef>(definition: D): D => definition

/** A problem with one key of a config. `message` is Apache Kafka's whole text (`Invalid value ...`, `Missing required ...`). */
export interface ConfigProblem {
  readonly key: string
  readonly value: string | null
  readonly message: string
}
