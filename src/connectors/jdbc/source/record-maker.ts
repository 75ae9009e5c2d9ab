import { NO_HEADERS } from '../../../data/headers.ts'
import { type Schema, schemaOf } from '../../../data/schema.ts'
import { setOwn } from '../../../data/values.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Logger } from '../../../plugin/logger.ts'
import type { OffsetFields, SourceRecord } from '../../../plugin/record.ts'
import type { ColumnReader } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { ResultColumn, Row } from '../database.ts'
import type { SourceSettings } from './source-settings.ts'

export interface RecordPlan {
  readonly topic: string
  /** Name of the value's schema; null in query mode. */
  readonly schemaName: string | null
  readonly partition: OffsetFields
  /** Names of the columns that make the key; empty: no key. */
  readonly keyColumns: readonly string[]
}

/** Makes records of rows; compiled once for the columns of a result. */
export interface RecordMaker {
  readonly make: (row: Row, offset: OffsetFields | null) => SourceRecord
}

interface Field {
  readonly name: string
  readonly index: number
  readonly reader: ColumnReader
  readonly column: ResultColumn
}

export const createRecordMaker = (
  columns: readonly ResultColumn[],
  plan: RecordPlan,
  settings: SourceSettings,
  log: Logger,
): RecordMaker => {
  const widened = new Set<string>()
  let compiled = compile(columns, plan, settings, log)

  const readField = (field: Field, row: Row): unknown => {
    const raw = row[field.index] as NonNullable<Row[number]>
    try {
      return field.reader.read(raw)
    } catch (error) {
      if (!(error instanceof ColumnValueError)) throw error
      if (settings.reader.flavour === 'aiven') {
        log.warn(`${error.message}. The record has null there`)
        return null
      }
      throw new ConnectError(`${plan.schemaName ?? 'query'}: ${error.message}`, { cause: error })
    }
  }

  const structOf = (fields: readonly Field[], row: Row): Record<string, unknown> => {
    const value: Record<string, unknown> = {}
    for (const field of fields) {
      const raw = row[field.index]
      const read = raw === null || raw === undefined ? null : readField(field, row)
      if (field.name === '__proto__') setOwn(value, field.name, read)
      else value[field.name] = read
    }
    return value
  }

  const make = (row: Row, sourceOffset: OffsetFields | null): SourceRecord => {
    const { valueSchema, keySchema, fields, keyFields, deletedIndex } = compiled
    const deleted = deletedIndex >= 0 && marksDeleted(row[deletedIndex])
    return {
      topic: plan.topic,
      partition: null,
      keySchema,
      key: keySchema === null ? null : structOf(keyFields, row),
      valueSchema: deleted ? null : valueSchema,
      value: deleted ? null : structOf(fields, row),
      timestamp: null,
      headers: NO_HEADERS,
      sourcePartition: plan.partition,
      sourceOffset,
    }
  }

  if (settings.dialect.name !== 'SqliteDatabaseDialect') return { make }
  /** SQLite holds 64 bits in any INTEGER: from the first value that needs them on, the column is an int64. */
  const makeWide = (row: Row, offset: OffsetFields | null): SourceRecord => {
    for (const { column, index } of compiled.fields) {
      const raw = row[index]
      if (typeof raw !== 'bigint' || !INTEGERS.has(column.jdbcType) || BigInt.asIntN(32, raw) === raw) continue
      widened.add(column.name)
      compiled = compile(
        columns.map((each) => (widened.has(each.name) ? { ...each, jdbcType: 'bigint' } : each)),
        plan,
        settings,
        log,
      )
    }
    return make(row, offset)
  }
  return { make: makeWide }
}

const INTEGERS = new Set(['integer', 'smallint', 'tinyint'])

const compile = (columns: readonly ResultColumn[], plan: RecordPlan, settings: SourceSettings, log: Logger) => {
  const fields = columns.flatMap((column, index): Field[] => {
    const reader = settings.dialect.columnReader(column, settings.reader)
    if (reader !== undefined) return [{ name: column.name, index, reader, column }]
    log.warn(`JDBC type ${column.typeName} of column ${column.name} is not supported: the column is left out`)
    return []
  })
  const duplicate = fields.find(({ name }, at) => fields.findIndex((each) => each.name === name) !== at)
  if (duplicate !== undefined) {
    throw new ConnectError(
      `The result has two columns that are called ${duplicate.name}: give one of them another name (AS)`,
    )
  }
  const keyFields = plan.keyColumns.map((name) => columnNamed(fields, name, ({ name: each }) => each, 'key.columns'))
  const deleted = settings.deletedColumn
  return {
    fields,
    keyFields,
    valueSchema: structSchema(fields, plan.schemaName),
    keySchema:
      keyFields.length === 0
        ? null
        : structSchema(keyFields, plan.schemaName === null ? null : `${plan.schemaName}-key`),
    deletedIndex:
      deleted === '' ? -1 : columns.indexOf(columnNamed(columns, deleted, ({ name }) => name, 'deleted.column.name')),
  }
}

const structSchema = (fields: readonly Field[], name: string | null): Schema =>
  schemaOf({ type: 'struct', name, fields: fields.map((field) => ({ name: field.name, schema: field.reader.schema })) })

/** Exactly this name, else the only one that differs by case alone. @throws ConnectError when there is none */
export const columnNamed = <T>(all: readonly T[], name: string, nameOf: (each: T) => string, setting: string): T => {
  const exact = all.find((each) => nameOf(each) === name)
  if (exact !== undefined) return exact
  const alike = all.filter((each) => nameOf(each).toLowerCase() === name.toLowerCase())
  if (alike.length === 1 && alike[0] !== undefined) return alike[0]
  throw new ConnectError(
    alike.length === 0
      ? `There is no column ${name} as ${setting} says; there are ${all.map(nameOf).join(', ')}`
      : `${name}, as ${setting} says, could be any of the columns ${alike.map(nameOf).join(', ')}`,
  )
}

/** True, not 0, or a time or text that is there. */
const marksDeleted = (raw: Row[number] | undefined): boolean => {
  if (raw === null || raw === undefined) return false
  if (typeof raw === 'string') return !/^(f|false|n|no|0|)$/i.test(raw)
  if (raw instanceof Uint8Array) return raw.some((byte) => byte !== 0)
  return Number(raw) !== 0
}
