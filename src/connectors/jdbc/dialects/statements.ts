/** The statements that databases have in common. */
import type { TableColumn } from '../database.ts'
import type { Dialect, Quote, StatementColumns } from '../dialect.ts'
import { type TableId, tableText } from '../table-id.ts'

export type Placeholder = (index: number, column: string) => string

/** `(?,?),(?,?)` for rows of these columns. */
const valuesOf = (columns: readonly string[], rows: number, placeholder: Placeholder): string => {
  const parts: string[] = []
  for (let row = 0; row < rows; row++) {
    const from = row * columns.length
    parts.push(`(${columns.map((column, index) => placeholder(from + index + 1, column)).join(',')})`)
  }
  return parts.join(',')
}

export const insertInto = (
  verb: string,
  table: TableId,
  { keys, others }: StatementColumns,
  quote: Quote,
  rows: number,
  placeholder: Placeholder,
): string => {
  const columns = [...keys, ...others]
  return `${verb} ${tableText(table, quote)} (${columns.map(quote).join(',')}) VALUES ${valuesOf(columns, rows, placeholder)}`
}

const updateOne = (
  table: TableId,
  { keys, others }: StatementColumns,
  quote: Quote,
  placeholder: Placeholder,
): string => {
  const set = others.map((name, index) => `${quote(name)} = ${placeholder(index + 1, name)}`).join(', ')
  const where = keys.map((name, index) => `${quote(name)} = ${placeholder(others.length + index + 1, name)}`)
  return `UPDATE ${tableText(table, quote)} SET ${set}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`
}

const deleteOne = (table: TableId, keys: readonly string[], quote: Quote, placeholder: Placeholder): string =>
  `DELETE FROM ${tableText(table, quote)} WHERE ${keys.map((name, index) => `${quote(name)} = ${placeholder(index + 1, name)}`).join(' AND ')}`

/** Insert, update and delete; `placeholders` may depend on what is known of the table's columns. */
export const statements = (
  placeholders: (columns?: readonly TableColumn[]) => Placeholder,
): Pick<Dialect, 'insert' | 'update' | 'delete'> => ({
  insert: (table, names, { quote, rows = 1, columns }) =>
    insertInto('INSERT INTO', table, names, quote, rows, placeholders(columns)),
  update: (table, names, { quote, columns }) => updateOne(table, names, quote, placeholders(columns)),
  delete: (table, keys, { quote, columns }) => deleteOne(table, keys, quote, placeholders(columns)),
})
