/** Rows as arrays of columns: a statement of a few parameters however many rows it writes, half the server's work of VALUES. */
import type { Schema } from '../../../data/schema.ts'
import type { Parameter, TableColumn } from '../database.ts'
import type { BindZones, ColumnStatement, PackedColumn, Quote, StatementColumns, StatementOptions } from '../dialect.ts'
import { type TableId, tableText } from '../table-id.ts'
import { packedColumn } from './postgres-binary.ts'

/** Types whose elements are read as a single value of the type is. The names that numbered columns go by are pgjdbc's. */
const ELEMENTS: ReadonlyMap<string, string> = new Map([
  ...['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'bool', 'text', 'varchar', 'bpchar', 'bytea', 'uuid'].map(
    (name) => [name, name] as const,
  ),
  ...['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'json', 'jsonb'].map((name) => [name, name] as const),
  ['smallserial', 'int2'],
  ['serial', 'int4'],
  ['bigserial', 'int8'],
])

/** What an upsert does with a row whose key is there. */
export const onConflict = ({ keys, others }: StatementColumns, quote: Quote): string => {
  const set = others.map((name) => `${quote(name)}=EXCLUDED.${quote(name)}`).join(',')
  return `ON CONFLICT (${keys.map(quote).join(',')}) DO ${set === '' ? 'NOTHING' : `UPDATE SET ${set}`}`
}

/** `INSERT ... SELECT * FROM unnest(...)`; undefined where a column is of a type that may read elements in another way. */
export const insertByColumns = (
  table: TableId,
  columns: StatementColumns,
  schemas: readonly Schema[],
  { quote, columns: known = [] }: StatementOptions,
  conflict: string,
): ColumnStatement | undefined => {
  const names = [...columns.keys, ...columns.others]
  const elements = names.map((name) => ELEMENTS.get(typeOf(name, known) ?? ''))
  const arrays = elements.map((element, index) => {
    // Bytes are sent as they are to whatever type the column has
    const fits = (schemas[index]?.type === 'bytes' && schemas[index].name === null) === (element === 'bytea')
    return element !== undefined && fits ? `$${index + 1}::pg_catalog.${element}[]` : undefined
  })
  if (arrays.includes(undefined)) return undefined
  const insert = `INSERT INTO ${tableText(table, quote)} (${names.map(quote).join(',')})`
  const sql = `${insert} SELECT * FROM unnest(${arrays.join(',')})${conflict === '' ? '' : ` ${conflict}`}`
  const packed = (index: number, zones: BindZones): PackedColumn | undefined => {
    const element = elements[index]
    const schema = schemas[index]
    return element === undefined || schema === undefined ? undefined : packedColumn(element, schema, zones)
  }
  return { sql, array: arrayText, packed }
}

const typeOf = (name: string, known: readonly TableColumn[]): string | undefined => {
  const lower = name.toLowerCase()
  const found =
    known.find((column) => column.name === name) ?? known.find((column) => column.name.toLowerCase() === lower)
  return found?.typeName
}

const SPECIAL = /["\\]/

/** `{1,NULL,"text"}` */
const arrayText = (values: readonly Parameter[]): string => {
  let text = '{'
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as Parameter
    if (index > 0) text += ','
    if (value === null) text += 'NULL'
    else if (typeof value === 'string') text += SPECIAL.test(value) ? escaped(value) : `"${value}"`
    else if (Buffer.isBuffer(value)) text += `"\\\\x${value.toString('hex')}"`
    else text += value
  }
  return `${text}}`
}

const escaped = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`
