/**
 * The error of the protocol that a client's error carries: `TOPIC_ALREADY_EXISTS`, or librdkafka's text. What only the
 * client knows has the name of its class.
 */
export const errorName = (error: unknown): string => {
  const found = protocolError(error, 0)
  if (found !== undefined) return found
  const { name, message } = error as Error
  return /^(?:Broker|Local): /.test(message) ? message : `${name}: ${message}`
}

const deepest = 8

/** kafkajs and the Java driver have `type`, @platformatic/kafka `apiId`, each somewhere below causes and lists of errors. */
const protocolError = (value: unknown, depth: number): string | undefined => {
  if (typeof value !== 'object' || value === null || depth > deepest) return undefined
  const { type, apiId, cause, originalError, errors, groups, error } = value as Record<string, unknown>
  for (const text of [apiId, type]) if (typeof text === 'string' && /^[A-Z]\w+$/.test(text)) return text
  for (const inner of [cause, originalError, error, ...listOf(errors), ...listOf(groups)]) {
    const found = protocolError(inner, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
