import { compileStruct } from '../../../data/compile-struct.ts'
import { NO_HEADERS } from '../../../data/headers.ts'
import { type Schema, schemaOf } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Logger } from '../../../plugin/logger.ts'
import type { OffsetFields, SourceRecord } from '../../../plugin/record.ts'
import type { ColumnReader, WireReader } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { RawValue, ResultColumn, Row } from '../database.ts'
import { ROW_HEAD, type WireRows } from '../wire-rows.ts'
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
  /**
   * Makes records of rows as they came, from `at` on, at most `most`. `offsetOf` is given a row in which only `needed` columns
   * are filled in. @returns where the next row begins
   */
  readonly makeWire: (rows: WireRows, at: number, most: number, offsetOf: OffsetOf, into: SourceRecord[]) => number
}

export interface OffsetOf {
  readonly needed: readonly number[]
  readonly of: (row: Row) => OffsetFields | null
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

  const unreadable = (error: unknown): null => {
    if (!(error instanceof ColumnValueError)) throw error
    if (settings.reader.flavour === 'aiven') {
      log.warn(`${error.message}. The record has null there`)
      return null
    }
    throw new ConnectError(`${plan.schemaName ?? 'query'}: ${error.message}`, { cause: error })
  }

  /** Of the row under way, at the places of the columns. */
  const values: unknown[] = columns.map(() => null)

  const recordOf = (isDeleted: boolean, sourceOffset: OffsetFields | null): SourceRecord => {
    const { valueSchema, keySchema, valueFrom, keyFrom } = compiled
    return {
      topic: plan.topic,
      partition: null,
      keySchema,
      key: keySchema === null ? null : keyFrom(values),
      valueSchema: isDeleted ? null : valueSchema,
      value: isDeleted ? null : valueFrom(values),
      timestamp: null,
      headers: NO_HEADERS,
      sourcePartition: plan.partition,
      sourceOffset,
    }
  }

  const make = (row: Row, sourceOffset: OffsetFields | null): SourceRecord => {
    const { fields, deletedIndex } = compiled
    for (const { index, reader } of fields) {
      const raw = row[index]
      try {
        values[index] = raw === null || raw === undefined ? null : reader.read(raw)
      } catch (error) {
        values[index] = unreadable(error)
      }
    }
    return recordOf(deletedIndex >= 0 && marksDeleted(row[deletedIndex]), sourceOffset)
  }

  const raw: RawValue[] = columns.map(() => null)
  const makeWire: RecordMaker['makeWire'] = (rows, from, most, offsetOf, into) => {
    const { wireReaders, deletedIndex } = compiled
    const { bytes, to } = rows
    const asText = columns.map((_, index) => index === deletedIndex || offsetOf.needed.includes(index))
    let at = from
    for (let count = 0; at < to && count < most; count++) {
      const end = at + 1 + bytes.readInt32BE(at + 1)
      at += ROW_HEAD
      for (let index = 0; index < wireReaders.length; index++) {
        const length = at < end ? bytes.readInt32BE(at) : -1
        at += 4
        const read = wireReaders[index]
        values[index] = null
        if (length >= 0) {
          try {
            if (read !== undefined) values[index] = read(rows, at, length)
          } catch (error) {
            values[index] = unreadable(error)
          }
          at += length
        }
        if (asText[index]) raw[index] = length < 0 ? null : rawValue(values[index], rows, at - length, length)
      }
      at = end
      into.push(recordOf(deletedIndex >= 0 && marksDeleted(raw[deletedIndex]), offsetOf.of(raw)))
    }
    return at
  }

  if (settings.dialect.name !== 'SqliteDatabaseDialect') return { make, makeWire }
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
  return { make: makeWide, makeWire }
}

/** The value where it says as much as its text, which is then not needed. */
const rawValue = (value: unknown, rows: WireRows, at: number, length: number): RawValue =>
  typeof value === 'bigint' ? value : rows.textAt(at, length)

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
    wireReaders: columns.map((_, at) => wireReaderOf(fields.find(({ index }) => index === at)?.reader)),
    valueFrom: structOf(fields),
    keyFrom: structOf(keyFields),
    valueSchema: structSchema(fields, plan.schemaName),
    keySchema:
      keyFields.length === 0
        ? null
        : structSchema(keyFields, plan.schemaName === null ? null : `${plan.schemaName}-key`),
    deletedIndex:
      deleted === '' ? -1 : columns.indexOf(columnNamed(columns, deleted, ({ name }) => name, 'deleted.column.name')),
  }
}

/** The struct of a row's values. */
const structOf = (fields: readonly Field[]): ((values: readonly unknown[]) => Record<string, unknown>) => {
  const make = compileStruct(fields.map(({ name, index }) => ({ name, source: [String(index)] })))
  return (values) => make(values as unknown as Readonly<Record<string, unknown>>, undefined)
}

const wireReaderOf = (reader: ColumnReader | undefined): WireReader | undefined =>
  reader === undefined ? undefined : (reader.readWire ?? ((rows, at, length) => reader.read(rows.textAt(at, length))))

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
