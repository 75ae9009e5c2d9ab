import type { SourceTask, SourceTaskContext } from '../../../plugin/connector.ts'
import { ConfigError, ConnectError } from '../../../plugin/errors.ts'
import type { OffsetFields, SourceRecord } from '../../../plugin/record.ts'
import { pause } from '../connect.ts'
import type { Database } from '../database.ts'
import { DatabaseError } from '../database-error.ts'
import { parseJdbcUrl } from '../jdbc-url.ts'
import { type TableId, tableText } from '../table-id.ts'
import { newsColumnsOfQuery, newsColumnsOfTable, usesTimestamp } from './columns-of-table.ts'
import { openSourceDatabase } from './open-source-database.ts'
import {
  instantOfNanos,
  NO_OFFSET,
  possiblePartitions,
  QUERY_PARTITION,
  type ReadOffset,
  readOffset,
  tablePartition,
} from './source-offset.ts'
import type { SourceSettings } from './source-settings.ts'
import { TableReader } from './table-reader.ts'

/** Longest wait of a poll: the worker wants to hear from a task about each second. */
const POLL_WAIT_MS = 1000
/** Records of one poll where the config leaves it to us. */
const BATCH_ROWS = 2000
const MILLION = 1_000_000n

/** Opens the task that reads a query (null tables) or these tables. @throws ConfigError, ConnectError, DatabaseError */
export const openSourceTask = async (
  settings: SourceSettings,
  tables: readonly TableId[],
  context: SourceTaskContext,
): Promise<SourceTask> => {
  const db = await openSourceDatabase(settings, context)
  try {
    const readers: TableReader[] = []
    if (settings.query !== null) readers.push(await queryReader(db, settings, context))
    else for (const table of tables) readers.push(await tableReader(db, table, settings, context))
    warnOfGaps(settings, context)
    return new ReadingTask(settings, context, db, readers)
  } catch (error) {
    await db.close()
    throw error
  }
}

/** A task without tables, while the database was not yet asked for them. */
export const idleTask = (context: SourceTaskContext): SourceTask => ({
  poll: async () => {
    await pause(POLL_WAIT_MS, context.signal)
    return null
  },
  stop: () => undefined,
})

/** @throws ConfigError always */
export const noTables = (): never => {
  throw new ConfigError(
    'Task is being killed because it was not assigned a table nor a query to execute. If run in table mode please make ' +
      'sure that the tables exist on the database. If the table does exist on the database, we recommend using the fully ' +
      'qualified table name.',
  )
}

const tableReader = async (
  db: Database,
  table: TableId,
  settings: SourceSettings,
  context: SourceTaskContext,
): Promise<TableReader> => {
  const columns = await newsColumnsOfTable(db, table, settings)
  const database = parseJdbcUrl(settings.connection.url).database || null
  const isBulk = settings.mode === 'bulk'
  const stored = isBulk ? undefined : await firstOffset(possiblePartitions(table, settings, database), context)
  const keyColumns = settings.keyColumns.includes('PRIMARY_KEY')
    ? await primaryKey(db, table, settings)
    : settings.keyColumns
  return new TableReader({
    name: tableText(table),
    from: `SELECT * FROM ${settings.qualify ? tableText(table, settings.quote) : settings.quote(table.table)}`,
    plan: {
      topic: settings.topicPrefix + table.table,
      schemaName: table.table,
      partition: isBulk ? { table: table.table } : tablePartition(table),
      keyColumns,
    },
    columns,
    start: stored ?? (await initialOffset(db, settings)),
    settings,
    log: context.log,
    takesRows: context.takesRows,
  })
}

const queryReader = async (
  db: Database,
  settings: SourceSettings,
  context: SourceTaskContext,
): Promise<TableReader> => {
  const stored = settings.mode === 'bulk' ? undefined : await firstOffset([QUERY_PARTITION], context)
  return new TableReader({
    name: 'the query',
    from: settings.query ?? '',
    plan: {
      topic: settings.topicPrefix,
      schemaName: null,
      partition: QUERY_PARTITION,
      keyColumns: settings.keyColumns,
    },
    columns: newsColumnsOfQuery(settings),
    start: stored ?? (await initialOffset(db, settings)),
    settings,
    log: context.log,
    takesRows: context.takesRows,
  })
}

const firstOffset = async (
  partitions: readonly OffsetFields[],
  { readOffset: read, log }: SourceTaskContext,
): Promise<ReadOffset | undefined> => {
  for (const partition of partitions) {
    const found = await read(partition)
    if (found === undefined) continue
    const offset = readOffset(found)
    log.info(`Going on after the stored offset of ${JSON.stringify(partition)}`)
    return offset
  }
  return undefined
}

const initialOffset = async (db: Database, settings: SourceSettings): Promise<ReadOffset> => {
  const { timestampInitial } = settings
  if (timestampInitial === null || !usesTimestamp(settings)) return NO_OFFSET
  if (timestampInitial === -1 && settings.reader.flavour === 'confluent') {
    return { incrementing: null, timestamp: instantOfNanos(await settings.dialect.currentTime(db, settings.zone)) }
  }
  // Aiven's default of 0 is the beginning: nothing to store.
  if (timestampInitial === 0) return NO_OFFSET
  return { incrementing: null, timestamp: instantOfNanos(BigInt(timestampInitial) * MILLION) }
}

const primaryKey = async (db: Database, table: TableId, settings: SourceSettings): Promise<readonly string[]> => {
  const found = await settings.dialect.describeTable(db, table)
  if (found !== undefined && found.primaryKey.length > 0) return found.primaryKey
  throw new ConnectError(`Table ${tableText(table)} has no primary key, which key.columns=PRIMARY_KEY asks for`)
}

const warnOfGaps = ({ mode, incrementingDelayMs, dialect }: SourceSettings, { log }: SourceTaskContext): void => {
  // SQLite lets one transaction write at a time: numbers become visible in order.
  if (mode !== 'incrementing' || incrementingDelayMs > 0 || dialect.name === 'SqliteDatabaseDialect') return
  log.warn(
    'In mode incrementing, a row whose transaction ends after a row with a greater number was read is never read. If several ' +
      'transactions write to a table at a time, set incrementing.delay.interval.ms to more than the longest of them takes',
  )
}

class ReadingTask implements SourceTask {
  readonly #settings: SourceSettings
  readonly #context: SourceTaskContext
  readonly #readers: readonly TableReader[]
  #db: Database | undefined
  #current: TableReader | undefined

  constructor(settings: SourceSettings, context: SourceTaskContext, db: Database, readers: readonly TableReader[]) {
    this.#settings = settings
    this.#context = context
    this.#db = db
    this.#readers = readers
  }

  async poll(): Promise<readonly SourceRecord[] | null> {
    const { signal } = this.#context
    const until = performance.now() + POLL_WAIT_MS
    while (!signal.aborted) {
      const reader = this.#current ?? this.#next()
      const due = reader.reading ? 0 : reader.lastRead + this.#settings.pollIntervalMs - performance.now()
      if (due > 0) {
        await pause(Math.min(due, until - performance.now()), signal)
        if (performance.now() >= until) return null
        continue
      }
      this.#current = reader
      const records = await this.#read(reader)
      if (!reader.reading) this.#current = undefined
      if (records.length > 0) return records
      if (performance.now() >= until) return null
    }
    return null
  }

  async stop(): Promise<void> {
    const db = this.#db
    this.#db = undefined
    await db?.close()
  }

  /** The one that waits longest. */
  #next(): TableReader {
    let first = this.#readers[0] as TableReader
    for (const reader of this.#readers) if (reader.lastRead < first.lastRead) first = reader
    return first
  }

  async #read(reader: TableReader): Promise<readonly SourceRecord[]> {
    const { signal, log } = this.#context
    // A read may wait for a lock, or for a server that is gone: only a cut ends it.
    const cut = (): void => void this.#db?.close()
    signal.addEventListener('abort', cut)
    try {
      if (this.#db === undefined || !this.#db.usable) await this.#reconnect()
      if (this.#db === undefined) return []
      return await reader.read(this.#db, this.#settings.batchMaxRows ?? BATCH_ROWS)
    } catch (error) {
      if (signal.aborted) return []
      await reader.abandon()
      if (!(error instanceof DatabaseError)) throw error
      if (error.nonTransient) throw new ConnectError(`${error.name}: ${error.message}`, { cause: error })
      const { queryRetries } = this.#settings
      if (queryRetries > 0 && reader.failures >= queryRetries) {
        throw new ConnectError(`Failed to Query table after retries`, { cause: error })
      }
      // 1, 2, 4, 8 ...: a long outage is not to fill the log.
      if (Number.isInteger(Math.log2(reader.failures))) {
        const again = `Trying again in ${this.#settings.pollIntervalMs} ms`
        log.error(`Reading ${reader.name} failed (${reader.failures} in a row). ${again}: ${error.message}`)
      }
      return []
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  async #reconnect(): Promise<void> {
    const { signal, log } = this.#context
    const before = this.#db
    this.#db = undefined
    await before?.close()
    const db = await openSourceDatabase(this.#settings, { signal, log, attempts: 1 })
    if (signal.aborted) await db.close()
    else this.#db = db
  }
}
