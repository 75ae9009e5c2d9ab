import { ConnectError, RetriableError } from '../../../plugin/errors.ts'
import { DatabaseError } from '../database-error.ts'
import type { SinkVendor } from './sink-settings.ts'
import { SqlError } from './sql-error.ts'

/** What a put fails with when the database refused: all errors of the chain in one text, as the JVM connector gives them. */
export const writeError = (vendor: SinkVendor, error: DatabaseError, retriable: boolean): ConnectError => {
  if (vendor === 'debezium' && !retriable) return new ConnectError('Failed to process a sink record', { cause: error })
  const chain = `${vendor === 'confluent' ? 'Exception chain:\n' : ''}${chainText(error)}`
  const cause = new SqlError(chain)
  const message = `${cause.name}: ${chain}`
  return retriable ? new RetriableError(message, { cause }) : new ConnectError(message, { cause })
}

const chainText = (error: unknown): string => {
  let text = ''
  for (let at: unknown = error; at instanceof DatabaseError; at = at.cause) text += `${at.name}: ${at.message}\n`
  return text
}
