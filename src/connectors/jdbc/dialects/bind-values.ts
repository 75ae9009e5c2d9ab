/** Connect values as parameters: what all databases have in common. */
import { decimalText, floatText } from '../../../data/java-text.ts'
import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../../data/logical-types.ts'
import { type Schema, typeName } from '../../../data/schema.ts'
import { Decimal } from '../../../data/values.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import type { Parameter } from '../database.ts'
import type { Binder } from '../dialect.ts'

/** How one database takes what they do not all take alike. */
export interface BindRules {
  date(value: Date): Parameter
  time(value: Date): Parameter
  timestamp(value: Date): Parameter
  boolean(value: boolean): Parameter
  integer(value: number): Parameter
  long(value: bigint): Parameter
  /** float32, as the number that it stands for; {@link shortest} is what people write. */
  single(value: number): Parameter
  double(value: number): Parameter
  /** Arrays; undefined: not supported. */
  array?(schema: Schema): Binder
}

/** @throws ConnectError for maps and structs, and for arrays where there are none */
export const binderFor = (schema: Schema, rules: BindRules): Binder => {
  const bind = bindNonNull(schema, rules)
  return (value) => (value === null || value === undefined ? null : bind(value))
}

const bindNonNull = (schema: Schema, rules: BindRules): ((value: unknown) => Parameter) => {
  switch (schema.name) {
    case DECIMAL_NAME:
      return (value) => (value instanceof Decimal ? decimalText(value) : String(value))
    case DATE_NAME:
      return (value) => rules.date(value as Date)
    case TIME_NAME:
      return (value) => rules.time(value as Date)
    case TIMESTAMP_NAME:
      return (value) => rules.timestamp(value as Date)
    default:
  }
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
      return (value) => rules.integer(value as number)
    case 'int64':
      return (value) => rules.long(BigInt(value as bigint))
    case 'float32':
      return (value) => rules.single(value as number)
    case 'float64':
      return (value) => rules.double(value as number)
    case 'boolean':
      return (value) => rules.boolean(value as boolean)
    case 'string':
      return (value) => value as string
    case 'bytes':
      return (value) => bytesOf(value as Uint8Array)
    case 'array':
      if (rules.array !== undefined) return rules.array(schema)
      break
    default:
  }
  throw new ConnectError(`Unsupported source data type: ${typeName(schema.type)}`)
}

const bytesOf = (value: Uint8Array): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)

/** The shortest decimal number that is this float32: 1.1 instead of 1.100000023841858. */
export const shortest = (value: number): number => (Number.isFinite(value) ? Number(floatText(value)) : value)
