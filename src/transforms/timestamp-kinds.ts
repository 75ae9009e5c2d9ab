/** The five forms of a point in time that `TimestampConverter` reads and writes. In between stand milliseconds. */
import { schemaText } from '../data/convert-number.ts'
import { ConnectError, DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { javaError } from '../data/java-error.ts'
import {
  DATE_NAME,
  DATE_SCHEMA,
  OPTIONAL_DATE_SCHEMA,
  OPTIONAL_TIME_SCHEMA,
  OPTIONAL_TIMESTAMP_SCHEMA,
  pointInTime,
  TIME_NAME,
  TIME_SCHEMA,
  TIMESTAMP_NAME,
  TIMESTAMP_SCHEMA,
} from '../data/logical-types.ts'
import {
  INT64_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  STRING_SCHEMA,
} from '../data/schema.ts'
import type { SimpleDateFormat } from '../data/simple-date-format.ts'

export type TimestampKind = 'string' | 'unix' | 'Date' | 'Time' | 'Timestamp'
export type UnixPrecision = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds'

export interface TimestampOptions {
  readonly format: SimpleDateFormat | null
  readonly precision: UnixPrecision
}

const SCHEMAS: Readonly<Record<TimestampKind, readonly [required: Schema, optional: Schema]>> = {
  string: [STRING_SCHEMA, OPTIONAL_STRING_SCHEMA],
  unix: [INT64_SCHEMA, OPTIONAL_INT64_SCHEMA],
  Date: [DATE_SCHEMA, OPTIONAL_DATE_SCHEMA],
  Time: [TIME_SCHEMA, OPTIONAL_TIME_SCHEMA],
  Timestamp: [TIMESTAMP_SCHEMA, OPTIONAL_TIMESTAMP_SCHEMA],
}

export const schemaOfKind = (kind: TimestampKind, optional: boolean): Schema => SCHEMAS[kind][optional ? 1 : 0]

/** @throws ConnectError when values of this schema are no points in time */
export const kindOfSchema = (schema: Schema): TimestampKind => {
  switch (schema.name) {
    case TIMESTAMP_NAME:
      return 'Timestamp'
    case DATE_NAME:
      return 'Date'
    case TIME_NAME:
      return 'Time'
  }
  if (schema.type === 'string') return 'string'
  if (schema.type === 'int64') return 'unix'
  throw new ConnectError(`Schema ${schemaText(schema)} does not correspond to a known timestamp type format`)
}

/** @throws DataError when the value is no point in time */
export const kindOfValue = (value: unknown): TimestampKind => {
  if (value instanceof Date) return 'Timestamp'
  if (typeof value === 'string') return 'string'
  const javaClass = javaClassOf(value)
  if (javaClass === 'java.lang.Long') return 'unix'
  throw new DataError(`TimestampConverter does not support class ${javaClass} objects as timestamps`)
}

/** Milliseconds since the epoch. */
export const readTimestamp = (
  kind: TimestampKind,
  value: unknown,
  schema: Schema | null,
  { format, precision }: TimestampOptions,
): number => {
  if (kind === 'string') {
    if (typeof value !== 'string') throw unexpected('string timestamp to be a String', value, schema)
    if (format === null) {
      throw javaError('java.lang.NullPointerException', "TimestampConverter needs 'format' to read text as a timestamp")
    }
    const parsed = format.parse(value)
    if (parsed !== undefined) return parsed
    throw new DataError(`Could not parse timestamp: value (${value}) does not match pattern (${format.pattern})`, {
      cause: javaError('java.text.ParseException', `Unparseable date: "${value}"`),
    })
  }
  if (kind === 'unix') {
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw unexpected('Unix timestamp to be a Long', value, schema)
    }
    return unixToMillis(value, precision)
  }
  if (!(value instanceof Date)) throw unexpected(`${kind} to be a java.util.Date`, value, schema)
  return value.getTime()
}

const unexpected = (what: string, value: unknown, schema: Schema | null): DataError =>
  new DataError(`Expected ${what}, but found class ${javaClassOf(value, schema)}`)

const DAY_MS = 86_400_000
const DAY = BigInt(DAY_MS)
const FINER: Readonly<Record<UnixPrecision, bigint>> = {
  seconds: 1n,
  milliseconds: 1n,
  microseconds: 1000n,
  nanoseconds: 1_000_000n,
}

const unixToMillis = (value: number | bigint, precision: UnixPrecision): number => {
  if (precision === 'milliseconds') return Number(value)
  if (precision === 'seconds') return Number(value) * 1000
  return Number(BigInt(value) / FINER[precision])
}

const MAX_LONG = 2n ** 63n - 1n

/** What is beyond a long stops at its ends. */
const clamp = (unix: bigint): bigint => (unix > MAX_LONG ? MAX_LONG : unix < -MAX_LONG - 1n ? -MAX_LONG - 1n : unix)

const millisToUnix = (millis: number | bigint, precision: UnixPrecision): bigint => {
  if (precision === 'seconds') return typeof millis === 'bigint' ? millis / 1000n : BigInt(Math.trunc(millis / 1000))
  return clamp(BigInt(millis) * FINER[precision])
}

const exactMillis = (value: number | bigint, precision: UnixPrecision): bigint =>
  precision === 'seconds' ? clamp(BigInt(value) * 1000n) : BigInt(value) / FINER[precision]

/** Unix time that goes through milliseconds and back, exact however large: the same, but for what milliseconds do not hold. */
export const unixThroughMillis = (value: number | bigint, typed: boolean, precision: UnixPrecision): number | bigint =>
  longOf(millisToUnix(exactMillis(value, precision), precision), typed)

/** The time of the day of a Unix time, exact however large. */
export const unixTimeOfDay = (value: number | bigint, precision: UnixPrecision): Date =>
  new Date(Number(((exactMillis(value, precision) % DAY) + DAY) % DAY))

/** A Long as it stands under a schema or (`typed` false) without one. */
const longOf = (value: bigint, typed: boolean): number | bigint =>
  typed || !Number.isSafeInteger(Number(value)) ? value : Number(value)

/** @param typed whether the result stands under a schema, where Longs are bigints */
export const writeTimestamp = (
  kind: TimestampKind,
  millis: number,
  typed: boolean,
  { format, precision }: TimestampOptions,
): unknown => {
  switch (kind) {
    case 'string':
      return format?.format(millis) ?? null
    case 'unix':
      return longOf(millisToUnix(millis, precision), typed)
    case 'Date':
      return pointInTime(Math.floor(millis / DAY_MS) * DAY_MS)
    case 'Time':
      return new Date(millis - Math.floor(millis / DAY_MS) * DAY_MS)
    case 'Timestamp':
      return pointInTime(millis)
  }
}
