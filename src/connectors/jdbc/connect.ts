import type { RawConfig } from '../../config/define.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { Logger } from '../../plugin/logger.ts'
import type { Database } from './database.ts'
import { DatabaseError } from './database-error.ts'
import type { ConnectionSettings, Dialect } from './dialect.ts'

export interface ConnectAttempts {
  /** At least 1. */
  readonly attempts: number
  /** Between attempts. */
  readonly backoffMs: number
  /** Ends the waiting. */
  readonly signal: AbortSignal
  readonly log: Logger
}

const STOPPED = 'Stopped while connecting to the database'

/** Opens a connection, several times if need be. @throws the last error; ConnectError when the signal aborts the waiting */
export const connect = async (
  dialect: Dialect,
  settings: ConnectionSettings,
  { attempts, backoffMs, signal, log }: ConnectAttempts,
): Promise<Database> => {
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw new ConnectError(STOPPED)
    try {
      return await unlessAborted(dialect.open(settings), signal)
    } catch (error) {
      if (!(error instanceof DatabaseError) || attempt >= attempts) throw error
      log.info(
        `Unable to connect to database on attempt ${attempt}/${attempts}. Will retry in ${backoffMs} ms: ${error.message}`,
      )
    }
    await pause(backoffMs, signal)
  }
}

/** A server that does not answer is not waited for after the signal: what opens later is closed. */
const unlessAborted = (opening: Promise<Database>, signal: AbortSignal): Promise<Database> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new ConnectError(STOPPED))
      opening.then(
        (db) => db.close(),
        () => undefined,
      )
    }
    signal.addEventListener('abort', stop)
    opening.finally(() => signal.removeEventListener('abort', stop)).then(resolve, reject)
  })

/** Waits, at most until the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })

/** Keys below `connection.` that are the connectors' own; every other one goes to the driver. */
const OWN = new Set(['url', 'user', 'username', 'password', 'attempts', 'backoff.ms'])
const PREFIX = 'connection.'

/** Driver properties: all `connection.*` that are not the connector's own. */
export const driverProperties = (raw: RawConfig): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(raw).flatMap(([key, value]) =>
      key.startsWith(PREFIX) && value !== null && !OWN.has(key.slice(PREFIX.length))
        ? [[key.slice(PREFIX.length), value]]
        : [],
    ),
  )
