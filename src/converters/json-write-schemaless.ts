import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { doubleText, floatText } from '../data/java-text.ts'
import { Decimal, Struct, TypedNumber } from '../data/values.ts'
import { quoteJson } from './json-string.ts'

const noType = (value: unknown): DataError =>
  new DataError(`Java class class ${javaClassOf(value)} does not have corresponding schema type.`)

/** Non-finite numbers are strings, as the JVM writes them. */
const quoteUnlessFinite = (value: number, text: string): string => (Number.isFinite(value) ? text : `"${text}"`)

const typedNumberJson = (value: TypedNumber): string => {
  const number = Number(value.value)
  if (value.type === 'bigint') throw noType(value)
  if (value.type === 'float32') return quoteUnlessFinite(Math.fround(number), floatText(number))
  return value.type === 'float64' ? quoteUnlessFinite(number, doubleText(number)) : String(number)
}

const arrayJson = (value: readonly unknown[]): string => {
  let out = '['
  for (let i = 0; i < value.length; i++) out += i === 0 ? writeSchemaless(value[i]) : `,${writeSchemaless(value[i])}`
  return `${out}]`
}

/** An object when all keys are strings, else a list of pairs. */
const mapJson = (map: ReadonlyMap<unknown, unknown>): string => {
  const entries = [...map]
  if (entries.every(([key]) => typeof key === 'string')) {
    return `{${entries.map(([key, value]) => `${quoteJson(key as string)}:${writeSchemaless(value)}`).join(',')}}`
  }
  return `[${entries.map(([key, value]) => `[${writeSchemaless(key)},${writeSchemaless(value)}]`).join(',')}]`
}

const objectJson = (value: object): string => {
  if (Array.isArray(value)) return arrayJson(value)
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`
  }
  if (value instanceof TypedNumber) return typedNumberJson(value)
  if (value instanceof Map) return mapJson(value)
  if (value instanceof Struct) throw new DataError('Mismatching schema.')
  if (value instanceof Date || value instanceof Decimal) throw noType(value)
  let out = '{'
  for (const key of Object.keys(value)) {
    const text = writeSchemaless((value as Record<string, unknown>)[key])
    out += out === '{' ? `${quoteJson(key)}:${text}` : `,${quoteJson(key)}:${text}`
  }
  return `${out}}`
}

/**
 * The JSON text of a value without schema.
 *
 * @throws DataError for dates, decimals, big integers and structs: the JVM knows no schema for them here
 */
export const writeSchemaless = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return quoteJson(value)
    case 'number':
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value)
      if (Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value).toString()
      return quoteUnlessFinite(value, doubleText(value))
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return value.toString()
    case 'undefined':
      return 'null'
    case 'object':
      return value === null ? 'null' : objectJson(value)
    default:
      throw noType(value)
  }
}
