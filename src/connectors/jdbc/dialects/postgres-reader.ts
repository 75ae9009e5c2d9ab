import type { ColumnReader, ReaderOptions } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { ResultColumn } from '../database.ts'
import { postgresRowForm } from './postgres-row-form.ts'
import { postgresWireReader } from './postgres-wire.ts'
import {
  dateReader,
  decimalColumn,
  decimalOf,
  doubleFromText,
  integerFromText,
  mappedNumeric,
  plain,
  timeReader,
  timestampReader,
} from './reader-parts.ts'

/** The scale that Confluent's connector gives to `numeric` without one. */
const UNSET_SCALE = 127

/** Types that the JVM's driver calls OTHER, and that are text in records. */
const TEXT_TYPES = new Set(['json', 'jsonb', 'uuid'])

/** How PostgreSQL's text becomes Connect values. */
export const postgresReader = (column: ResultColumn, options: ReaderOptions): ColumnReader | undefined => {
  const reader = textReader(column, options)
  if (reader === undefined) return undefined
  const rowForm = postgresRowForm(column, options, reader.schema)
  return {
    ...reader,
    readWire: postgresWireReader(column, options, reader),
    ...(rowForm === undefined ? {} : { rowForm }),
  }
}

const textReader = (column: ResultColumn, options: ReaderOptions): ColumnReader | undefined => {
  switch (column.jdbcType) {
    case 'smallint':
      return { schema: plain('int16', column), read: Number }
    case 'integer':
      return { schema: plain('int32', column), read: Number }
    case 'bigint':
      return { schema: plain('int64', column), read: (raw) => BigInt(raw as string) }
    case 'real':
      return { schema: plain('float32', column), read: (raw) => Math.fround(doubleFromText(raw as string)) }
    case 'float':
    case 'double':
      return {
        schema: plain('float64', column),
        read: column.typeName === 'money' ? (raw) => moneyOf(raw as string) : (raw) => doubleFromText(raw as string),
      }
    case 'numeric':
    case 'decimal':
      return numericReader(column, options)
    case 'boolean':
    case 'bit':
      return bitReader(column)
    case 'char':
    case 'varchar':
    case 'longvarchar':
    case 'sqlxml':
      return { schema: plain('string', column), read: (raw) => raw }
    case 'binary':
    case 'varbinary':
      return { schema: plain('bytes', column), read: (raw) => Buffer.from((raw as string).slice(2), 'hex') }
    case 'date':
      return dateReader(column, options)
    case 'time':
      return timeReader(column, options)
    case 'timestamp':
      return timestampReader(column, options, options.zone)
    case 'other':
      return TEXT_TYPES.has(column.typeName) ? { schema: plain('string', column), read: (raw) => raw } : undefined
    default:
      return undefined
  }
}

/** `$1,234.50`, `-$1.00` or `($1.00)`. */
const moneyOf = (text: string): number => {
  const value = Number(text.replaceAll(/[^\d.]/g, ''))
  return /[-(]/.test(text) ? -value : value
}

const numericReader = (column: ResultColumn, options: ReaderOptions): ColumnReader => {
  const type = mappedNumeric(column, options)
  if (type === 'float64') return { schema: plain(type, column), read: (raw) => doubleFromText(raw as string) }
  if (type !== undefined) {
    const read = integerFromText(type, column)
    return { schema: plain(type, column), read: (raw) => read(raw as string) }
  }
  const unset = column.precision === 0 && column.scale === 0
  const scale = unset && options.flavour === 'confluent' ? UNSET_SCALE : column.scale
  return {
    schema: decimalColumn(column, scale, options),
    read: (raw) => {
      const value = decimalOf(raw as string, scale)
      if (value !== undefined) return value
      throw new ColumnValueError(column, raw, `it is no decimal with ${scale} digits behind the point`)
    },
  }
}

const bitReader = (column: ResultColumn): ColumnReader => {
  if (column.typeName === 'bool') return { schema: plain('boolean', column), read: (raw) => raw === 't' }
  if (column.precision <= 1) return { schema: plain('boolean', column), read: (raw) => raw === '1' }
  if (column.precision <= 8) {
    return { schema: plain('int8', column), read: (raw) => (Number.parseInt(raw as string, 2) << 24) >> 24 }
  }
  return { schema: plain('bytes', column), read: (raw) => bitsToBytes(raw as string) }
}

/** The bits as a number, most significant first, in as few bytes as they need. */
const bitsToBytes = (bits: string): Buffer => {
  const padded = bits.padStart(Math.ceil(bits.length / 8) * 8, '0')
  return Buffer.from(padded.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])
}
