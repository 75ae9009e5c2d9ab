/**
 * Reads a header's text as a typed value, as the JVM's `Values.parseString` does: `5` is an INT8, `[1,300]` a list of INT16,
 * `{"a":true}` a map. Whatever is none of them is a STRING, the whole text.
 */
import { alignValue, mergeSchemas } from './common-schema.ts'
import { valueEquals } from './equals.ts'
import { DataError } from './errors.ts'
import { decimalToDouble, decimalToFloat, parseDecimal } from './java-text.ts'
import { decimalSchema } from './logical-types.ts'
import {
  BOOLEAN_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  type Schema,
  type SchemaAndValue,
  STRING_SCHEMA,
  schemaOf,
} from './schema.ts'
import { parseTemporal } from './temporal-text.ts'
import { javaTrim, Tokens } from './tokens.ts'

/** How deep lists and maps may stand in each other; the JVM has no bound and runs out of stack. */
const MAX_DEPTH = 500

/** @returns null for the text `null`; the value of a list or map without common schema is in the schemaless form */
export const parseValue = (text: string): SchemaAndValue | null => {
  if (text === '') return { schema: STRING_SCHEMA, value: '' }
  const whole = javaTrim(text)
  if (whole === 'null') return null
  if (whole === 'true' || whole === 'false') return { schema: BOOLEAN_SCHEMA, value: whole === 'true' }
  const tokens = new Tokens(text)
  const container = parseContainer(tokens, text)
  if (container !== undefined) return container
  return parseToken(javaTrim(tokens.nextNotBlank()), tokens) ?? { schema: STRING_SCHEMA, value: text }
}

/** A list or map when the text starts as one. A broken one is text: the whole of it, or only the blanks before it. */
const parseContainer = (tokens: Tokens, text: string): SchemaAndValue | undefined => {
  try {
    if (tokens.take('[')) return parseArray(tokens, 1)
    if (tokens.take('{')) return parseMap(tokens, 1)
    return undefined
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    tokens.position = 0
    const first = tokens.next()
    return { schema: STRING_SCHEMA, value: javaTrim(first) === '' ? first : text }
  }
}

const parseToken = (token: string, tokens: Tokens): SchemaAndValue | undefined => {
  const startsWithDigit = /^\p{Nd}/u.test(token)
  if (startsWithDigit) {
    const temporal = parseTemporalTokens(token, tokens)
    if (temporal !== null) return temporal
  }
  return startsWithDigit || token[0] === '+' || token[0] === '-' ? parseNumber(token) : undefined
}

/** The colons of a time cut it into five tokens. */
const parseTemporalTokens = (token: string, tokens: Tokens): SchemaAndValue | null => {
  const start = tokens.position
  const rest = tokens.take4()
  const whole = rest === undefined ? null : parseTemporal(token + rest)
  if (whole !== null) return whole
  tokens.position = start
  return parseTemporal(token)
}

const INTEGERS: readonly [Schema, number][] = [
  [INT8_SCHEMA, 8],
  [INT16_SCHEMA, 16],
  [INT32_SCHEMA, 32],
]

const parseNumber = (token: string): SchemaAndValue | undefined => {
  const decimal = parseDecimal(token)
  if (decimal === undefined) return undefined
  const { unscaled, scale } = decimal
  const unit = Math.abs(scale) <= 1100 ? 10n ** BigInt(Math.abs(scale)) : undefined
  const integer =
    unscaled === 0n
      ? 0n
      : unit === undefined
        ? undefined
        : scale <= 0
          ? unscaled * unit
          : unscaled % unit === 0n
            ? unscaled / unit
            : undefined
  if (integer !== undefined && BigInt.asIntN(64, integer) === integer) {
    for (const [schema, bits] of INTEGERS) {
      if (BigInt.asIntN(bits, integer) === integer) return { schema, value: Number(integer) }
    }
    return { schema: INT64_SCHEMA, value: integer }
  }
  if (scale !== 0) {
    const float = decimalToFloat(decimal)
    if (Number.isFinite(float)) return { schema: FLOAT32_SCHEMA, value: float }
    const double = decimalToDouble(decimal)
    if (Number.isFinite(double)) return { schema: FLOAT64_SCHEMA, value: double }
  }
  return { schema: decimalSchema(scale), value: decimal }
}

/** An element of a list, or a key or value of a map. Null for `null`. */
const parseEmbedded = (tokens: Tokens, depth: number): SchemaAndValue | null => {
  if (depth > MAX_DEPTH) throw new DataError('Lists and maps are nested too deeply')
  if (tokens.ended) return null
  if (tokens.take('"')) return parseQuoted(tokens)
  if (tokens.take('null')) return null
  if (tokens.take('true')) return { schema: BOOLEAN_SCHEMA, value: true }
  if (tokens.take('false')) return { schema: BOOLEAN_SCHEMA, value: false }
  if (tokens.take('[')) return parseArray(tokens, depth)
  if (tokens.take('{')) return parseMap(tokens, depth)
  const parsed = parseToken(javaTrim(tokens.nextNotBlank()), tokens)
  if (parsed === undefined) throw new DataError('Failed to parse embedded value')
  return parsed
}

/** Text in quotes is a date or time when it looks like one. Backslashes stay; what is blank up to a delimiter goes. */
const parseQuoted = (tokens: Tokens): SchemaAndValue => {
  let content = ''
  while (!tokens.ended) {
    if (tokens.take('"')) break
    const token = tokens.next()
    if (javaTrim(token) !== '') content += token
  }
  return parseTemporal(content) ?? { schema: STRING_SCHEMA, value: content }
}

const parseArray = (tokens: Tokens, depth: number): SchemaAndValue => {
  const items: (SchemaAndValue | null)[] = []
  while (!tokens.ended) {
    if (tokens.take(']')) {
      const valueSchema = mergeSchemas(items)
      return {
        schema: schemaOf({ type: 'array', valueSchema }),
        value: items.map((item) => alignValue(valueSchema, item)),
      }
    }
    if (tokens.take(',')) throw new DataError('Unable to parse an empty array element')
    items.push(parseEmbedded(tokens, depth + 1))
    const start = tokens.position
    if (tokens.take(']')) tokens.position = start
    else if (!tokens.take(',')) throw new DataError('Array elements missing a comma')
  }
  throw new DataError("Array is missing terminating ']'")
}

const parseMap = (tokens: Tokens, depth: number): SchemaAndValue => {
  const keys: SchemaAndValue[] = []
  const values: (SchemaAndValue | null)[] = []
  while (!tokens.ended) {
    if (tokens.take('}')) return mapOf(keys, values)
    if (tokens.take(',')) throw new DataError('Unable to parse a map entry with no key or value')
    const key = parseEmbedded(tokens, depth + 1)
    if (key === null) throw new DataError('Map entry may not have a null key')
    if (!tokens.take(':')) throw new DataError("Map entry is missing ':'")
    keys.push(key)
    values.push(parseEmbedded(tokens, depth + 1))
    tokens.take(',')
  }
  throw new DataError("Map is missing terminating '}'")
}

const mapOf = (keys: readonly SchemaAndValue[], values: readonly (SchemaAndValue | null)[]): SchemaAndValue => {
  const keySchema = mergeSchemas(keys)
  const valueSchema = keySchema === null ? null : mergeSchemas(values)
  const map = new Map<unknown, unknown>()
  keys.forEach((key, index) => {
    setEntry(map, alignValue(keySchema, key), alignValue(valueSchema, values[index] ?? null))
  })
  return { schema: schemaOf({ type: 'map', keySchema, valueSchema }), value: map }
}

/** Keys that are objects here (dates, decimals, lists) are the same key when they are equal. */
const setEntry = (map: Map<unknown, unknown>, key: unknown, value: unknown): void => {
  const known = typeof key === 'object' ? [...map.keys()].find((other) => valueEquals(other, key)) : undefined
  map.set(known ?? key, value)
}
