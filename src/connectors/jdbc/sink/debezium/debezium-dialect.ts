/** Column types, texts of definitions and semantic types as Debezium's JDBC sink has them, over one of our dialects. */
import { decimalText } from '../../../../data/java-text.ts'
import { bytesToBigInt } from '../../../../data/logical-types.ts'
import { fieldOf, type Schema } from '../../../../data/schema.ts'
import { rawField } from '../../../../data/struct.ts'
import { Decimal } from '../../../../data/values.ts'
import type { ResultColumn } from '../../database.ts'
import type { Binder, BindZones, Dialect, NewColumn, Quote } from '../../dialect.ts'
import { tableText } from '../../table-id.ts'
import { columnTypes } from './column-types.ts'
import { defaultText } from './default-text.ts'

/** The same database, spoken to in Debezium's words. */
export const debeziumDialect = (base: Dialect): Dialect => {
  const types = columnTypes(base)
  const columnText = (column: NewColumn, quote: Quote): string => {
    const { schema, primaryKey } = column
    const value = schema.default ?? null
    const given = value === null ? '' : ` DEFAULT ${defaultText(base, schema, value)}`
    return `${quote(column.name)} ${types(column)}${given} ${schema.optional && !primaryKey ? 'NULL' : 'NOT NULL'}`
  }
  return {
    ...base,
    columnType: types,
    createTable: (table, columns, quote) => {
      const keys = columns.filter(({ primaryKey }) => primaryKey)
      const ordered = [...keys, ...columns.filter(({ primaryKey }) => !primaryKey)]
      const lines = ordered.map((column) => columnText(column, quote))
      if (keys.length > 0) lines.push(`PRIMARY KEY(${keys.map(({ name }) => quote(name)).join(', ')})`)
      return `CREATE TABLE ${tableText(table, quote)} (${lines.join(', ')})`
    },
    addColumns: (table, columns, quote) =>
      base.product === 'SQLite'
        ? columns.map((column) => `ALTER TABLE ${tableText(table, quote)} ADD COLUMN ${columnText(column, quote)}`)
        : [
            `ALTER TABLE ${tableText(table, quote)} ${columns.map((column) => `ADD COLUMN ${columnText(column, quote)}`).join(', ')}`,
          ],
    bind: (schema, zones, column) => semanticBinder(base, schema, zones, column) ?? base.bind(schema, zones, column),
  }
}

const DAY_MS = 86_400_000
/** Nanoseconds in what a semantic type of time counts. */
const UNITS: Readonly<Record<string, bigint>> = {
  'io.debezium.time.Timestamp': 1_000_000n,
  'io.debezium.time.MicroTimestamp': 1000n,
  'io.debezium.time.NanoTimestamp': 1n,
}
const TIMES: Readonly<Record<string, number>> = {
  'io.debezium.time.Time': 1,
  'io.debezium.time.MicroTime': 1000,
  'io.debezium.time.NanoTime': 1_000_000,
}

/** Values of Debezium's own schemas; undefined: the schema is none of them. */
const semanticBinder = (
  base: Dialect,
  schema: Schema,
  zones: BindZones,
  column: ResultColumn | undefined,
): Binder | undefined => {
  const { name } = schema
  if (name === null) return undefined
  const nanos = UNITS[name]
  if (nanos !== undefined) {
    return (value) =>
      value === null ? null : base.bindInstant(BigInt(value as bigint) * nanos, zones.timestamp, column)
  }
  const perMs = TIMES[name]
  if (perMs !== undefined) return (value) => (value === null ? null : timeOfDay(Number(value) / perMs))
  switch (name) {
    case 'io.debezium.time.Date':
      return (value) => (value === null ? null : new Date((value as number) * DAY_MS).toISOString().slice(0, 10))
    case 'io.debezium.data.VariableScaleDecimal':
      return (value) => (value === null ? null : variableScale(schema, value as Readonly<Record<string, unknown>>))
    default:
      return undefined
  }
}

const timeOfDay = (ms: number): string => {
  const micros = Math.trunc(ms * 1000)
  const rest = String(micros % 1_000_000).padStart(6, '0')
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(11, 19)}.${rest}`
}

const variableScale = (schema: Schema, fields: Readonly<Record<string, unknown>>): string => {
  const get = (name: string): unknown => {
    const field = fieldOf(schema, name)
    return field === undefined ? null : rawField(fields, field)
  }
  return decimalText(new Decimal(bytesToBigInt(get('value') as Uint8Array), Number(get('scale'))))
}
