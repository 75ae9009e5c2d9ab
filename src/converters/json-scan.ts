/** Compiles a struct's schema into a function that takes its values from the bytes of JSON, where they are written the usual way. */
import { compileStruct, type FieldPlan } from '../data/compile-struct.ts'
import {
  DATE_NAME,
  DECIMAL_NAME,
  decimalFromBytes,
  decimalScale,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../data/logical-types.ts'
import type { Field, Schema } from '../data/schema.ts'
import { Decimal } from '../data/values.ts'
import { decodeBase64 } from './base64.ts'
import { type JsonScanner, UNUSUAL } from './json-scanner.ts'
import { isWellFormed } from './well-formed.ts'

/** Takes the value that stands at the scanner's place, and gives what the readers of `json-read.ts` give. @throws UNUSUAL */
export type JsonScan = (scanner: JsonScanner) => unknown

const DAY_MS = 86_400_000
/** As far as dates reach. */
const MOST_DAYS = 100_000_000

/** Undefined: there are types in it that are not for this. */
export const compileScan = (schema: Schema, defaultForNull: boolean): JsonScan | undefined =>
  schema.type === 'struct' && schema.name !== DECIMAL_NAME ? structScan(schema, defaultForNull) : undefined

const structScan = (schema: Schema, defaultForNull: boolean): JsonScan | undefined => {
  const plan: FieldPlan<JsonScanner>[] = []
  for (const field of schema.fields) {
    const make = fieldScan(field, plan.length === 0, defaultForNull)
    if (make === undefined) return undefined
    plan.push({ name: field.name, source: null, make })
  }
  if (plan.length === 0) return undefined
  const make = compileStruct(plan)
  return (scanner) => {
    const fields = make(NO_FIELDS, scanner)
    scanner.expect(CLOSE)
    return fields
  }
}

const NO_FIELDS = {}
const CLOSE = Buffer.from('}')

const fieldScan = ({ name, schema }: Field, isFirst: boolean, defaultForNull: boolean): JsonScan | undefined => {
  const scan = scanOrNull(schema, defaultForNull)
  if (scan === undefined || !isWellFormed(name)) return undefined
  const before = Buffer.from(`${isFirst ? '{' : ','}${JSON.stringify(name)}:`)
  return (scanner) => {
    scanner.expect(before)
    return scan(scanner)
  }
}

const scanOrNull = (schema: Schema, defaultForNull: boolean): JsonScan | undefined => {
  const scan = scanOf(schema, defaultForNull)
  if (scan === undefined) return undefined
  const preset = defaultForNull ? (schema.default ?? null) : null
  // That a value is missing is for the readers to say
  const mayBeNull = preset !== null || schema.optional
  return mayBeNull ? (scanner) => (scanner.skipNull() ? preset : scan(scanner)) : scan
}

const scanOf = (schema: Schema, defaultForNull: boolean): JsonScan | undefined => {
  switch (schema.name) {
    case DECIMAL_NAME:
      return decimalScan(schema)
    case DATE_NAME:
      return whole(-MOST_DAYS, MOST_DAYS, (days) => new Date(days * DAY_MS))
    case TIME_NAME:
      return whole(0, DAY_MS, (millis) => new Date(millis))
    case TIMESTAMP_NAME:
      return (scanner) => new Date(scanner.integer())
    default:
      return typeScan(schema, defaultForNull)
  }
}

const whole =
  (least: number, most: number, make: (value: number) => unknown): JsonScan =>
  (scanner) => {
    const value = scanner.integer()
    if (value < least || value > most) throw UNUSUAL
    return make(value)
  }

const same = (value: number): number => value

const typeScan = (schema: Schema, defaultForNull: boolean): JsonScan | undefined => {
  switch (schema.type) {
    case 'int8':
      return whole(-0x80, 0x7f, same)
    case 'int16':
      return whole(-0x8000, 0x7fff, same)
    case 'int32':
      return whole(-0x8000_0000, 0x7fff_ffff, same)
    case 'int64':
      return (scanner) => scanner.long()
    case 'float32':
      return (scanner) => Math.fround(scanner.double())
    case 'float64':
      return (scanner) => scanner.double()
    case 'boolean':
      return (scanner) => scanner.boolean()
    case 'string':
      return (scanner) => scanner.text()
    case 'bytes':
      return (scanner) => bytesOf(scanner)
    case 'array':
      return listScan(schema, defaultForNull)
    case 'struct':
      return structScan(schema, defaultForNull)
    case 'map':
      return undefined
  }
}

const listScan = (schema: Schema, defaultForNull: boolean): JsonScan | undefined => {
  const scan = schema.valueSchema === null ? undefined : scanOrNull(schema.valueSchema, defaultForNull)
  return scan && ((scanner) => scanner.list(scan))
}

const bytesOf = (scanner: JsonScanner): Buffer => {
  const bytes = decodeBase64(scanner.text())
  if (bytes === undefined) throw UNUSUAL
  return bytes
}

const decimalScan = (schema: Schema): JsonScan | undefined => {
  let scale: number
  try {
    scale = decimalScale(schema)
  } catch {
    return undefined
  }
  return (scanner) => {
    if (!scanner.isText) {
      const digits = scanner.decimal()
      return new Decimal(digits, scanner.scale)
    }
    const unscaled = scanner.base64Integer()
    if (unscaled !== undefined) return new Decimal(BigInt(unscaled), scale)
    const bytes = bytesOf(scanner)
    if (bytes.length === 0) throw UNUSUAL
    return decimalFromBytes(schema, bytes)
  }
}
