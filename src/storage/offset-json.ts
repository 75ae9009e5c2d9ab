import { DataError } from '../data/errors.ts'
import { doubleText, floatText } from '../data/java-text.ts'
import { parseJson } from '../data/parse-json.ts'
import { TypedNumber } from '../data/values.ts'

/** A source partition or source offset: string keys, primitive values. */
export type StoredFields = Readonly<Record<string, unknown>>

/**
 * Writes fields as the JVM's JSON converter writes them: no blanks, integers as they are, doubles as Java prints them
 * (`1.5`, `1.0E10`), bytes as base64.
 *
 * @throws DataError for a value that is no primitive
 */
export const fieldsToJson = (fields: StoredFields): string => {
  let text = '{'
  for (const [name, value] of Object.entries(fields)) {
    if (text.length > 1) text += ','
    text += `${stringToJson(name)}:${valueToJson(name, value)}`
  }
  return `${text}}`
}

const valueToJson = (name: string, value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return stringToJson(value)
    case 'boolean':
      return String(value)
    case 'bigint':
      return integerToJson(name, value)
    case 'number':
      return isLong(value) ? integerToJson(name, BigInt(value)) : doubleToJson(value)
    default:
      if (value === null || value === undefined) return 'null'
      if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`
      if (value instanceof TypedNumber) return typedNumberToJson(name, value)
      throw new DataError(
        `Offsets may only use primitive types as values, but field ${name} contains ${
          Array.isArray(value) ? 'a list' : value instanceof Date ? 'a date' : `a ${typeof value}`
        }`,
      )
  }
}

/** A JavaScript number that is a Java Long; anything else is a Double. */
const isLong = (value: number): boolean => Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 63

const typedNumberToJson = (name: string, { type, value }: TypedNumber): string => {
  if (type === 'float64') return doubleToJson(Number(value))
  if (type === 'float32') return Number.isFinite(value) ? floatText(Number(value)) : doubleToJson(Number(value))
  return integerToJson(name, BigInt(value))
}

const integerToJson = (name: string, value: bigint): string => {
  if (BigInt.asIntN(64, value) !== value) throw new DataError(`Offset field ${name} is beyond 64 bits: ${value}`)
  return String(value)
}

/** The JVM quotes what JSON has no number for. */
const doubleToJson = (value: number): string => (Number.isFinite(value) ? doubleText(value) : `"${doubleText(value)}"`)

/** As `JSON.stringify`, but with the upper-case `\u001F` of the JVM, so that its look-up by exact bytes finds the key. */
export const stringToJson = (text: string): string => {
  const json = JSON.stringify(text)
  return json.includes('\\')
    ? json.replace(/\\(?:u00[01][0-9a-f]|.)/g, (match) =>
        match.length > 2 ? `\\u${match.slice(2).toUpperCase()}` : match,
      )
    : json
}

/**
 * Parses JSON without losing what a JavaScript number cannot hold: integers beyond 2^53 are bigints, and a double without
 * a fraction (`1.0`) is a {@link TypedNumber}.
 *
 * @throws SyntaxError for text that is not JSON
 */
export const parseExactJson = (text: string): unknown => {
  const plain: unknown = parseJson(text)
  if (!/\d{16}|\d[.eE]/.test(text)) return plain
  const marked = text.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  )
  return unmark(parseJson(marked))
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

const unmark = (value: unknown): unknown => {
  if (typeof value === 'string') return value.startsWith('s') ? value.slice(1) : exactNumber(value.slice(1))
  if (Array.isArray(value)) return value.map(unmark)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.slice(1), unmark(field)]))
}

const exactNumber = (token: string): unknown => {
  const value = Number(token)
  if (/[.eE]/.test(token))
    return Number.isInteger(value) && !Object.is(value, -0) ? new TypedNumber('float64', value) : value
  return Number.isSafeInteger(value) ? value : BigInt(token)
}

/**
 * One text for all partitions with the same content, whatever the order of their fields. Numbers are compared by value:
 * 1, 1n and 1.0 are the same.
 */
export const contentKey = (connector: string, partition: StoredFields | null): string =>
  JSON.stringify([
    connector,
    partition === null
      ? null
      : Object.entries(partition)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => [name, comparable(value)]),
  ])

const comparable = (value: unknown): unknown => {
  if (value instanceof TypedNumber) {
    return comparable(value.type === 'float32' ? Number(floatText(Number(value.value))) : value.value)
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : [`${value}`]
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return String(value)
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? [`${BigInt(value)}`] : value
  }
  return value ?? null
}
