import type { Schema } from '../../../../data/schema.ts'
import type { Dialect } from '../../dialect.ts'

/** A default as Debezium's sink writes it, taken from our dialect's text of the same column. */
export const defaultText = (base: Dialect, schema: Schema, value: unknown): string => {
  if (typeof value === 'boolean' && base.product === 'PostgreSQL') return value ? 'TRUE' : 'FALSE'
  const column = { name: 'c', schema, primaryKey: false }
  const text = base.createTable({ catalog: null, schema: null, table: 't' }, [column], (name) => name)
  const found = / DEFAULT ([\s\S]*?)\)$/.exec(text)?.[1]
  return found?.trimEnd() ?? 'NULL'
}
