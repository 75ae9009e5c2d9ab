import { ConnectError } from '../../../plugin/errors.ts'
import type { OffsetFields } from '../../../plugin/record.ts'
import type { Instant } from '../column-reader.ts'
import { type TableId, tableText } from '../table-id.ts'
import type { SourceSettings } from './source-settings.ts'

/** How far a table was read. */
export interface ReadOffset {
  readonly incrementing: bigint | null
  readonly timestamp: Instant | null
}

export const NO_OFFSET: ReadOffset = { incrementing: null, timestamp: null }

/** As the JVM's connectors store it: keys that are in use, in the order of the JVM's map. */
export const offsetFields = ({ incrementing, timestamp }: ReadOffset): OffsetFields => {
  if (timestamp === null) return incrementing === null ? {} : { incrementing }
  const { millis, nanos } = timestamp
  return incrementing === null
    ? { timestamp_nanos: nanos, timestamp: millis }
    : { timestamp_nanos: nanos, incrementing, timestamp: millis }
}

/** @throws ConnectError for values that are no integers */
export const readOffset = (fields: OffsetFields): ReadOffset => {
  const incrementing = integer(fields, 'incrementing')
  const millis = integer(fields, 'timestamp')
  const nanos = integer(fields, 'timestamp_nanos')
  if (millis === null) return { incrementing, timestamp: null }
  const stored = Number(millis)
  const second = Math.floor(stored / 1000) * 1000
  // The nanoseconds of the second take the place of the milliseconds' fraction.
  const timestamp =
    nanos === null
      ? { millis: stored, nanos: (stored - second) * 1e6 }
      : { millis: second + Math.floor(Number(nanos) / 1e6), nanos: Number(nanos) }
  return { incrementing, timestamp }
}

/** Nanoseconds since the epoch. */
export const nanosOf = ({ millis, nanos }: Instant): bigint => BigInt(millis) * 1_000_000n + BigInt(nanos % 1e6)

export const instantOfNanos = (nanos: bigint): Instant => {
  const second = (nanos - (((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n
  const below = Number(nanos - second * 1_000_000_000n)
  return { millis: Number(second) * 1000 + Math.floor(below / 1e6), nanos: below }
}

const integer = (fields: OffsetFields, key: string): bigint | null => {
  const value = Object.hasOwn(fields, key) ? fields[key] : null
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw new ConnectError(`The stored offset's ${key} is no integer: ${value}`)
}

/** The partition that offsets of a table are stored under. */
export const tablePartition = (table: TableId): OffsetFields => ({ protocol: '1', table: tableText(table) })

export const QUERY_PARTITION: OffsetFields = { query: 'query' }

/** Where offsets may be found: this connector's name of the table, other connectors' names of it, the old protocol's. */
export const possiblePartitions = (
  table: TableId,
  settings: SourceSettings,
  database: string | null,
): OffsetFields[] => {
  const others: TableId[] = []
  if (settings.dialect.name === 'PostgreSqlDatabaseDialect') {
    if (table.catalog !== null) others.push({ ...table, catalog: null })
    else if (database !== null) others.push({ ...table, catalog: database })
  }
  return [tablePartition(table), ...others.map(tablePartition), { table: table.table }]
}
