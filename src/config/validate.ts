/** What a definition says about a config, in the shape of `PUT /connector-plugins/{plugin}/config/validate`. */
import { doubleText } from '../data/java-text.ts'
import type { ConfigDef, ConfigKey, ConfigType, RawConfig } from './define.ts'
import { type ClassResolver, checkValue, parseSetting } from './parse.ts'

/** A setting as REST describes it. The order of the members is the order in the answer. */
export interface ConfigKeyInfo {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default_value: string | null
  readonly importance: string
  readonly documentation: string
  readonly group: string | null
  readonly order_in_group: number
  readonly width: string
  readonly display_name: string
  readonly dependents: readonly string[]
}

export interface ConfigValueInfo {
  readonly name: string
  readonly value: string | null
  readonly recommended_values: readonly string[]
  readonly errors: readonly string[]
  readonly visible: boolean
}

export interface ConfigInfo {
  /** Null: a key that no definition names but that has something wrong with it. */
  readonly definition: ConfigKeyInfo | null
  readonly value: ConfigValueInfo
}

export interface ConfigInfos {
  readonly name: string
  readonly error_count: number
  readonly groups: readonly string[]
  readonly configs: readonly ConfigInfo[]
}

/** One key after parsing and checking; later checks add to `errors`. */
export interface CheckedValue {
  readonly name: string
  readonly value: unknown
  readonly errors: string[]
  readonly recommended: readonly string[]
  readonly visible: boolean
}

/**
 * Parses and checks every key of the definition. Unlike `parseConfig`, and like the JVM, it asks the validator even when
 * the text could not be parsed (about null then), and reports repeated list elements instead of dropping them.
 */
export const checkConfig = (
  definition: ConfigDef,
  raw: RawConfig,
  resolveClass?: ClassResolver,
): Map<string, CheckedValue> => {
  const checked = new Map<string, CheckedValue>()
  for (const [name, key] of Object.entries(definition)) {
    const parsed = parseSetting(name, key, raw, resolveClass)
    const complaint = checkValue(name, key, parsed.value)
    const errors = [parsed.problem, complaint].filter((text) => typeof text === 'string')
    checked.set(name, { name, value: parsed.value, errors, recommended: key.recommended ?? [], visible: true })
  }
  return checked
}

/** The whole answer for one definition. `error_count` counts messages. */
export const validateConfig = (name: string, definition: ConfigDef, raw: RawConfig): ConfigInfos =>
  configInfos(name, definition, checkConfig(definition, raw), groupsOf(definition))

/** Keys with something to say that the definition does not name come first, then its keys in order. */
export const configInfos = (
  name: string,
  definition: ConfigDef,
  checked: ReadonlyMap<string, CheckedValue>,
  groups: readonly string[],
): ConfigInfos => {
  const configs: ConfigInfo[] = []
  for (const value of checked.values()) {
    if (!Object.hasOwn(definition, value.name)) configs.push({ definition: null, value: valueInfo(value, undefined) })
  }
  for (const [key, setting] of Object.entries(definition)) {
    const value = checked.get(key) ?? { name: key, value: null, errors: [], recommended: [], visible: true }
    if (setting.internal && value.errors.length === 0) continue
    configs.push({ definition: describeKey(key, setting), value: valueInfo(value, setting) })
  }
  const errorCount = configs.reduce((count, config) => count + config.value.errors.length, 0)
  return { name, error_count: errorCount, groups, configs }
}

/** The settings of a plugin, as `GET /connector-plugins/{plugin}/config` lists them. */
export const describeConfig = (definition: ConfigDef): readonly ConfigKeyInfo[] =>
  Object.entries(definition)
    .filter(([, key]) => !key.internal)
    .map(([name, key]) => describeKey(name, key))

export const describeKey = (name: string, key: ConfigKey): ConfigKeyInfo => ({
  name,
  type: key.type.toUpperCase(),
  required: key.default === undefined,
  default_value: settingText(key.type, key.default ?? null),
  importance: key.importance.toUpperCase(),
  documentation: key.doc,
  group: key.group ?? null,
  order_in_group: key.order ?? -1,
  width: (key.width ?? 'none').toUpperCase(),
  display_name: key.displayName ?? name,
  dependents: key.dependents ?? [],
})

/** The groups of a definition, each once, in the order they first occur. */
export const groupsOf = (definition: ConfigDef): readonly string[] => [
  ...new Set(Object.values(definition).flatMap((key) => (key.group === undefined ? [] : [key.group]))),
]

export const valueInfo = (checked: CheckedValue, key: ConfigKey | undefined): ConfigValueInfo => ({
  name: checked.name,
  value: settingText(key?.type, checked.value),
  recommended_values: checked.recommended,
  errors: checked.errors,
  visible: checked.visible,
})

/** A parsed value as text: lists joined by commas, secrets as `[hidden]`. */
export const settingText = (type: ConfigType | undefined, value: unknown): string | null => {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.join(',')
  if (type === 'password') return '[hidden]'
  return type === 'double' && typeof value === 'number' ? doubleText(value) : String(value)
}
