/** DDL: how a new column is written, the same for all databases but for types and literals. */

import { doubleText, floatText } from '../../../data/java-text.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../../data/logical-types.ts'
import { type Schema, type SchemaType, typeName } from '../../../data/schema.ts'
import { Decimal } from '../../../data/values.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Dialect, NewColumn, Quote } from '../dialect.ts'
import { type TableId, tableText } from '../table-id.ts'
import { UTC } from '../zone.ts'
import { dateText, timestampText, timeText } from './temporal.ts'

export type LogicalKind = 'decimal' | 'date' | 'time' | 'timestamp'

/** The database's type for each of ours that it has one for. */
export type ColumnTypes = Readonly<Partial<Record<SchemaType | Exclude<LogicalKind, 'decimal'>, string>>> & {
  readonly decimal: string | ((schema: Schema) => string)
}

export interface DdlRules {
  columnType(column: NewColumn): string
  /** A boolean default. */
  readonly booleans: readonly [no: string, yes: string]
  /** A text literal, quotes and escapes included. */
  text(value: string): string
  bytes(value: Uint8Array): string
  /** NaN and the infinities. */
  nonFinite(value: number): string
  /** A date or time; default: in quotes, as people write it. */
  moment?(value: Date): string
}

/** `"name" TYPE NOT NULL`, or with a default, or NULL. */
export const columnText = (column: NewColumn, quote: Quote, rules: DdlRules): string => {
  const { schema } = column
  const start = `${quote(column.name)} ${rules.columnType(column)}`
  // The default of a field that counts microseconds is no timestamp
  if (schema.default !== undefined && schema.default !== null && column.asTimestamp) return `${start} NULL`
  if (schema.default !== undefined && schema.default !== null)
    return `${start} DEFAULT ${literal(schema, schema.default, rules)}`
  if (schema.default === null) return `${start} DEFAULT NULL`
  return schema.optional && !column.primaryKey ? `${start} NULL` : `${start} NOT NULL`
}

const createTableText = (table: TableId, columns: readonly NewColumn[], quote: Quote, rules: DdlRules): string => {
  const keys = columns.filter(({ primaryKey }) => primaryKey).map(({ name }) => quote(name))
  const lines = columns.map((column) => columnText(column, quote, rules))
  if (keys.length > 0) lines.push(`PRIMARY KEY(${keys.join(',')})`)
  return `CREATE TABLE ${tableText(table, quote)} (\n${lines.join(',\n')})`
}

const literal = (schema: Schema, value: unknown, rules: DdlRules): string => {
  if (value instanceof Date) {
    if (rules.moment !== undefined) return rules.moment(value)
    if (schema.name === DATE_NAME) return `'${dateText(value.getTime(), UTC)}'`
    return schema.name === TIME_NAME
      ? `'${timeText(value.getTime(), UTC)}'`
      : `'${timestampText(value.getTime(), UTC)}'`
  }
  if (value instanceof Decimal) return plainText(value)
  if (typeof value === 'boolean') return rules.booleans[value ? 1 : 0]
  if (typeof value === 'number' && !Number.isFinite(value)) return rules.nonFinite(value)
  if (typeof value === 'number')
    return schema.type === 'float32' ? floatText(value) : schema.type === 'float64' ? doubleText(value) : String(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return rules.bytes(value)
  if (typeof value === 'string') return rules.text(value)
  throw new ConnectError(`Unsupported type for column value: ${typeName(schema.type)}`)
}

/** Without an exponent: MySQL takes a number with one for a double. */
const plainText = ({ unscaled, scale }: Decimal): string => {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale))
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** What is said of a schema that no column can hold. */
export const noColumnType = (schema: Schema, product: string): ConnectError =>
  new ConnectError(
    `${schema.name} (${typeName(schema.type)}) type doesn't have a mapping to the SQL database column type${product}`,
  )

/** Which of the logical types a schema is, undefined when it is none. */
export const logicalKind = ({ name }: Schema): LogicalKind | undefined => {
  switch (name) {
    case DECIMAL_NAME:
      return 'decimal'
    case DATE_NAME:
      return 'date'
    case TIME_NAME:
      return 'time'
    case TIMESTAMP_NAME:
      return 'timestamp'
    default:
      return undefined
  }
}

/** The type of a column by the database's table of them, undefined when that has none for this schema. */
export const typeFrom = (types: ColumnTypes, schema: Schema): string | undefined => {
  const type = types[logicalKind(schema) ?? schema.type]
  return typeof type === 'function' ? type(schema) : type
}

/** The definitions that databases have in common. */
export const definitions = (rules: DdlRules): Pick<Dialect, 'columnType' | 'createTable' | 'addColumns'> => ({
  columnType: rules.columnType,
  createTable: (table, columns, quote) => createTableText(table, columns, quote, rules),
  addColumns: (table, columns, quote) => [
    `ALTER TABLE ${tableText(table, quote)} \n${columns.map((column) => `ADD ${columnText(column, quote, rules)}`).join(',\n')}`,
  ],
})
