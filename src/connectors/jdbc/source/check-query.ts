import { connect } from '../connect.ts'
import { DatabaseError } from '../database-error.ts'
import { silentLogger } from './silent-logger.ts'
import type { SourceSettings } from './source-settings.ts'

/** Longest that the creation of a connector waits for the database. */
const LIMIT_MS = 5000

/**
 * What Confluent's connector says of a query that the database refuses; undefined: nothing, also when the database cannot be
 * asked, since it may be away while a connector is created.
 */
export const queryRefusal = async (settings: SourceSettings): Promise<string | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LIMIT_MS)
  })
  try {
    const refusal = await Promise.race([refusalOf(settings), late])
    if (refusal === undefined) return undefined
    const { state, code } = refusal
    const details = [
      ...(state === null ? [] : [`SQLState: ${state}`]),
      ...(typeof code === 'number' && code !== 0 ? [`errorCode: ${code}`] : []),
    ]
    return (
      'The configured query is not valid and has database/connection errors. Please provide the correct query by validating ' +
      'the query syntax and the existing table/column names with the database being connected' +
      (details.length === 0 ? '' : ` (${details.join(', ')})`)
    )
  } finally {
    clearTimeout(timer)
  }
}

/** The database's error about the statement itself. */
const refusalOf = async ({ dialect, connection, query }: SourceSettings): Promise<DatabaseError | undefined> => {
  try {
    const signal = new AbortController().signal
    const db = await connect(dialect, connection, { attempts: 1, backoffMs: 0, signal, log: silentLogger })
    try {
      await db.describe(query ?? '')
    } finally {
      await db.close()
    }
    return undefined
  } catch (error) {
    return error instanceof DatabaseError && error.kind === 'statement' && asksForStatement(error) ? error : undefined
  }
}

/** Not of logging in: no such user or database, or a wrong password (SQLSTATE class 28, 3D). */
const asksForStatement = ({ state }: DatabaseError): boolean => state === null || !/^(28|3D)/.test(state)
