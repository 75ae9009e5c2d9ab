import { decimalToDouble } from '../data/java-text.ts'
import { Decimal, isPlainObject, setOwn, TypedNumber } from '../data/values.ts'
import { jsonText } from './json-bytes.ts'
import { parseExactly, parseFast } from './json-parse.ts'
import type { JsonNode } from './json-parser.ts'

const float64 = (value: number): number | TypedNumber =>
  Number.isInteger(value) && !Object.is(value, -0) ? new TypedNumber('float64', value) : value

const int64 = (value: bigint): number | bigint => {
  const wrapped = BigInt.asIntN(64, value)
  const number = Number(wrapped)
  return Number.isSafeInteger(number) ? number : wrapped
}

/** Exact nodes as a value without schema: integers are Longs (beyond 64 bits they wrap), all other numbers Doubles. */
export const schemalessValue = (node: JsonNode): unknown => {
  if (typeof node === 'bigint') return int64(node)
  if (typeof node !== 'object' || node === null) return node ?? null
  if (node instanceof Decimal) return float64(decimalToDouble(node))
  if (Array.isArray(node)) return node.map(schemalessValue)
  if (!isPlainObject(node)) return node
  const object: Record<string, unknown> = {}
  for (const key of Object.keys(node)) setOwn(object, key, schemalessValue(node[key]))
  return object
}

/** The value of a JSON text without schema. What JSON.parse gives exactly needs no second look. Null when it is empty. */
export const readSchemaless = (bytes: Buffer): unknown => {
  const text = jsonText(bytes)
  const fast = text.damaged ? undefined : parseFast(text.text, 'integral')
  return fast === undefined ? schemalessValue(parseExactly(text)) : fast
}
