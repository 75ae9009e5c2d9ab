/** Date, Time and Timestamp values from each other and from numbers, as the JVM's `Values` converts them. */
import { toLong } from './convert-number.ts'
import {
  DATE_NAME,
  dateFromDays,
  dateToDays,
  pointInTime,
  TIME_NAME,
  TIME_SCHEMA,
  TIMESTAMP_NAME,
  timeFromMillis,
} from './logical-types.ts'
import type { Schema } from './schema.ts'

const DAY_MS = 86_400_000
/** The first day of the year 1 of the Julian calendar. */
const CHRIST_MS = -62_135_769_600_000

export type TemporalName = typeof DATE_NAME | typeof TIME_NAME | typeof TIMESTAMP_NAME

/** What is left of a point in time as a date (its day, towards 1970) or as a time (its time of day, UTC). */
const fromTimestamp = (target: TemporalName, value: Date): Date => {
  const millis = value.getTime()
  if (target === TIMESTAMP_NAME) return value
  if (target === DATE_NAME) return new Date(Math.trunc(millis / DAY_MS) * DAY_MS + 0)
  // The JVM only changes the year, which then lies as far before Christ
  if (millis < CHRIST_MS) return timeFromMillis(TIME_SCHEMA, -1)
  return new Date(((millis % DAY_MS) + DAY_MS) % DAY_MS)
}

/**
 * A `Date` whose schema is unknown is taken as it is; a number (or text of one) is the base value: days or milliseconds.
 *
 * @throws DataError for what is neither, and for a Time that is not within one day
 */
export const convertTemporal = (target: TemporalName, from: Schema | null, value: unknown): Date => {
  if (value instanceof Date) {
    if (from === null || from.name === target) return value
    if (from.name === TIMESTAMP_NAME) return fromTimestamp(target, value)
    if (from.name === DATE_NAME && target === TIMESTAMP_NAME) return dateFromDays(from, dateToDays(from, value))
  }
  const base = toLong(value, from)
  if (target === TIMESTAMP_NAME) return pointInTime(base)
  const int32 = Number(BigInt.asIntN(32, base))
  return target === DATE_NAME ? new Date(int32 * DAY_MS) : timeFromMillis(TIME_SCHEMA, int32)
}

export const isTemporalName = (name: string | null): name is TemporalName =>
  name === DATE_NAME || name === TIME_NAME || name === TIMESTAMP_NAME
