import type { Parameter, ResultColumn } from '../database.ts'
import type { NewsColumns } from './columns-of-table.ts'
import type { SourceSettings } from './source-settings.ts'

/** Which rows to read: those beyond the begin, those before the end. */
export interface NewsRange {
  /** Exclusive. */
  readonly incrementing: bigint
  /** Inclusive; null: no end. */
  readonly lastIncrementing: bigint | null
  /** Exclusive, nanoseconds since the epoch. */
  readonly begin: bigint
  /** Exclusive. */
  readonly end: bigint
}

export interface Statement {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

/** The first of several columns that is not null. */
const firstOf = (columns: readonly string[]): string =>
  columns.length === 1 ? (columns[0] ?? '') : `COALESCE(${columns.join(',')})`

/** A whole table or query, or what is new in it, in order. */
export const newsQuery = (
  from: string,
  columns: NewsColumns,
  range: NewsRange | undefined,
  /** The first timestamp column: how its values are compared depends on its type. */
  timestampColumn: ResultColumn | undefined,
  settings: SourceSettings,
): Statement => {
  const { quote, dialect, zone, querySuffix } = settings
  const parameters: Parameter[] = []
  const bind = (value: Parameter): string => {
    parameters.push(value)
    return dialect.placeholder(parameters.length)
  }
  const timestamps = columns.timestamps.map(quote)
  const instant = (nanos: bigint): string =>
    dialect.boundTimestamp?.(firstOf(timestamps), nanos, zone, bind) ??
    bind(dialect.bindInstant(nanos, zone, timestampColumn))
  const parts = [from]
  if (range !== undefined) {
    const time = timestamps.length === 0 ? undefined : firstOf(timestamps.map(dialect.comparableTimestamp))
    const id = columns.incrementing === null ? undefined : quote(columns.incrementing)
    if (time === undefined) {
      const until = range.lastIncrementing === null ? '' : ` AND ${id} <= `
      parts.push(
        `WHERE ${id} > ${bind(range.incrementing)}${until}${range.lastIncrementing === null ? '' : bind(range.lastIncrementing)}`,
      )
      parts.push(`ORDER BY ${id} ASC`)
    } else if (id === undefined) {
      parts.push(`WHERE ${time} > ${instant(range.begin)} AND ${time} < ${instant(range.end)}`)
      parts.push(`ORDER BY ${time} ASC`)
    } else {
      const end = instant(range.end)
      const begin = instant(range.begin)
      const last = bind(range.incrementing)
      parts.push(
        `WHERE ${time} < ${end} AND ((${time} = ${begin} AND ${id} > ${last}) OR ${time} > ${instant(range.begin)})`,
      )
      parts.push(`ORDER BY ${time},${id} ASC`)
    }
  }
  if (querySuffix !== '') parts.push(querySuffix)
  return { sql: parts.join(' '), parameters }
}
