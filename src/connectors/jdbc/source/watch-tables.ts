import type { ConnectorContext, RunningConnector } from '../../../plugin/connector.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import { pause } from '../connect.ts'
import { lookUpTables } from './look-up-tables.ts'
import { openSourceDatabase } from './open-source-database.ts'
import { DuplicateTablesError } from './source-error.ts'
import type { SourceSettings } from './source-settings.ts'
import { tableListText } from './table-list.ts'

/** Looks for new and removed tables again and again, and asks for other tasks when there are some. */
export const watchTables = (settings: SourceSettings, context: ConnectorContext): RunningConnector => {
  const over = new AbortController()
  const signal = AbortSignal.any([context.signal, over.signal])
  const watching = watch(settings, context, signal)
  return {
    stop: async () => {
      over.abort()
      await watching
    },
  }
}

const watch = async (settings: SourceSettings, context: ConnectorContext, signal: AbortSignal): Promise<void> => {
  let known: string | undefined
  while (!signal.aborted) {
    let wait = settings.tablePollIntervalMs
    try {
      const now = await look(settings, context, signal)
      if (now !== known) {
        // The first look, too: the tasks may have been made while the database could not be asked.
        context.requestTaskReconfiguration()
        known = now
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof DuplicateTablesError) {
        if (settings.reader.flavour === 'confluent') {
          context.raiseError(
            new ConnectError('Encountered an unrecoverable error while reading tables from the database', {
              cause: error,
            }),
          )
          return
        }
        context.log.error(error.message)
      } else context.log.error('Reading the tables of the database failed; trying again', { error })
      // Soon again while nothing is known: without tables there is nothing to do.
      if (known === undefined) wait = Math.min(wait, Math.max(1000, settings.backoffMs))
    }
    await pause(wait, signal)
  }
}

const look = async (settings: SourceSettings, { log }: ConnectorContext, signal: AbortSignal): Promise<string> => {
  const db = await openSourceDatabase(settings, { signal, log })
  try {
    return tableListText(await lookUpTables(db, settings), settings.dialect)
  } finally {
    await db.close()
  }
}
