import { compileStruct } from '../../../data/compile-struct.ts'
import { NO_HEADERS } from '../../../data/headers.ts'
import type { RowStruct } from '../../../data/row-struct.ts'
import { type Schema, schemaOf } from '../../../data/schema.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Logger } from '../../../plugin/logger.ts'
import type { OffsetFields, SourceRecord } from '../../../plugin/record.ts'
import type { ColumnReader, WireReader } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { RawValue, ResultColumn, Row } from '../database.ts'
import type { WireRows } from '../wire-rows.ts'
import { type BlockParts, WireBlock } from './row-block.ts'
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

/** `takesRows`: whether the values of records may be rows, see `data/row-struct.ts`. */
export const createRecordMaker = (
  columns: readonly ResultColumn[],
  plan: RecordPlan,
  settings: SourceSettings,
  log: Logger,
  takesRows = false,
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

  const recordOf = (
    isDeleted: boolean,
    sourceOffset: OffsetFields | null,
    row: RowStruct | undefined = undefined,
  ): SourceRecord => {
    const { valueSchema, keySchema, valueFrom, keyFrom } = compiled
    return {
      topic: plan.topic,
      partition: null,
      keySchema,
      key: keySchema === null ? null : keyFrom(values),
      valueSchema: isDeleted ? null : valueSchema,
      value: isDeleted ? null : (row ?? valueFrom(values)),
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

  const asRows = takesRows && compiled.fields.length === columns.length
  const block = new WireBlock(blockParts(columns, compiled, asRows, unreadable))
  const looked = asRows ? compiled.keyIndexes : compiled.fields.map(({ index }) => index)
  const raw: RawValue[] = columns.map(() => null)
  const makeWire: RecordMaker['makeWire'] = (rows, from, most, offsetOf, into) => {
    const { deletedIndex } = compiled
    block.begin(rows)
    let at = from
    for (let count = 0; at < rows.to && count < most; count++) {
      // Of rows that are not handed on one is remembered at a time.
      if (!asRows) block.begin(rows)
      const row = asRows ? count : 0
      at = block.take(at)
      for (const index of looked) values[index] = block.valueAt(row, index)
      for (const index of offsetOf.needed) raw[index] = block.rawAt(row, index)
      const isDeleted = deletedIndex >= 0 && marksDeleted(block.rawAt(row, deletedIndex))
      into.push(recordOf(isDeleted, offsetOf.of(raw), asRows ? block.structs[row] : undefined))
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

const INTEGERS = new Set(['integer', 'smallint', 'tinyint'])

type Compiled = ReturnType<typeof compile>

const blockParts = (
  columns: readonly ResultColumn[],
  { fields, valueFrom }: Compiled,
  asRows: boolean,
  unreadable: BlockParts['unreadable'],
): BlockParts => ({
  columns: columns.map((_, at) => {
    const reader = fields.find(({ index }) => index === at)?.reader
    if (reader === undefined) return undefined
    return { read: wireReaderOf(reader), form: asRows ? reader.rowForm : undefined }
  }),
  structOf: valueFrom,
  unreadable,
})

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
    keyIndexes: keyFields.map(({ index }) => index),
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

const wireReaderOf = (reader: ColumnReader): WireReader =>
  reader.readWire ?? ((rows, at, length) => reader.read(rows.textAt(at, length)))

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
