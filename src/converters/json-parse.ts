import { DataError } from '../data/errors.ts'
import { hasEscapedKey } from '../data/parse-json.ts'
import { type JsonText, jsonText } from './json-bytes.ts'
import { type JsonNode, JsonParser } from './json-parser.ts'

/**
 * Numbers that JSON.parse would not give exactly, or whose Java type it would not tell: 16 digits and more, an exponent, a
 * fraction of zeros, minus zero. Text in strings may look the same, which costs time only.
 */
const INTEGRAL = /(?:^|[:,[\s])(?:-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE]|\d+\.0+(?!\d))|-0(?![.\d]))/
/** The same, and any fraction: for decimals, whose scale counts. */
const FRACTION = /(?:^|[:,[\s])(?:-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE]|\d+\.\d)|-0(?![.\d]))/

/**
 * What a reader needs to know of numbers: `digits` of fractions (for decimals), whether one `integral` number was written as
 * one, or only its `value`, where anything that JSON.parse may have rounded is found by {@link INEXACT}. An expression finds the
 * numbers for which a `value` is not enough.
 */
export type Exactness = 'digits' | 'integral' | 'value' | RegExp

/** Thrown by readers, and caught in this folder, when JSON.parse may have rounded a number: read again, exactly. */
export const INEXACT = new Error('a number is larger than JSON.parse gives exactly')

const needsExact = (text: string, exactness: Exactness): boolean =>
  exactness !== 'value' &&
  (exactness === 'digits' ? FRACTION : exactness === 'integral' ? INTEGRAL : exactness).test(text)

/** Halves of surrogate pairs, which can only be written as escapes, are no part of a field's name. */
const hasEscape = (text: string): boolean => /\\u[dD][89a-fA-F]/.test(text) || hasEscapedKey(text)

/** Shorter text cannot be nested deeper than the parser's bound. */
const SAFE_LENGTH = 2000

const serializationError = (cause: unknown): DataError =>
  new DataError('Converting byte[] to Kafka Connect data failed due to serialization error: ', { cause })

/** As {@link parseJson}, by the exact parser. */
export const parseExactly = ({ text, damaged, utf8 }: JsonText): JsonNode | undefined => {
  try {
    return new JsonParser(text, damaged, utf8).parse()
  } catch (cause) {
    throw serializationError(cause)
  }
}

const nesting = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x5d || code === 0x7d) depth--
  }
  return deepest
}

/**
 * Parses by JSON.parse where that gives the same nodes as {@link JsonParser}; undefined where it may not.
 */
export const parseFast = (text: string, exactness: Exactness): JsonNode | undefined => {
  if (needsExact(text, exactness) || (text.includes('\\') && hasEscape(text))) return undefined
  if (text.length > SAFE_LENGTH && nesting(text) > 1000) return undefined
  try {
    return JSON.parse(text) as JsonNode
  } catch {
    return undefined
  }
}

/**
 * The nodes of a JSON text in bytes.
 *
 * @returns undefined when there is nothing but white space
 * @throws DataError in the JVM's words; the cause tells what is wrong
 */
export const parseJson = (bytes: Buffer, exactness: 'digits' | 'integral'): JsonNode | undefined => {
  const text = jsonText(bytes)
  return (text.damaged ? undefined : parseFast(text.text, exactness)) ?? parseExactly(text)
}

/** Parses and reads in one go: quickly, and once more exactly if the reader finds that it must be. */
export const readJson = <T>(bytes: Buffer, exactness: Exactness, read: (node: JsonNode) => T): T => {
  const text = jsonText(bytes)
  const node = text.damaged ? undefined : parseFast(text.text, exactness)
  if (node !== undefined) {
    try {
      return read(node)
    } catch (error) {
      if (error !== INEXACT) throw error
    }
  }
  return read(parseExactly(text))
}
