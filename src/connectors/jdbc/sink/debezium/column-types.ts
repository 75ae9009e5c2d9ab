import { decimalScale } from '../../../../data/logical-types.ts'
import type { Schema } from '../../../../data/schema.ts'
import type { Dialect, NewColumn } from '../../dialect.ts'
import { logicalKind } from '../../dialects/new-columns.ts'

type Types = Readonly<Record<string, string>>

const POSTGRES: Types = {
  int8: 'smallint',
  int16: 'smallint',
  int32: 'integer',
  int64: 'bigint',
  float32: 'float4',
  float64: 'double precision',
  boolean: 'boolean',
  string: 'text',
  bytes: 'bytea',
  date: 'date',
  time: 'time(6)',
  timestamp: 'timestamp(6)',
  'io.debezium.time.ZonedTimestamp': 'timestamp(6) with time zone',
  'io.debezium.time.ZonedTime': 'time(6) with time zone',
  'io.debezium.data.Json': 'json',
  'io.debezium.data.Uuid': 'uuid',
  'io.debezium.data.Xml': 'xml',
}

const MYSQL: Types = {
  int8: 'tinyint',
  int16: 'smallint',
  int32: 'integer',
  int64: 'bigint',
  float32: 'float',
  float64: 'double precision',
  boolean: 'bit',
  string: 'longtext',
  'string key': 'varchar(255)',
  bytes: 'longblob',
  'bytes key': 'varbinary(255)',
  date: 'date',
  time: 'time(6)',
  timestamp: 'datetime(6)',
  'io.debezium.time.ZonedTimestamp': 'datetime(6)',
  'io.debezium.time.ZonedTime': 'time(6)',
  'io.debezium.data.Json': 'json',
}

/** Semantic types that are stored as one of the logical ones. */
const LIKE: Types = {
  'io.debezium.time.Date': 'date',
  'io.debezium.time.Time': 'time',
  'io.debezium.time.MicroTime': 'time',
  'io.debezium.time.NanoTime': 'time',
  'io.debezium.time.Timestamp': 'timestamp',
  'io.debezium.time.MicroTimestamp': 'timestamp',
  'io.debezium.time.NanoTimestamp': 'timestamp',
}

/** Digits of a decimal whose precision the schema does not tell. */
const MOST_DIGITS = 38

/** The types that Debezium's sink gives new columns; SQLite, which it does not know, keeps those of our dialect. */
export const columnTypes = (base: Dialect): ((column: NewColumn) => string) => {
  const types = base.product === 'PostgreSQL' ? POSTGRES : base.product === 'SQLite' ? undefined : MYSQL
  if (types === undefined) return base.columnType
  const typeOf = (schema: Schema, primaryKey: boolean): string | undefined => {
    const kind = logicalKind(schema)
    if (kind === 'decimal') {
      const precision = schema.parameters?.get('connect.decimal.precision') ?? MOST_DIGITS
      return `decimal(${precision},${decimalScale(schema)})`
    }
    if (schema.name === 'io.debezium.data.VariableScaleDecimal') return `decimal(${MOST_DIGITS},10)`
    const like = kind ?? LIKE[schema.name ?? '']
    if (like !== undefined) return types[like]
    const named = schema.name === null ? undefined : types[schema.name]
    if (named !== undefined) return named
    if (schema.type === 'array' && schema.valueSchema !== null && base.product === 'PostgreSQL') {
      const element = typeOf(schema.valueSchema, false)
      return element === undefined ? undefined : `${element}[]`
    }
    return (primaryKey ? types[`${schema.type} key`] : undefined) ?? types[schema.type]
  }
  return (column) => typeOf(column.schema, column.primaryKey) ?? base.columnType(column)
}
