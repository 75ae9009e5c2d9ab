/** Reads request bodies. Every refusal is a 400 that tells what was expected and where. */
import type { RawConfig } from '../config/define.ts'
import { type JsonNode, type JsonObject, JsonTextError, parseJsonText, positionOf } from '../config/json-text.ts'
import { TypedNumber } from '../data/values.ts'
import { badRequest } from './errors.ts'
import type { RestRequest } from './route.ts'

/** The phrases before the colons are those that clients of the JVM worker look for. */
const MALFORMED = 'Unexpected end-of-input or malformed JSON'
const WRONG_TYPE = 'Cannot deserialize value'

/** @throws RestError 400 */
export const jsonBody = ({ body }: RestRequest): JsonNode => {
  if (body === undefined || body.trim() === '') throw badRequest('The request needs a body: JSON')
  try {
    const { value, end } = parseJsonText(body)
    if (body.slice(end).trim() === '') return value
    const { line, column } = positionOf(body, end)
    throw badRequest(`${MALFORMED}: text after the end of the JSON value (line ${line}, column ${column})`)
  } catch (error) {
    if (error instanceof JsonTextError) throw badRequest(`${MALFORMED}: ${error.message}`)
    throw error
  }
}

export const objectBody = (request: RestRequest): JsonObject => asObject(jsonBody(request), 'The body')

export const asObject = (node: JsonNode, what: string): JsonObject => {
  if (node.kind !== 'object') throw badRequest(`${WRONG_TYPE}: ${what} must be a JSON object, and is ${shown(node)}`)
  return node
}

/** The members of an object; of one that stands there twice the last counts. */
export const members = <K extends string>(object: JsonObject, known: readonly K[]): Partial<Record<K, JsonNode>> => {
  const found: Partial<Record<K, JsonNode>> = {}
  for (const [name, node] of object.entries) {
    const key = known.find((each) => each === name)
    if (key === undefined) {
      throw badRequest(`Unrecognized field "${name}": known are ${known.map((each) => `"${each}"`).join(', ')}`)
    }
    found[key] = node
  }
  return found
}

/** A string, or null. Numbers and booleans become strings, spelled as they are. */
export const asText = (node: JsonNode, what: string): string | null => {
  if (node.kind === 'object' || node.kind === 'array') {
    throw badRequest(`${WRONG_TYPE}: ${what} must be a string, and is ${shown(node)}`)
  }
  return node.text
}

export const asConfig = (node: JsonNode, what: string): RawConfig =>
  Object.fromEntries(asObject(node, what).entries.map(([key, value]) => [key, asText(value, `"${key}"`)]))

/** A JSON value as connectors see it: integers numbers or bigints, other numbers doubles. */
export const asValue = (node: JsonNode): unknown => {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.entries.map(([name, member]) => [name, asValue(member)]))
    case 'array':
      return node.items.map(asValue)
    case 'number':
      return exactNumber(node.text ?? '')
    case 'boolean':
      return node.text === 'true'
    default:
      return node.text
  }
}

const exactNumber = (text: string): unknown => {
  const value = Number(text)
  if (/[.eE]/.test(text)) return Number.isInteger(value) ? new TypedNumber('float64', value) : value
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

const shown = ({ kind }: JsonNode): string =>
  kind === 'null' ? 'null' : kind === 'array' || kind === 'object' ? `an ${kind}` : `a ${kind}`
