import { setOwn } from './values.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const SPACE = 0x20

/**
 * Whether a property of a JSON text is written with an escape. `JSON.parse` of V8 12.8 and later (Node.js 24 and 26) now and
 * then gives another name for such a property: it takes a known object's next name when the text up to the escape is the same
 * (nodejs/node#63785).
 */
export const hasEscapedKey = (text: string): boolean => {
  let at = text.indexOf('\\')
  while (at >= 0) {
    const end = endOfString(text, at)
    let next = end + 1
    while (text.charCodeAt(next) <= SPACE) next++
    if (text.charCodeAt(next) === COLON) return true
    at = text.indexOf('\\', next)
  }
  return false
}

/** Where the string ends in which an escape begins `at`. */
const endOfString = (text: string, at: number): number => {
  let index = at
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) return index
    index += code === BACKSLASH ? 2 : 1
  }
  return text.length
}

/** `JSON.parse`, with the right names of properties on every version of Node.js. @throws SyntaxError */
export const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text)
  return hasEscapedKey(text) ? parseByNumberedKeys(text) : value
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?/g

/** Parses with a number in place of every name, for a text that is known to be JSON; the number behind a mark that is not in the text. */
const parseByNumberedKeys = (text: string): unknown => {
  let mark = '\ue000'
  while (text.includes(mark)) mark += '\ue000'
  const names: string[] = []
  const numbers = new Map<string, number>()
  const numbered = text.replace(STRING, (token) => {
    if (!token.endsWith(':')) return token
    const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string
    if (!numbers.has(name)) numbers.set(name, names.push(name) - 1)
    return `"${mark}${numbers.get(name)}":`
  })
  return named(JSON.parse(numbered), mark.length, names)
}

const named = (value: unknown, markLength: number, names: readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((each) => named(each, markLength, names))
  if (typeof value !== 'object' || value === null) return value
  const object: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(value))
    setOwn(object, names[Number(key.slice(markLength))]!, named(each, markLength, names))
  return object
}
