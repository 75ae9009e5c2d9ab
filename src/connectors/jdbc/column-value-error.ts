import type { ResultColumn } from './database.ts'

/** A value that the column's schema cannot hold. */
export class ColumnValueError extends Error {
  override readonly name = 'ColumnValueError'
  constructor(column: ResultColumn, value: unknown, why: string) {
    const text = String(value)
    const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text
    super(`Column ${column.name} (${column.typeName}) holds ${shown}: ${why}`)
  }
}
