import type { Logger } from '../../../plugin/logger.ts'
import type { OffsetFields, SourceRecord } from '../../../plugin/record.ts'
import type { Instant } from '../column-reader.ts'
import type { Database, ResultColumn, Row, RowStream } from '../database.ts'
import type { WireRows } from '../wire-rows.ts'
import type { NewsColumns } from './columns-of-table.ts'
import { IncrementingBound } from './incrementing-bound.ts'
import { type NewsRange, newsQuery } from './news-query.ts'
import { type NewsReader, newsReader } from './news-reader.ts'
import { columnNamed, createRecordMaker, type OffsetOf, type RecordMaker, type RecordPlan } from './record-maker.ts'
import { nanosOf, offsetFields, type ReadOffset } from './source-offset.ts'
import type { SourceSettings } from './source-settings.ts'

export interface TableReaderParts {
  /** For messages. */
  readonly name: string
  /** `SELECT * FROM t`, or the user's query. */
  readonly from: string
  readonly plan: RecordPlan
  readonly columns: NewsColumns
  readonly start: ReadOffset
  readonly settings: SourceSettings
  readonly log: Logger
  /** Whether the values of records may be rows that stand until the next `read`. */
  readonly takesRows?: boolean | undefined
}

const MILLION = 1_000_000n

/** Reads one table, or a query, again and again; each time what is new. */
export class TableReader {
  readonly name: string
  /** When it was last read to its end, in milliseconds of `performance.now`. */
  lastRead = Number.NEGATIVE_INFINITY
  /** Failures in a row. */
  failures = 0
  readonly #parts: TableReaderParts
  readonly #bound: IncrementingBound | undefined
  #offset: ReadOffset
  /** What may be stored while rows with one timestamp are still coming: the offset before them. */
  #committable: ReadOffset
  #stream: RowStream | undefined
  #shape = ''
  /** Of the result before. */
  #columns: readonly ResultColumn[] | undefined
  #maker: RecordMaker | undefined
  #makeNews: NewsReader['read'] | undefined
  #offsetOf: OffsetOf = NO_OFFSETS
  /** Rows that are not all made into records, and where the next of them begins; -1: none is. */
  #wireRows: WireRows | undefined
  #wireAt = -1
  /** The last row of the step before: whether its timestamp goes on is known with the next one. */
  #held: Row | undefined

  constructor(parts: TableReaderParts) {
    this.#parts = parts
    this.name = parts.name
    this.#offset = parts.start
    this.#committable = parts.start
    const { incrementing, timestamps } = parts.columns
    const delay = parts.settings.incrementingDelayMs
    if (incrementing !== null && timestamps.length === 0 && delay > 0) {
      this.#bound = new IncrementingBound(parts.from, incrementing, delay, parts.settings)
    }
  }

  /** Whether a result is open, of which there may be more. */
  get reading(): boolean {
    return this.#stream !== undefined
  }

  /** The next records, at most `most`; empty: nothing (more) for now, and the result is closed. */
  async read(db: Database, most: number): Promise<readonly SourceRecord[]> {
    this.#stream ??= await this.#open(db)
    if (this.#stream === undefined) {
      this.lastRead = performance.now()
      return []
    }
    if (this.#stream.readWire !== undefined && !this.#movesByTimestamp)
      return this.#readWire(this.#stream.readWire, most)
    for (;;) {
      const rows = await this.#stream.read(most)
      const records = this.#make(rows, rows.length === 0)
      if (rows.length === 0) await this.close()
      // One row may be held back: then there is nothing yet, though the result goes on.
      if (records.length > 0 || rows.length === 0) return records
    }
  }

  async #readWire(readMore: NonNullable<RowStream['readWire']>, most: number): Promise<readonly SourceRecord[]> {
    this.#wireRows ??= await readMore()
    const rows = this.#wireRows
    const records: SourceRecord[] = []
    if (rows === undefined) {
      await this.close()
      return records
    }
    const from = this.#wireAt < 0 ? rows.from : this.#wireAt
    this.#wireAt = (this.#maker as RecordMaker).makeWire(rows, from, most, this.#offsetOf, records)
    this.#committable = this.#offset
    if (this.#wireAt >= rows.to) this.#forgetWire()
    return records
  }

  #forgetWire(): void {
    this.#wireRows = undefined
    this.#wireAt = -1
  }

  /** Ends the result under way. The next `read` begins where records were last made. */
  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    this.#forgetWire()
    this.lastRead = performance.now()
    this.failures = 0
    await stream?.close()
  }

  /** After a failure: the connection is not to be used any more. */
  async abandon(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    this.#forgetWire()
    this.#held = undefined
    // Rows whose offset was not given away come again.
    this.#offset = this.#committable
    this.lastRead = performance.now()
    this.failures++
    await stream?.close().catch(() => undefined)
  }

  async #open(db: Database): Promise<RowStream | undefined> {
    const { settings, from, columns, log, plan, takesRows } = this.#parts
    this.#held = undefined
    let range: NewsRange | undefined
    let timestampColumn: ResultColumn | undefined
    if (settings.mode !== 'bulk') {
      const [first] = columns.timestamps
      if (first !== undefined) {
        const known = this.#columns ?? (await db.describe(from))
        timestampColumn = columnNamed(known, first, ({ name }) => name, 'timestamp.column.name')
      }
      const found = await this.#range(db, timestampColumn)
      if (found === undefined) return undefined
      range = found
    }
    const { sql, parameters } = newsQuery(from, columns, range, timestampColumn, settings)
    if (log.isEnabled('debug')) log.debug(`Reading ${this.name}: ${sql}`)
    // Whatever goes wrong, the table may have changed: its columns are asked for again.
    this.#columns = undefined
    const stream = await db.stream(sql, parameters)
    this.#columns = stream.columns
    try {
      const shape = JSON.stringify(stream.columns)
      if (shape !== this.#shape || this.#maker === undefined) {
        this.#maker = createRecordMaker(stream.columns, plan, settings, log, takesRows)
        const news = settings.mode === 'bulk' ? undefined : newsReader(stream.columns, columns, settings)
        this.#makeNews = news?.read
        this.#offsetOf =
          news === undefined ? NO_OFFSETS : { needed: news.needed, of: (row) => this.#moveOn(news.read, row) }
        this.#shape = shape
      }
    } catch (error) {
      await stream.close()
      throw error
    }
    return stream
  }

  async #range(db: Database, timestampColumn: ResultColumn | undefined): Promise<NewsRange | undefined> {
    const { settings, columns } = this.#parts
    const { incrementing, timestamp } = this.#offset
    const range = {
      incrementing: incrementing ?? settings.incrementingInitial,
      lastIncrementing: null,
      begin: timestamp === null ? 0n : nanosOf(timestamp),
      end: 0n,
    }
    if (columns.timestamps.length > 0) {
      const now = await settings.dialect.currentTime(db, settings.zone, timestampColumn)
      return { ...range, end: now - BigInt(settings.timestampDelayMs) * MILLION }
    }
    if (this.#bound === undefined) return range
    const lastIncrementing = await this.#bound.next(db)
    return lastIncrementing === undefined || lastIncrementing <= range.incrementing
      ? undefined
      : { ...range, lastIncrementing }
  }

  #moveOn(news: NewsReader['read'], row: Row): OffsetFields {
    this.#offset = news(row)
    return offsetFields(this.#offset)
  }

  #make(rows: readonly Row[], isEnd: boolean): SourceRecord[] {
    const maker = this.#maker as RecordMaker
    const news = this.#makeNews
    const records: SourceRecord[] = []
    if (news === undefined) {
      for (const row of rows) records.push(maker.make(row, null))
      return records
    }
    if (!this.#movesByTimestamp) {
      for (const row of rows) records.push(maker.make(row, this.#moveOn(news, row)))
      this.#committable = this.#offset
      return records
    }
    // Each row is made when the one after it is known: only the last of equal timestamps moves the offset on.
    let fields: OffsetFields = offsetFields(this.#committable)
    const finish = (row: Row, next: Row | undefined): void => {
      const own = news(row)
      if (next === undefined || !sameInstant(news(next).timestamp, own.timestamp)) {
        this.#committable = own
        fields = offsetFields(own)
      }
      this.#offset = own
      records.push(maker.make(row, fields))
    }
    for (const row of rows) {
      if (this.#held !== undefined) finish(this.#held, row)
      this.#held = row
    }
    if (isEnd && this.#held !== undefined) {
      finish(this.#held, undefined)
      this.#held = undefined
    }
    return records
  }

  /** As Confluent's connector does; Aiven's stores each row's own timestamp, and can lose rows that share it. */
  get #movesByTimestamp(): boolean {
    return this.#parts.settings.mode === 'timestamp'
  }
}

const NO_OFFSETS: OffsetOf = { needed: [], of: () => null }

const sameInstant = (a: Instant | null, b: Instant | null): boolean => a?.millis === b?.millis && a?.nanos === b?.nanos
