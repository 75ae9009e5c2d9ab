import type { Logger } from '../../../plugin/logger.ts'
import { connect } from '../connect.ts'
import type { Database } from '../database.ts'
import type { SourceSettings } from './source-settings.ts'

/** A connection as the config wants it. `attempts`: default those of the config. */
export const openSourceDatabase = async (
  settings: SourceSettings,
  { signal, log, attempts = settings.attempts }: { signal: AbortSignal; log: Logger; attempts?: number },
): Promise<Database> => {
  const db = await connect(settings.dialect, settings.connection, {
    attempts,
    backoffMs: settings.backoffMs,
    signal,
    log,
  })
  const statement = isolationStatement(settings)
  try {
    if (statement !== undefined) await db.execute(statement)
  } catch (error) {
    await db.close()
    throw error
  }
  return db
}

const isolationStatement = ({ isolation, dialect }: SourceSettings): string | undefined => {
  if (isolation === null) return undefined
  switch (dialect.name) {
    case 'PostgreSqlDatabaseDialect':
      return `SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL ${isolation}`
    case 'MySqlDatabaseDialect':
      return `SET SESSION TRANSACTION ISOLATION LEVEL ${isolation}`
    default:
      return undefined
  }
}
