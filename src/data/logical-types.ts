/** Decimal, Date, Time and Timestamp: named schemas whose base value (bytes, int32, int64) stands for another value. */
import { DataError } from './errors.ts'
import { javaError } from './java-error.ts'
import { type Schema, schemaOf } from './schema.ts'
import { Decimal } from './values.ts'

export const DECIMAL_NAME = 'org.apache.kafka.connect.data.Decimal'
export const DATE_NAME = 'org.apache.kafka.connect.data.Date'
export const TIME_NAME = 'org.apache.kafka.connect.data.Time'
export const TIMESTAMP_NAME = 'org.apache.kafka.connect.data.Timestamp'

export type LogicalName = typeof DECIMAL_NAME | typeof DATE_NAME | typeof TIME_NAME | typeof TIMESTAMP_NAME

const DAY_MS = 86_400_000

export const DATE_SCHEMA: Schema = schemaOf({ type: 'int32', name: DATE_NAME, version: 1 })
export const TIME_SCHEMA: Schema = schemaOf({ type: 'int32', name: TIME_NAME, version: 1 })
export const TIMESTAMP_SCHEMA: Schema = schemaOf({ type: 'int64', name: TIMESTAMP_NAME, version: 1 })
export const OPTIONAL_DATE_SCHEMA: Schema = schemaOf({ type: 'int32', name: DATE_NAME, version: 1, optional: true })
export const OPTIONAL_TIME_SCHEMA: Schema = schemaOf({ type: 'int32', name: TIME_NAME, version: 1, optional: true })
export const OPTIONAL_TIMESTAMP_SCHEMA: Schema = schemaOf({
  type: 'int64',
  name: TIMESTAMP_NAME,
  version: 1,
  optional: true,
})

export const decimalSchema = (scale: number, optional = false): Schema =>
  schemaOf({
    type: 'bytes',
    name: DECIMAL_NAME,
    version: 1,
    optional,
    parameters: new Map([['scale', String(scale)]]),
  })

export const isLogicalName = (name: string | null): name is LogicalName =>
  name === DECIMAL_NAME || name === DATE_NAME || name === TIME_NAME || name === TIMESTAMP_NAME

/**
 * The scale that a Decimal schema carries as a parameter.
 * @throws DataError when the parameter is missing or not an integer
 */
export const decimalScale = (schema: Schema): number => {
  const text = schema.parameters?.get('scale')
  if (text === undefined) throw new DataError('Invalid Decimal schema: scale parameter not found.')
  if (!/^[+-]?\d{1,10}$/.test(text)) {
    throw new DataError('Invalid scale parameter found in Decimal schema: ')
  }
  return Number(text)
}

/** Six bytes are read and written as a number. */
const NUMBER_BYTES = 6
const MOST_NUMBER = 2 ** (8 * NUMBER_BYTES - 1)

const numberToBytes = (number: number): Buffer => {
  let length = 1
  for (let bound = 0x80; number >= bound || number < -bound; bound *= 0x100) length++
  const bytes = Buffer.allocUnsafe(length)
  bytes.writeIntBE(number, 0, length)
  return bytes
}

/** The bytes of an integer in two's complement, most significant byte first, as few as possible (at least one). */
export const bigIntToBytes = (value: bigint): Buffer => {
  const number = Number(value)
  if (number >= -MOST_NUMBER && number < MOST_NUMBER) return numberToBytes(number)
  const negative = value < 0n
  const digits = (negative ? ~value : value).toString(16)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  const magnitude = Buffer.from(even, 'hex')
  const bytes = (magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), magnitude]) : magnitude
  if (negative) for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff
  return bytes
}

/** The inverse of {@link bigIntToBytes}; accepts more bytes than needed. */
export const bytesToBigInt = (bytes: Uint8Array): bigint => {
  if (bytes.length === 0) throw javaError('java.lang.NumberFormatException', 'Zero length BigInteger')
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.length <= NUMBER_BYTES) return BigInt(view.readIntBE(0, view.length))
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${view.toString('hex')}`))
}

/** @throws DataError when the value's scale is not the schema's */
export const decimalToBytes = (schema: Schema, value: Decimal): Buffer => {
  const scale = decimalScale(schema)
  if (value.scale !== scale) {
    throw new DataError(
      `Decimal value has mismatching scale for given Decimal schema. Schema has scale ${scale}, value has scale ${value.scale}.`,
    )
  }
  return bigIntToBytes(value.unscaled)
}

export const decimalFromBytes = (schema: Schema, bytes: Uint8Array): Decimal =>
  new Decimal(bytesToBigInt(bytes), decimalScale(schema))

/** Milliseconds since the epoch to days, towards zero. Unchecked: see {@link dateToDays}. */
const wholeDays = (millis: number): number => Math.trunc(millis / DAY_MS) + 0

const modulo = (millis: number): number => ((millis % DAY_MS) + DAY_MS) % DAY_MS

/** @throws DataError when the schema is not a Date's or the value has a time of day (UTC) */
export const dateToDays = (schema: Schema, value: Date): number => {
  requireName(schema, DATE_NAME, 'Date')
  const millis = value.getTime()
  if (modulo(millis) !== 0) {
    throw new DataError('Kafka Connect Date type should not have any time fields set to non-zero values.')
  }
  return wholeDays(millis)
}

export const dateFromDays = (schema: Schema, days: number): Date => {
  requireName(schema, DATE_NAME, 'Date')
  return pointInTime(days * DAY_MS)
}

/** Milliseconds since midnight. @throws DataError when the value is not within 1970-01-01 (its end included) */
export const timeToMillis = (schema: Schema, value: Date): number => {
  requireName(schema, TIME_NAME, 'Time')
  const millis = value.getTime()
  if (millis < 0 || millis > DAY_MS) {
    throw new DataError('Kafka Connect Time type should not have any date fields set to non-zero values.')
  }
  return millis
}

export const timeFromMillis = (schema: Schema, millis: number): Date => {
  requireName(schema, TIME_NAME, 'Time')
  if (millis < 0 || millis > DAY_MS) {
    throw new DataError('Time values must use number of milliseconds greater than 0 and less than 86400000')
  }
  return new Date(millis)
}

export const timestampToMillis = (schema: Schema, value: Date): bigint => {
  requireName(schema, TIMESTAMP_NAME, 'Timestamp')
  return BigInt(validMillis(value))
}

/** @throws DataError beyond the years that JavaScript's Date knows (about 270,000) */
export const timestampFromMillis = (schema: Schema, millis: bigint | number): Date => {
  requireName(schema, TIMESTAMP_NAME, 'Timestamp')
  return pointInTime(millis)
}

/** @throws DataError beyond the years that JavaScript's Date knows (about 270,000) */
export const pointInTime = (millis: bigint | number): Date => {
  const date = new Date(Number(millis))
  if (Number.isNaN(date.getTime())) throw beyondDates(`The timestamp ${millis}`)
  return date
}

/** Milliseconds since the epoch. @throws DataError for an invalid Date */
export const validMillis = (date: Date): number => {
  const millis = date.getTime()
  if (Number.isNaN(millis)) throw beyondDates('A timestamp')
  return millis
}

const beyondDates = (what: string): DataError =>
  new DataError(`${what} is beyond the year 275760, which is as far as dates reach here`)

const requireName = (schema: Schema, name: LogicalName, what: string): void => {
  if (schema.name !== name) {
    throw new DataError(`Requested conversion of ${what} object but the schema does not match.`)
  }
}
