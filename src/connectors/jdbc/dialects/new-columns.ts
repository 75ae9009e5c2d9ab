/** DDL: how a new column is written, the same for all databases but for types and literals. */

import { decimalText, doubleText, floatText } from '../../../data/java-text.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../../data/logical-types.ts'
import { type Schema, typeName } from '../../../data/schema.ts'
import { Decimal } from '../../../data/values.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { NewColumn, Quote } from '../dialect.ts'
import { type TableId, tableText } from '../table-id.ts'
import { UTC } from '../zone.ts'
import { dateText, timestampText, timeText } from './temporal.ts'

export interface DdlRules {
  columnType(column: NewColumn): string
  /** A boolean default. */
  readonly booleans: readonly [no: string, yes: string]
  /** A text literal, quotes and escapes included. */
  text(value: string): string
  bytes(value: Uint8Array): string
}

/** `"name" TYPE NOT NULL`, or with a default, or NULL. */
export const columnText = (column: NewColumn, quote: Quote, rules: DdlRules): string => {
  const { schema } = column
  const start = `${quote(column.name)} ${rules.columnType(column)}`
  if (schema.default !== undefined && schema.default !== null)
    return `${start} DEFAULT ${literal(schema, schema.default, rules)}`
  if (schema.default === null) return `${start} DEFAULT NULL`
  return schema.optional && !column.primaryKey ? `${start} NULL` : `${start} NOT NULL`
}

export const createTableText = (
  table: TableId,
  columns: readonly NewColumn[],
  quote: Quote,
  rules: DdlRules,
): string => {
  const keys = columns.filter(({ primaryKey }) => primaryKey).map(({ name }) => quote(name))
  const lines = columns.map((column) => columnText(column, quote, rules))
  if (keys.length > 0) lines.push(`PRIMARY KEY(${keys.join(',')})`)
  return `CREATE TABLE ${tableText(table, quote)} (\n${lines.join(',\n')})`
}

const literal = (schema: Schema, value: unknown, rules: DdlRules): string => {
  if (value instanceof Date) {
    if (schema.name === DATE_NAME) return `'${dateText(value.getTime(), UTC)}'`
    return schema.name === TIME_NAME
      ? `'${timeText(value.getTime(), UTC)}'`
      : `'${timestampText(value.getTime(), UTC)}'`
  }
  if (value instanceof Decimal) return decimalText(value)
  if (typeof value === 'boolean') return rules.booleans[value ? 1 : 0]
  if (typeof value === 'number')
    return schema.type === 'float32' ? floatText(value) : schema.type === 'float64' ? doubleText(value) : String(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return rules.bytes(value)
  if (typeof value === 'string') return rules.text(value)
  throw new ConnectError(`Unsupported type for column value: ${typeName(schema.type)}`)
}

/** What is said of a schema that no column can hold. */
export const noColumnType = (schema: Schema, product: string): ConnectError =>
  new ConnectError(
    `${schema.name} (${typeName(schema.type)}) type doesn't have a mapping to the SQL database column type${product}`,
  )

export const isDecimal = (schema: Schema): boolean => schema.name === DECIMAL_NAME
export const isDate = (schema: Schema): boolean => schema.name === DATE_NAME
export const isTime = (schema: Schema): boolean => schema.name === TIME_NAME
export const isTimestamp = (schema: Schema): boolean => schema.name === TIMESTAMP_NAME
