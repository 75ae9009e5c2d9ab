import { doubleText } from '../data/java-text.ts'
import type { ConfigDef, ConfigKey, ConfigOf, ConfigProblem, ConfigType, RawConfig } from './define.ts'
import { Password } from './define.ts'
import { equalsIgnoreCase, javaListText, javaTrim, parseJavaDouble, parseJavaInteger } from './java-text.ts'

/** A config with at least one unusable key. `message` lists every problem, one a line. */
export class ConfigParseError extends Error {
  override readonly name = 'ConfigException'
  readonly problems: readonly ConfigProblem[]
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'))
    this.problems = problems
  }
}

export interface ParsedConfig<D extends ConfigDef> {
  /** A key with a problem is null here: look at `problems` before using them. */
  readonly values: ConfigOf<D>
  readonly problems: readonly ConfigProblem[]
  /** What was put right on the way (repeated list elements), in sentences. */
  readonly warnings: readonly string[]
}

/** Finds the full class name that a name or alias stands for. `key` tells which setting asks. */
export type ClassResolver = (key: string, name: string) => string | undefined

/**
 * Parses what the definition names, as Kafka's ConfigDef does, and leaves other keys of `raw` alone.
 * Without `resolveClass`, class settings keep the name as it was written.
 */
export const parseConfig = <const D extends ConfigDef>(
  definition: D,
  raw: RawConfig,
  resolveClass?: ClassResolver,
): ParsedConfig<D> => {
  const values: [string, unknown][] = []
  const problems: ConfigProblem[] = []
  const warnings: string[] = []
  for (const [key, setting] of Object.entries(definition)) {
    const parsed = parseSetting(key, setting, raw, resolveClass)
    const value = parsed.problem === undefined ? withoutDuplicates(key, setting, parsed.value, warnings) : null
    const message = parsed.problem ?? checkValue(key, setting, value)
    if (message !== null) problems.push({ key, value: rawText(setting, raw, key), message })
    values.push([key, message === null ? value : null])
  }
  // fromEntries makes own properties whatever the key is called, `__proto__` included.
  return { values: Object.fromEntries(values) as ConfigOf<D>, problems, warnings }
}

/** @throws ConfigParseError naming every problem */
export const parseOrThrow = <const D extends ConfigDef>(definition: D, raw: RawConfig): ConfigOf<D> => {
  const { values, problems } = parseConfig(definition, raw)
  if (problems.length > 0) throw new ConfigParseError(problems)
  return values
}

/** One key: its parsed value, default included, or what is wrong with its text. The validator is not asked yet. */
export const parseSetting = (
  key: string,
  setting: ConfigKey,
  raw: RawConfig,
  resolveClass?: ClassResolver,
): { value: unknown; problem?: undefined } | { value: null; problem: string } => {
  if (!Object.hasOwn(raw, key)) {
    if (setting.default !== undefined) return { value: setting.default }
    return { value: null, problem: `Missing required configuration "${key}" which has no default value.` }
  }
  const text = raw[key]
  // A null that stands in the config is a value of its own: it does not become the default.
  if (text === null || text === undefined) return { value: null }
  if (setting.type === 'class' && resolveClass !== undefined) {
    const className = resolveClass(key, javaTrim(text))
    if (className !== undefined) return { value: className }
    return { value: null, problem: invalidValue(key, text, `Class ${text} could not be found.`) }
  }
  const parsed = parseText(setting.type, text)
  if ('value' in parsed) return parsed
  return { value: null, problem: invalidValue(key, setting.type === 'password' ? '[hidden]' : text, parsed.reason) }
}

/** What the key's validator says about a parsed value, as Kafka's whole message, or null. */
export const checkValue = (key: string, setting: ConfigKey, value: unknown): string | null => {
  const reason = setting.validator?.(key, value) ?? null
  if (reason === null) return null
  return typeof reason === 'string' ? invalidValue(key, valueText(setting.type, value), reason) : reason.wholeMessage
}

export const invalidValue = (key: string, value: string | null, reason: string): string =>
  `Invalid value ${value} for configuration ${key}: ${reason}`

const TYPE_BITS = { short: 16, int: 32, long: 64 } as const

const parseText = (type: ConfigType, text: string): { value: unknown } | { reason: string } => {
  const trimmed = javaTrim(text)
  switch (type) {
    case 'string':
    case 'class':
      return { value: trimmed }
    case 'password':
      return { value: new Password(trimmed) }
    case 'list':
      return { value: trimmed === '' ? [] : trimmed.split(/[ \t\n\v\f\r]*,[ \t\n\v\f\r]*/) }
    case 'boolean': {
      if (equalsIgnoreCase(trimmed, 'true')) return { value: true }
      if (equalsIgnoreCase(trimmed, 'false')) return { value: false }
      return { reason: 'Expected value to be either true or false' }
    }
    case 'double': {
      const value = parseJavaDouble(trimmed)
      return value === undefined ? { reason: 'Not a number of type DOUBLE' } : { value }
    }
    default: {
      const value = parseJavaInteger(trimmed, TYPE_BITS[type])
      return value === undefined ? { reason: `Not a number of type ${type.toUpperCase()}` } : { value: Number(value) }
    }
  }
}

/** A parsed value as Java prints it in messages and in REST answers' errors. Secrets stay hidden. */
const valueText = (type: ConfigType, value: unknown): string => {
  if (Array.isArray(value)) return javaListText(value)
  if (type === 'class' && value !== null) return `class ${value}`
  return type === 'double' && typeof value === 'number' ? doubleText(value) : String(value)
}

const withoutDuplicates = (key: string, setting: ConfigKey, value: unknown, warnings: string[]): unknown => {
  if (!setting.validator?.dropsDuplicates || !Array.isArray(value)) return value
  const distinct = [...new Set<string>(value)]
  if (distinct.length === value.length) return value
  warnings.push(
    `Configuration key "${key}" contains duplicate values. Duplicates have been removed. The original value is: ` +
      `${javaListText(value)}, the updated value is: ${javaListText(distinct)}`,
  )
  return distinct
}

const rawText = (setting: ConfigKey, raw: RawConfig, key: string): string | null => {
  const text = Object.hasOwn(raw, key) ? (raw[key] ?? null) : null
  return setting.type === 'password' && text !== null ? '[hidden]' : text
}
