/** Reads request bodies. Every refusal is a 400 that tells what was expected and where. */
import type { RawConfig } from '../config/define.ts'
import { asObject, asText } from '../config/json-shape.ts'
import { type JsonNode, type JsonObject, JsonTextError, parseJsonText, positionOf } from '../config/json-text.ts'
import { badRequest } from './errors.ts'
import type { RestRequest } from './route.ts'

/** The phrase that clients of the JVM worker look for. */
const MALFORMED = 'Unexpected end-of-input or malformed JSON'

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

export const asConfig = (node: JsonNode, what: string): RawConfig =>
  Object.fromEntries(asObject(node, what).entries.map(([key, value]) => [key, asText(value, `"${key}"`)]))
