/** Reads what was meant by parsed JSON. Every refusal tells what was expected; the phrases before the colons are the JVM worker's. */
import { TypedNumber } from '../data/values.ts'
import type { JsonNode, JsonObject } from './json-text.ts'

/** JSON that is fine as JSON but not what is needed here. */
export class JsonShapeError extends Error {
  override readonly name = 'JsonShapeError'
}

const WRONG_TYPE = 'Cannot deserialize value'

/** @param what as a message names it, such as `The body` or `"config"` */
export const asObject = (node: JsonNode, what: string): JsonObject => {
  if (node.kind !== 'object') throw wrongType(node, what, 'a JSON object')
  return node
}

export const asList = (node: JsonNode, what: string): readonly JsonNode[] => {
  if (node.kind !== 'array') throw new JsonShapeError(`${WRONG_TYPE}: ${what} must be a list`)
  return node.items
}

/** The members of an object; of one that stands there twice the last counts. */
export const members = <K extends string>(object: JsonObject, known: readonly K[]): Partial<Record<K, JsonNode>> => {
  const found: Partial<Record<K, JsonNode>> = {}
  for (const [name, node] of object.entries) {
    const key = known.find((each) => each === name)
    if (key === undefined) {
      throw new JsonShapeError(`Unrecognized field "${name}": known are ${known.map((each) => `"${each}"`).join(', ')}`)
    }
    found[key] = node
  }
  return found
}

/** A string, or null. Numbers and booleans become strings, spelled as they are. */
export const asText = (node: JsonNode, what: string): string | null => {
  if (node.kind === 'object' || node.kind === 'array') throw wrongType(node, what, 'a string')
  return node.text
}

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

const wrongType = (node: JsonNode, what: string, expected: string): JsonShapeError =>
  new JsonShapeError(`${WRONG_TYPE}: ${what} must be ${expected}, and is ${shown(node)}`)

const shown = ({ kind }: JsonNode): string =>
  kind === 'null' ? 'null' : kind === 'array' || kind === 'object' ? `an ${kind}` : `a ${kind}`
