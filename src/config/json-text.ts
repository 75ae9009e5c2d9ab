/**
 * A JSON value as it stands in the text. Numbers keep their spelling (`1.50` and integers beyond 2^53 stay exact), objects
 * keep duplicate keys, both of which `JSON.parse` would lose.
 */
export type JsonNode = JsonScalar | JsonObject | JsonArray

export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'boolean' | 'null'
  /** A string's content; otherwise the text itself; null for `null`. */
  readonly text: string | null
  readonly at: number
}

export interface JsonObject {
  readonly kind: 'object'
  readonly entries: readonly (readonly [string, JsonNode])[]
  readonly at: number
}

export interface JsonArray {
  readonly kind: 'array'
  readonly items: readonly JsonNode[]
  readonly at: number
}

/** Line and column, both from 1, of an index into the text. */
export const positionOf = (source: string, at: number): { line: number; column: number } => {
  const before = source.slice(0, at).split(/\r\n|\r|\n/)
  return { line: before.length, column: before[before.length - 1]!.length + 1 }
}

/** Text that is not JSON. The message tells what was expected and where, and never more than one character of the text. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
  readonly line: number
  readonly column: number

  constructor(source: string, at: number, reason: string) {
    const { line, column } = positionOf(source, at)
    super(`${reason} (line ${line}, column ${column})`)
    this.line = line
    this.column = column
  }
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y
const WORD = /true|false|null/y
const MAX_DEPTH = 1000

/** A character for an error message; as its number where it could not be seen. */
const show = (codePoint: number): string =>
  codePoint > 0x20 && codePoint < 0x7f
    ? `'${String.fromCodePoint(codePoint)}'`
    : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`

/**
 * Reads the first JSON value of a text.
 *
 * @returns the value, and where the text goes on after it
 * @throws JsonTextError
 */
export const parseJsonText = (source: string): { value: JsonNode; end: number } => {
  let at = 0

  const fail = (reason: string): never => {
    throw new JsonTextError(source, at, reason)
  }
  const expected = (what: string): never => {
    const found = source.codePointAt(at)
    return fail(`expected ${what}, ${found === undefined ? 'but the text ends' : `found ${show(found)}`}`)
  }
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    at += found?.length ?? 0
    return found
  }
  /** Takes this character, with the blanks around it, if it comes next. */
  const take = (character: string): boolean => {
    match(SPACE)
    if (source[at] !== character) return false
    at += 1
    match(SPACE)
    return true
  }

  const string = (what: string): string => {
    const start = at
    if (match(STRING) === undefined) expected(what)
    if (source[at] !== '"') {
      if (at >= source.length) fail('a string is not closed')
      fail(
        source[at] === '\\'
          ? 'a string holds an unknown escape'
          : 'a string holds a line break or another control character',
      )
    }
    at += 1
    return JSON.parse(source.slice(start, at)) as string
  }

  const object = (start: number, depth: number): JsonObject => {
    const entries: [string, JsonNode][] = []
    if (!take('}')) {
      do {
        const key = string('a key in double quotes')
        if (!take(':')) expected("':'")
        entries.push([key, value(depth)])
      } while (take(','))
      if (!take('}')) expected("',' or '}'")
    }
    return { kind: 'object', entries, at: start }
  }

  const array = (start: number, depth: number): JsonArray => {
    const items: JsonNode[] = []
    if (!take(']')) {
      do items.push(value(depth))
      while (take(','))
      if (!take(']')) expected("',' or ']'")
    }
    return { kind: 'array', items, at: start }
  }

  const value = (depth: number): JsonNode => {
    match(SPACE)
    const start = at
    if (depth > MAX_DEPTH) fail(`more than ${MAX_DEPTH} levels of nesting`)
    if (take('{')) return object(start, depth + 1)
    if (take('[')) return array(start, depth + 1)
    if (source[at] === '"') return { kind: 'string', text: string('a string'), at: start }
    const word = match(WORD)
    if (word !== undefined) {
      return word === 'null' ? { kind: 'null', text: null, at: start } : { kind: 'boolean', text: word, at: start }
    }
    const text = match(NUMBER)
    return text === undefined ? expected('a value') : { kind: 'number', text, at: start }
  }

  return { value: value(0), end: at }
}
