/** Checks for parsed values, with Apache Kafka's texts. Each makes a {@link Validator} for a {@link ConfigKey}. */
import { compileJavaRegex } from '../data/java-regex.ts'
import type { Validator } from './define.ts'
import { javaIsBlank, javaListText } from './java-text.ts'
import { parseVersionSpec } from './version-range.ts'

const droppingDuplicates = <T>(validator: Validator<T>): Validator<T> =>
  Object.assign((key: string, value: T) => validator(key, value), { dropsDuplicates: true as const })

const keepingDuplicateRule = <T>(from: { dropsDuplicates?: true }, validator: Validator<T>): Validator<T> =>
  from.dropsDuplicates ? droppingDuplicates(validator) : validator

/** Null passes, as everywhere on the JVM: a missing required key has its own message. */
export const nonEmpty: Validator<string | null> = (_key, value) => (value === '' ? 'String must be non-empty' : null)

export const nonNull: Validator = (_key, value) => (value === null ? 'entry must be non null' : null)

/** No text made of white space alone. Null passes. */
export const nonBlank: Validator<string | null> = (_key, value) =>
  value !== null && javaIsBlank(value) ? 'String must be non-empty' : null

/** Non-empty, and without control characters such as line ends. For names. */
export const nonEmptyWithoutControlChars: Validator<string | null> = (_key, value) => {
  if (value === null) return null
  if (value === '') return 'String may not be empty'
  const found: string[] = []
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) found.push(String(code))
  }
  return found.length === 0
    ? null
    : `String may not contain control sequences but had the following ASCII chars: ${found.join(', ')}`
}

export const atLeast =
  (least: number): Validator<number | null> =>
  (_key, value) => {
    if (value === null) return 'Value must be non-null'
    return value < least ? `Value must be at least ${least}` : null
  }

export const between =
  (least: number, most: number): Validator<number | null> =>
  (_key, value) => {
    if (value === null) return 'Value must be non-null'
    if (value < least) return `Value must be at least ${least}`
    return value > most ? `Value must be no more than ${most}` : null
  }

export const oneOf =
  (...choices: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value !== null && choices.includes(value) ? null : `String must be one of: ${choices.join(', ')}`

export const oneOfIgnoreCase =
  (...choices: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value !== null && choices.some((choice) => choice.toUpperCase() === value.toUpperCase())
      ? null
      : `String must be one of (case insensitive): ${choices.join(', ')}`

/** Lets null pass and asks `validator` about everything else. */
export const nullOr = <T>(validator: Validator<T>): Validator<T | null> =>
  keepingDuplicateRule(validator, (key, value) => (value === null ? null : validator(key, value as T)))

/** The first problem that any of them finds. */
export const allOf =
  <T>(...validators: readonly Validator<T>[]): Validator<T> =>
  (key, value) => {
    for (const validator of validators) {
      const problem = validator(key, value)
      if (problem !== null) return problem
    }
    return null
  }

/** A regular expression of Java's. Null passes. */
export const regex: Validator<string | null> = (_key, value) => {
  try {
    if (value !== null) compileJavaRegex(value)
    return null
  } catch (error) {
    return `Invalid regex: ${error instanceof Error ? error.message : error}`
  }
}

export interface ListRules {
  /** The only accepted elements. Default: anything that is not empty. */
  readonly of?: readonly string[]
  /** Default true. */
  readonly emptyAllowed?: boolean
  /** Default false. */
  readonly nullAllowed?: boolean
}

/** A list without repeated and without empty elements. Repeated ones are dropped when a worker parses its own file. */
export const listOf = ({
  of,
  emptyAllowed = true,
  nullAllowed = false,
}: ListRules = {}): Validator<readonly string[] | null> =>
  droppingDuplicates((key, value) => {
    if (value === null) return nullAllowed ? null : { wholeMessage: `Configuration '${key}' values must not be null.` }
    if (value.length === 0 && !emptyAllowed) {
      const accepted = of === undefined ? 'any non-empty value' : javaListText(of)
      return { wholeMessage: `Configuration '${key}' must not be empty. Valid values include: ${accepted}` }
    }
    if (new Set(value).size !== value.length) {
      return { wholeMessage: `Configuration '${key}' values must not be duplicated.` }
    }
    if (value.includes('')) return { wholeMessage: `Configuration '${key}' values must not be empty.` }
    const stranger = of === undefined ? undefined : value.find((element) => !of.includes(element))
    if (stranger === undefined) return null
    return {
      wholeMessage: `Invalid value ${stranger} for configuration ${key}: String must be one of: ${of?.join(', ')}`,
    }
  })

/** At least one element, none empty, none twice. */
export const listNotEmpty: Validator<readonly string[] | null> = listOf({ emptyAllowed: false })

/** May be empty, but no element is empty or there twice. */
export const listWithoutBlanksAndDuplicates: Validator<readonly string[] | null> = listOf()

/** Aliases of transforms, predicates and topic creation groups: each once. */
export const uniqueAliases: Validator<readonly string[] | null> = (_key, value) => {
  if (value === null) return 'entry must be non null'
  return new Set(value).size === value.length ? null : 'Duplicate alias provided.'
}

/** A version, a Maven range such as `[1.0,2.0)`, or `latest`. Null passes. */
export const versionSpec: Validator<string | null> = (_key, value) => {
  try {
    parseVersionSpec(value)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
