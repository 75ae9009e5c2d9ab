import { ConnectError } from '../../../plugin/errors.ts'
import type { Instant } from '../column-reader.ts'
import type { RawValue, ResultColumn, Row } from '../database.ts'
import type { NewsColumns } from './columns-of-table.ts'
import { columnNamed } from './record-maker.ts'
import type { ReadOffset } from './source-offset.ts'
import type { SourceSettings } from './source-settings.ts'

/** Tells how far a table was read with a row. */
export interface NewsReader {
  readonly read: (row: Row) => ReadOffset
  /** Indexes of the columns that it looks at. */
  readonly needed: readonly number[]
}

/** @throws ConnectError when the result has no such columns */
export const newsReader = (
  result: readonly ResultColumn[],
  { incrementing, timestamps }: NewsColumns,
  settings: SourceSettings,
): NewsReader => {
  const indexOf = (name: string, setting: string): number =>
    result.indexOf(columnNamed(result, name, (column) => column.name, setting))
  const idIndex = incrementing === null ? -1 : indexOf(incrementing, 'incrementing.column.name')
  const times = timestamps.map((name) => {
    const index = indexOf(name, 'timestamp.column.name')
    return { index, read: instantReader(result[index] as ResultColumn, settings) }
  })
  const idOf = (row: Row): bigint | null => {
    if (idIndex < 0) return null
    return incrementingValue(row[idIndex] ?? null, result[idIndex] as ResultColumn)
  }
  const timeOf = (row: Row): Instant | null => {
    for (const { index, read } of times) {
      const raw = row[index]
      if (raw !== null && raw !== undefined) return read(raw)
    }
    return null
  }
  return {
    read: (row) => ({ incrementing: idOf(row), timestamp: timeOf(row) }),
    needed: [...(idIndex < 0 ? [] : [idIndex]), ...times.map(({ index }) => index)],
  }
}

const instantReader = (column: ResultColumn, { dialect, reader }: SourceSettings) => {
  const read = dialect.columnReader(column, reader)?.instant
  if (read !== undefined) return read
  throw new ConnectError(
    `Column ${column.name} (${column.typeName}) is no timestamp: timestamp.column.name cannot name it`,
  )
}

const incrementingValue = (raw: RawValue, column: ResultColumn): bigint => {
  if (raw === null) throw new ConnectError(`Null value for incrementing column of type: ${column.typeName}`)
  if (typeof raw === 'bigint') return raw
  if (typeof raw === 'string' && column.jdbcType === 'bigint') return BigInt(raw)
  const text = String(raw).replace(/\.0*$/, '')
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text)
    if (BigInt.asIntN(64, value) === value) return value
  }
  throw new ConnectError(`Invalid type or value for incrementing column ${column.name} (${column.typeName}): ${raw}`)
}
