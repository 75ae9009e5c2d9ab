import { partitionKey, type SinkTask, type SinkTaskContext, type TopicPartition } from '../../../plugin/connector.ts'
import { ConnectError, RetriableError } from '../../../plugin/errors.ts'
import type { SinkRecord } from '../../../plugin/record.ts'
import { connect } from '../connect.ts'
import type { Database } from '../database.ts'
import { DatabaseError, mayPass } from '../database-error.ts'
import { recordCheck } from './check-record.ts'
import { offsetTable } from './offset-table.ts'
import type { SinkSettings } from './sink-settings.ts'
import { TableError } from './table-error.ts'
import { type TableWriters, tableWriters } from './table-writers.ts'
import { writeBehind } from './write-behind.ts'
import { writeError } from './write-error.ts'

/** Larger lists are no cheaper for the database, and keep more records in memory. */
const MOST_GATHERED = 2500

/**
 * Writes each list of records in one transaction; while they come in a stream, behind the `put` that brought them. What fails
 * is tried again, all of it, `max.retries` times with `retry.backoff.ms` between; rows that the database will never take go
 * one by one to the errant record reporter, where there is one, and the rest goes in.
 */
export const openSinkTask = (settings: SinkSettings, context: SinkTaskContext): SinkTask => {
  const { log } = context
  const check = recordCheck(settings, context.connector)
  const writers: TableWriters = tableWriters(settings, log)
  const { offsetTable: table } = settings
  const offsets = table === null ? undefined : offsetTable(table, context.connector, settings.dialect, settings.quote)
  let db: Database | undefined
  let retriesLeft = settings.maxRetries

  const connected = async (): Promise<Database> => {
    if (db?.usable) return db
    await disconnect()
    db = await connect(settings.dialect, settings.connection, {
      attempts: settings.connectionAttempts,
      backoffMs: settings.connectionBackoffMs,
      signal: context.signal,
      log,
    })
    return db
  }

  const disconnect = async (): Promise<void> => {
    const old = db
    db = undefined
    writers.forget()
    await old?.close()
  }

  /** All of it or nothing. */
  const write = async (given: readonly SinkRecord[]): Promise<void> => {
    const reconnects = !db?.usable
    const open = await connected()
    // A connection that broke may have committed before it did
    if (reconnects) await offsets?.load(open, partitionsOf(given))
    const records = offsets?.unwritten(given) ?? given
    if (records.length === 0) return
    await open.begin()
    try {
      await writers.write(open, records, offsets === undefined)
      await offsets?.save(open, records)
      await open.commit()
      offsets?.saved()
    } catch (error) {
      writers.forget()
      if (open.usable) await open.rollback().catch(() => disconnect())
      throw error
    }
  }

  /** Halves what fails until each record that cannot be written stands alone, and reports those. */
  const writeWhatGoes = async (
    records: readonly SinkRecord[],
    report: NonNullable<SinkTaskContext['errantRecordReporter']>,
  ): Promise<void> => {
    try {
      await write(records)
    } catch (error) {
      if (!concernsRecords(error)) throw error
      const [only] = records
      if (only !== undefined && records.length === 1) {
        await report(only, error instanceof DatabaseError ? writeError(settings.vendor, error, false) : error)
        return
      }
      const middle = Math.ceil(records.length / 2)
      await writeWhatGoes(records.slice(0, middle), report)
      await writeWhatGoes(records.slice(middle), report)
    }
  }

  const put = async (records: readonly SinkRecord[]): Promise<void> => {
    for (const record of records) check(record)
    try {
      await write(records)
      retriesLeft = settings.maxRetries
      return
    } catch (error) {
      const report = context.errantRecordReporter
      if (error instanceof TableError && report !== undefined) return writeWhatGoes(records, report)
      if (!(error instanceof DatabaseError)) throw error
      log.warn(`Write of ${records.length} records failed, remainingRetries=${retriesLeft}: ${error.message}`)
      const hopeless = error.kind === 'data' || (settings.vendor === 'debezium' && !mayPass(error))
      if (retriesLeft > 0 && !hopeless) {
        retriesLeft--
        await disconnect()
        context.timeout(settings.retryBackoffMs)
        throw writeError(settings.vendor, error, true)
      }
      if (report === undefined || mayPass(error)) throw writeError(settings.vendor, error, false)
      await writeWhatGoes(records, report)
      retriesLeft = settings.maxRetries
    }
  }

  /** Debezium's connector wraps whatever it fails with. */
  const vendorPut = async (records: readonly SinkRecord[]): Promise<void> => {
    if (records.length === 0) return
    try {
      await put(records)
    } catch (error) {
      if (settings.vendor !== 'debezium' || error instanceof RetriableError) throw error
      throw new ConnectError('JDBC sink connector failure', { cause: error })
    }
  }

  if (offsets !== undefined) {
    return {
      open: async (partitions) => {
        for (const [partition, offset] of await offsets.load(await connected(), partitions)) {
          context.seek(partition, offset)
        }
      },
      put: vendorPut,
      stop: () => disconnect(),
    }
  }
  // SQLite works while it is called: nothing would go on meanwhile. A record can be reported only as long as its `put` lasts
  if (settings.dialect.product === 'SQLite' || context.errantRecordReporter !== undefined) {
    return { put: vendorPut, stop: () => disconnect() }
  }
  const behind = writeBehind({
    put: vendorPut,
    write: async (records) => {
      for (const record of records) check(record)
      await write(records)
      retriesLeft = settings.maxRetries
    },
    hurry: () => context.requestCommit(),
    most: Math.min(settings.batchSize, MOST_GATHERED),
  })
  return {
    ...behind,
    stop: async () => {
      await behind.stop()
      await disconnect()
    },
  }
}

/** Whether an error is about what was written, so that leaving a record out may help. */
const concernsRecords = (error: unknown): error is DatabaseError | TableError =>
  error instanceof TableError || (error instanceof DatabaseError && !mayPass(error))

const partitionsOf = (records: readonly SinkRecord[]): TopicPartition[] => {
  const found = new Map<string, TopicPartition>()
  for (const { originalTopic: topic, originalPartition: partition } of records) {
    found.set(partitionKey(topic, partition), { topic, partition })
  }
  return [...found.values()]
}
