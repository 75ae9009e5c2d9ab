/** Readers of columns that databases have in common: schemas by JDBC type, and values from text. */
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../../data/logical-types.ts'
import { type Schema, type SchemaType, schemaOf } from '../../../data/schema.ts'
import { Decimal } from '../../../data/values.ts'
import type { ColumnReader, Instant, ReaderOptions } from '../column-reader.ts'
import { ColumnValueError } from '../column-value-error.ts'
import type { ResultColumn } from '../database.ts'
import { UTC, type Zone } from '../zone.ts'
import { instantOf, nanosText, type ParsedTime, parseTime, parseTimeOfDay } from './temporal.ts'

/** Optional where the column may be null, or where that is not known. */
export const isOptional = ({ nullable }: ResultColumn): boolean => nullable !== false

export const plain = (type: SchemaType, column: ResultColumn): Schema =>
  schemaOf({ type, optional: isOptional(column) })

export const logical = (type: SchemaType, name: string, column: ResultColumn): Schema =>
  schemaOf({ type, name, version: 1, optional: isOptional(column) })

/** The integer type that holds so many digits; at most 18. */
export const integerType = (precision: number): SchemaType =>
  precision > 9 ? 'int64' : precision > 4 ? 'int32' : precision > 2 ? 'int16' : 'int8'

/** Which type a NUMERIC column becomes; undefined: a Decimal. */
export const mappedNumeric = (
  { precision, scale }: ResultColumn,
  { numericMapping }: ReaderOptions,
): SchemaType | undefined => {
  const fits = precision <= 18
  switch (numericMapping) {
    case 'precision_only':
      return fits && scale === 0 ? integerType(precision) : undefined
    case 'best_fit':
      if (!fits || scale < -84) return undefined
      return scale < 1 ? integerType(precision) : 'float64'
    case 'best_fit_eager_double':
      if (scale > 0) return 'float64'
      return fits && scale >= -84 ? integerType(precision) : undefined
    default:
      return undefined
  }
}

/** A decimal column; Confluent's tells its precision, too. */
export const decimalColumn = (column: ResultColumn, scale: number, { flavour }: ReaderOptions): Schema => {
  const parameters = new Map([['scale', String(scale)]])
  if (flavour === 'confluent') parameters.set('connect.decimal.precision', String(column.precision))
  return schemaOf({ type: 'bytes', name: DECIMAL_NAME, version: 1, optional: isOptional(column), parameters })
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/

/** `12.345` as a Decimal of this scale; undefined when it has more digits than that behind the point, or is no number. */
export const decimalOf = (text: string, scale: number): Decimal | undefined => {
  // As databases write it: just so many digits behind the point.
  const point = text.length - scale - 1
  if (scale > 0 && text.charCodeAt(point) === 46 && point > 0 && text.indexOf('.') === point) {
    const digits = text.slice(0, point) + text.slice(point + 1)
    if (digits.length < 16) {
      const value = Number(digits)
      if (Number.isInteger(value)) return new Decimal(BigInt(value), scale)
    }
  }
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent] = match
  const shift = scale - fraction.length + Number(exponent ?? 0)
  const digits = whole + fraction
  if (digits === '') return undefined
  let unscaled: bigint
  if (shift >= 0) unscaled = BigInt(digits + '0'.repeat(shift))
  else {
    const cut = digits.slice(shift)
    if (/[1-9]/.test(cut)) return undefined
    unscaled = BigInt(digits.slice(0, shift) || '0')
  }
  return new Decimal(sign === '-' ? -unscaled : unscaled, scale)
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
}

/** Whole numbers from text, cut towards zero. @throws ColumnValueError beyond the type's range */
export const integerFromText =
  (type: SchemaType, column: ResultColumn) =>
  (text: string): number | bigint => {
    if (type === 'int64') {
      const value = /^-?\d+$/.test(text) ? BigInt(text) : BigInt(text.replace(/\..*$/, '') || '0')
      return checkLong(value, column)
    }
    const value = Math.trunc(Number(text))
    return checkInteger(type, value, column)
  }

export const checkInteger = (type: SchemaType, value: number, column: ResultColumn): number => {
  const [least, most] = RANGES[type] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (value >= least && value <= most) return value
  throw new ColumnValueError(column, value, `it is beyond what ${type} holds`)
}

export const checkLong = (value: bigint, column: ResultColumn): bigint => {
  if (BigInt.asIntN(64, value) === value) return value
  throw new ColumnValueError(column, value, 'it is beyond what int64 holds')
}

/** Doubles from text. */
export const doubleFromText = (text: string): number =>
  text === 'Infinity' ? Number.POSITIVE_INFINITY : text === '-Infinity' ? Number.NEGATIVE_INFINITY : Number(text)

/** Dates: midnight UTC; Aiven's connector means midnight of `db.timezone`. */
export const dateReader = (column: ResultColumn, { flavour, zone }: ReaderOptions): ColumnReader => {
  const meant: Zone = flavour === 'aiven' ? zone : UTC
  const dayOf = (raw: unknown): number => {
    const parsed = parseTime(String(raw))
    if (parsed === undefined) throw new ColumnValueError(column, raw, 'it is no date that Kafka Connect knows')
    return Math.floor(parsed.local / 86_400_000) * 86_400_000
  }
  return {
    schema: logical('int32', DATE_NAME, column),
    read: (raw) => new Date(meant.toInstant(dayOf(raw))),
    instant: (raw) => ({ millis: zone.toInstant(dayOf(raw)), nanos: 0 }),
  }
}

export const timeReader = (column: ResultColumn, { zone }: ReaderOptions): ColumnReader => ({
  schema: logical('int32', TIME_NAME, column),
  read: (raw) => {
    const parsed = parseTimeOfDay(String(raw), zone)
    if (parsed === undefined) throw new ColumnValueError(column, raw, 'it is no time of day')
    return new Date(parsed.millis)
  },
})

const MICROS = 1000n
const MILLION = 1_000_000n

/** Timestamps from text; `zone`: of those without an offset. */
export const timestampReader = (column: ResultColumn, options: ReaderOptions, zone: Zone): ColumnReader =>
  timestampOf(
    column,
    options,
    (raw) => {
      const parsed = parseTime(String(raw))
      if (parsed === undefined) throw new ColumnValueError(column, raw, 'it is no timestamp that Kafka Connect knows')
      return parsed
    },
    zone,
  )

/** Timestamps in the granularity asked for. `parse` gives a local time (or an instant with offset 0). */
export const timestampOf = (
  column: ResultColumn,
  options: ReaderOptions,
  parse: (raw: unknown) => ParsedTime,
  zone: Zone,
): ColumnReader => ({
  ...granular(column, options, parse, zone),
  instant: (raw): Instant => {
    const parsed = parse(raw)
    return { millis: instantOf(parsed, zone) + Math.floor(parsed.nanos / 1e6), nanos: parsed.nanos }
  },
})

const granular = (
  column: ResultColumn,
  { granularity, zone: shown }: ReaderOptions,
  parse: (raw: unknown) => ParsedTime,
  zone: Zone,
): ColumnReader => {
  if (granularity === 'connect_logical') {
    return {
      schema: logical('int64', TIMESTAMP_NAME, column),
      read: (raw) => {
        const parsed = parse(raw)
        return new Date(instantOf(parsed, zone) + Math.floor(parsed.nanos / 1e6))
      },
    }
  }
  const nanosOf = (raw: unknown): bigint => {
    const parsed = parse(raw)
    return BigInt(instantOf(parsed, zone)) * MILLION + BigInt(parsed.nanos)
  }
  switch (granularity) {
    case 'nanos_long':
      return { schema: plain('int64', column), read: (raw) => checkLong(nanosOf(raw), column) }
    case 'nanos_string':
      return { schema: plain('string', column), read: (raw) => String(nanosOf(raw)) }
    case 'nanos_iso_datetime_string':
      return { schema: plain('string', column), read: (raw) => nanosText(nanosOf(raw), shown, 9).replace(' ', 'T') }
    case 'micros_long':
      return { schema: plain('int64', column), read: (raw) => floorDiv(nanosOf(raw), MICROS) }
    case 'micros_string':
      return { schema: plain('string', column), read: (raw) => String(floorDiv(nanosOf(raw), MICROS)) }
    default:
      return { schema: plain('string', column), read: (raw) => nanosText(nanosOf(raw), shown, 6).replace(' ', 'T') }
  }
}

const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b
