/** Tells which of PostgreSQL's texts can be written as they are, or after a look at them. */
import type { Schema } from '../../../data/schema.ts'
import type { ReaderOptions, RowForm } from '../column-reader.ts'
import type { ResultColumn } from '../database.ts'
import { dayReader, EXACT_DIGITS, MINUS, POINT, timestampMillis, unscaled, ZERO } from './postgres-wire.ts'

/** Undefined: of this column values have to be made. */
export const postgresRowForm = (
  column: ResultColumn,
  { flavour, granularity, zone }: ReaderOptions,
  schema: Schema,
): RowForm | undefined => {
  switch (column.jdbcType) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return DIGITS
    case 'double':
      return column.typeName === 'money' ? undefined : DOUBLE
    case 'numeric':
      if (schema.type === 'bytes') return decimalForm(Number(schema.parameters?.get('scale')))
      return schema.type === 'float64' || column.scale !== 0 ? undefined : DIGITS
    case 'bit':
      return column.typeName === 'bool' ? { form: 'boolean', fits: () => true } : undefined
    case 'char':
    case 'varchar':
    case 'sqlxml':
    case 'other':
      return schema.type === 'string' ? { form: 'text', fits: () => true } : undefined
    case 'date':
      return flavour === 'confluent' || zone.utc ? dateForm(dayReader()) : undefined
    case 'timestamp':
      return granularity === 'connect_logical' ? timestampForm(timestampMillis(zone)) : undefined
    default:
      return undefined
  }
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte < ZERO + 10

/** The server's integers have neither a plus nor zeros before them. */
const DIGITS: RowForm = {
  form: 'digits',
  fits: (bytes, at, length) => {
    const from = bytes[at] === MINUS ? at + 1 : at
    const end = at + length
    for (let i = from; i < end; i++) if (!isDigit(bytes[i]!)) return false
    return end > from
  },
}

const decimalForm = (scale: number): RowForm | undefined =>
  scale >= 0
    ? {
        form: 'decimal',
        fits: (bytes, at, length, numbers, slot) => {
          const value = unscaled(bytes, at, length, scale)
          if (value === undefined) return false
          numbers[slot] = value
          return true
        },
      }
    : undefined

const timestampForm = (millisOf: ReturnType<typeof timestampMillis>): RowForm => ({
  form: 'integer',
  fits: (bytes, at, length, numbers, slot) => {
    const value = millisOf(bytes, at, length)
    if (value === undefined) return false
    numbers[slot] = value
    return true
  },
})

const DAY_MS = 86_400_000

const dateForm = (dayOf: ReturnType<typeof dayReader>): RowForm => ({
  form: 'integer',
  fits: (bytes, at, length, numbers, slot) => {
    const value = length === 10 ? dayOf(bytes, at) : undefined
    if (value === undefined) return false
    numbers[slot] = value / DAY_MS
    return true
  },
})

/** From 10^7 on, and below 10^-3, Java writes an exponent. */
const WHOLE_DIGITS = 7
const MOST_ZEROS = 2

/**
 * The server writes as few digits as tell the number from all others, as Java does. That both mean the same digits is certain up to
 * 15 of them.
 */
const DOUBLE: RowForm = {
  form: 'double',
  fits: (bytes, at, length, numbers, slot) => {
    const from = bytes[at] === MINUS ? at + 1 : at
    const end = at + length
    let point = from
    while (point < end && isDigit(bytes[point]!)) point++
    const whole = point - from
    if (whole === 0 || whole > WHOLE_DIGITS || (whole > 1 && bytes[from] === ZERO)) return false
    numbers[slot] = point === end ? 1 : 0
    if (point === end) return true
    return end - from - 1 <= EXACT_DIGITS && isFraction(bytes, point, end, bytes[from] === ZERO)
  },
}

/** Digits behind a point that do not end with a zero. `isSmall`: before it stands 0 alone. */
const isFraction = (bytes: Buffer, point: number, end: number, isSmall: boolean): boolean => {
  const from = point + 1
  if (bytes[point] !== POINT || end === from || bytes[end - 1] === ZERO) return false
  for (let i = from; i < end; i++) if (!isDigit(bytes[i]!)) return false
  return !isSmall || end - from <= MOST_ZEROS || !startsWithZeros(bytes, from)
}

const startsWithZeros = (bytes: Buffer, from: number): boolean => {
  for (let i = from; i <= from + MOST_ZEROS; i++) if (bytes[i] !== ZERO) return false
  return true
}
