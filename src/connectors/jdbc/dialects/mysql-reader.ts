import type { ColumnReader, ReaderOptions } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { ResultColumn } from '../database.ts'
import { UTC } from '../zone.ts'
import {
  dateReader,
  decimalColumn,
  decimalOf,
  mappedNumeric,
  plain,
  timeReader,
  timestampReader,
} from './reader-parts.ts'

/** How mysql2's values become Connect values. */
export const mysqlReader = (column: ResultColumn, options: ReaderOptions): ColumnReader | undefined => {
  const { signed } = column
  switch (column.jdbcType) {
    case 'bit':
      return bitReader(column)
    case 'boolean':
      return { schema: plain('boolean', column), read: (raw) => Number(raw) !== 0 }
    case 'tinyint':
      return { schema: plain(signed ? 'int8' : 'int16', column), read: Number }
    case 'smallint':
      return { schema: plain(signed ? 'int16' : 'int32', column), read: Number }
    case 'integer':
      return {
        schema: plain(signed ? 'int32' : 'int64', column),
        read: signed ? Number : (raw) => BigInt(raw as number),
      }
    case 'bigint':
      // Beyond int64 the JVM's value turns negative; so does this one.
      return { schema: plain('int64', column), read: (raw) => BigInt.asIntN(64, BigInt(raw as string)) }
    case 'real':
      return { schema: plain('float32', column), read: (raw) => Math.fround(Number(raw)) }
    case 'float':
    case 'double':
      return { schema: plain('float64', column), read: Number }
    case 'decimal':
      return decimalReader(column, options)
    case 'numeric': {
      const type = mappedNumeric(column, options)
      return type === 'float64' ? { schema: plain(type, column), read: Number } : decimalReader(column, options)
    }
    case 'char':
    case 'varchar':
    case 'longvarchar':
    case 'nchar':
    case 'nvarchar':
    case 'longnvarchar':
      return { schema: plain('string', column), read: (raw) => (typeof raw === 'string' ? raw : textOf(raw)) }
    case 'binary':
    case 'varbinary':
    case 'longvarbinary':
      return { schema: plain('bytes', column), read: (raw) => (typeof raw === 'string' ? Buffer.from(raw) : raw) }
    case 'date':
      return column.typeName === 'YEAR' ? yearReader(column, options) : dateReader(column, options)
    case 'time':
      return timeReader(column, options)
    case 'timestamp':
      return timestampReader(column, options, column.typeName === 'TIMESTAMP' ? UTC : options.zone)
    default:
      return undefined
  }
}

const textOf = (raw: unknown): string => (raw instanceof Uint8Array ? Buffer.from(raw).toString() : String(raw))

const decimalReader = (column: ResultColumn, options: ReaderOptions): ColumnReader => ({
  schema: decimalColumn(column, column.scale, options),
  read: (raw) => {
    const value = decimalOf(String(raw), column.scale)
    if (value !== undefined) return value
    throw new ColumnValueError(column, raw, `it is no decimal with ${column.scale} digits behind the point`)
  },
})

/** TINYINT(1) and BIT(1..8) are int8; wider bit fields are their bytes, as with PostgreSQL: int8 would cut them. */
const bitReader = (column: ResultColumn): ColumnReader => {
  if (column.precision > 8) return { schema: plain('bytes', column), read: (raw) => raw }
  return {
    schema: plain('int8', column),
    read: (raw) => ((raw instanceof Uint8Array ? (raw.at(-1) ?? 0) : Number(raw)) << 24) >> 24,
  }
}

/** `yearIsDateType`: the first of January. */
const yearReader = (column: ResultColumn, options: ReaderOptions): ColumnReader => {
  const date = dateReader(column, options)
  return { schema: date.schema, read: (raw) => date.read(`${String(raw).padStart(4, '0')}-01-01`) }
}
