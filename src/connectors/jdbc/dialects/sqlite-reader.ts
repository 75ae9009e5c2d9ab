import type { ColumnReader, ReaderOptions } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { RawValue, ResultColumn } from '../database.ts'
import {
  checkInteger,
  checkLong,
  dateReader,
  decimalColumn,
  decimalOf,
  integerFromText,
  mappedNumeric,
  plain,
  timeReader,
  timestampOf,
} from './reader-parts.ts'
import { type ParsedTime, parseTime } from './temporal.ts'

const INTEGERS = { tinyint: 'int8', smallint: 'int16', integer: 'int32' } as const

/** How SQLite's values, whose type is each value's own, become what their column declares. */
export const sqliteReader = (column: ResultColumn, options: ReaderOptions): ColumnReader | undefined => {
  switch (column.jdbcType) {
    case 'boolean':
      return { schema: plain('boolean', column), read: (raw) => Number(raw) !== 0 }
    case 'tinyint':
    case 'smallint':
    case 'integer': {
      const type = INTEGERS[column.jdbcType]
      return { schema: plain(type, column), read: (raw) => checkInteger(type, wholeOf(raw, column), column) }
    }
    case 'bigint':
      return { schema: plain('int64', column), read: (raw) => longOf(raw, column) }
    case 'real':
      // SQLite's REAL has 64 bits; the JVM's driver calls it REAL and gives a float32.
      return { schema: plain('float32', column), read: (raw) => Math.fround(numberOf(raw, column)) }
    case 'float':
    case 'double':
      return { schema: plain('float64', column), read: (raw) => numberOf(raw, column) }
    case 'numeric':
    case 'decimal':
      return numericReader(column, options)
    case 'char':
    case 'varchar':
    case 'clob':
    case 'longvarchar':
      return { schema: plain('string', column), read: textOf }
    case 'binary':
    case 'varbinary':
    case 'blob':
      return { schema: plain('bytes', column), read: bytesOf }
    case 'date': {
      const date = dateReader(column, options)
      return {
        ...date,
        read: (raw) => (typeof raw === 'string' ? date.read(raw) : new Date(dayOf(raw))),
        instant: (raw) =>
          typeof raw === 'string' && date.instant !== undefined ? date.instant(raw) : { millis: dayOf(raw), nanos: 0 },
      }
    }
    case 'time': {
      const time = timeReader(column, options)
      return { schema: time.schema, read: (raw) => (typeof raw === 'string' ? time.read(raw) : new Date(Number(raw))) }
    }
    case 'timestamp':
      return timestampOf(column, options, (raw) => momentOf(raw, column), options.zone)
    default:
      return undefined
  }
}

const DAY_MS = 86_400_000

const dayOf = (raw: RawValue): number => Math.floor(Number(raw) / DAY_MS) * DAY_MS

/** Text, milliseconds since the epoch (INTEGER) or a Julian day (REAL). */
const momentOf = (raw: unknown, column: ResultColumn): ParsedTime => {
  if (typeof raw === 'string') {
    const parsed = parseTime(raw)
    if (parsed === undefined) throw new ColumnValueError(column, raw, 'it is no timestamp')
    return parsed
  }
  const millis = typeof raw === 'bigint' ? Number(raw) : Math.round((Number(raw) - 2_440_587.5) * DAY_MS)
  const second = Math.floor(millis / 1000) * 1000
  return { local: second, nanos: (millis - second) * 1e6, offset: 0 }
}

const numberOf = (raw: unknown, column: ResultColumn): number => {
  const value = Number(typeof raw === 'string' ? raw.trim() || 'x' : raw)
  if (Number.isNaN(value)) throw new ColumnValueError(column, raw, 'it is no number')
  return value
}

const wholeOf = (raw: unknown, column: ResultColumn): number =>
  typeof raw === 'bigint' ? Number(raw) : Math.trunc(numberOf(raw, column))

const longOf = (raw: unknown, column: ResultColumn): bigint =>
  typeof raw === 'bigint' ? raw : checkLong(BigInt(Math.trunc(numberOf(raw, column))), column)

const textOf = (raw: RawValue): string => (raw instanceof Uint8Array ? Buffer.from(raw).toString() : String(raw))

const bytesOf = (raw: RawValue): Buffer =>
  raw instanceof Uint8Array ? Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength) : Buffer.from(String(raw))

const numericReader = (column: ResultColumn, options: ReaderOptions): ColumnReader => {
  const type = column.jdbcType === 'numeric' ? mappedNumeric(column, options) : undefined
  if (type === 'float64') return { schema: plain(type, column), read: (raw) => numberOf(raw, column) }
  if (type !== undefined) {
    const read = integerFromText(type, column)
    return { schema: plain(type, column), read: (raw) => read(String(raw)) }
  }
  return {
    schema: decimalColumn(column, column.scale, options),
    read: (raw) => {
      const value = decimalOf(String(raw), column.scale)
      if (value !== undefined) return value
      throw new ColumnValueError(column, raw, `it is no decimal with ${column.scale} digits behind the point`)
    },
  }
}
