import type { Validator } from './define.ts'
import { javaIsBlank } from './java-text.ts'

/** A header that every REST answer gets. `setDate` and `addDate` values are milliseconds since the epoch. */
export interface ResponseHeaderRule {
  readonly action: 'set' | 'add' | 'setDate' | 'addDate'
  readonly name: string
  readonly value: string
}

const ACTIONS = ['set', 'add', 'setDate', 'addDate'] as const

/**
 * `set X-Foo: bar, "add Cache-Control: no-cache, no-store"`: rules separated by commas, in quotes when they hold one.
 *
 * @throws Error with Apache Kafka's text
 */
export const parseResponseHeaders = (text: string): readonly ResponseHeaderRule[] =>
  javaIsBlank(text) ? [] : splitRules(text).map(parseRule)

export const responseHeaderRules: Validator<string | null> = (_key, value) => {
  try {
    parseResponseHeaders(value ?? '')
    return null
  } catch (error) {
    return { wholeMessage: error instanceof Error ? error.message : String(error) }
  }
}

const parseRule = (rule: string): ResponseHeaderRule => {
  const [, word, header] = /^(\S+)\s+(.*)$/s.exec(rule.trim()) ?? []
  if (word === undefined || header === undefined) {
    throw new Error(`Invalid format of header config '${rule}'. Expected: '[action] [header name]:[header value]'`)
  }
  const action = ACTIONS.find((each) => each.toLowerCase() === word.toLowerCase())
  if (action === undefined) {
    throw new Error(`Invalid header config action: '${word}'. Expected one of [${ACTIONS.join(', ')}]`)
  }
  const [name, value, more] = header.split(':')
  if (name === undefined || value === undefined || value === '' || more !== undefined) {
    throw new Error(
      `Invalid format of header name and header value pair '${header}'. Expected: '[header name]:[header value]'`,
    )
  }
  if (name.trim() === '' || /\s/.test(name.trim())) {
    throw new Error(`Invalid header name '${name.trim()}'. The '[header name]' cannot contain whitespace`)
  }
  return { action, name: name.trim(), value: value.trim() }
}

/** Splits at commas outside double quotes; inside them a doubled or escaped quote is a quote. */
const splitRules = (text: string): readonly string[] =>
  [...text.matchAll(/\s*(?:"((?:[^"\\]|\\.|"")*)"\s*|([^,]*))(?:,|$)/gs)]
    .map(
      ([, quoted, plain = '']) => quoted?.replace(/""|\\(.)/gs, (_all, char?: string) => char ?? '"') ?? plain.trim(),
    )
    .filter((rule, index, all) => rule !== '' || index < all.length - 1)
