import { kafkaError } from '../protocol/error-codes.ts'
import { KafkaError } from './errors.ts'

/** The error that a broker answered, or undefined for 0. `doing`: what was tried, as in "write to t-0". */
export const brokerError = (code: number, doing: string, detail?: string | null): KafkaError | undefined => {
  if (code === 0) return undefined
  const { name, message, retriable } = kafkaError(code)
  return new KafkaError(name, `Could not ${doing}: ${name}. ${detail || message}`, { retriable })
}
