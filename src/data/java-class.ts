import type { Schema } from './schema.ts'
import { Decimal, Struct, TypedNumber, type TypedNumberType } from './values.ts'

const NUMBER_CLASSES: Readonly<Record<TypedNumberType, string>> = {
  int8: 'java.lang.Byte',
  int16: 'java.lang.Short',
  int32: 'java.lang.Integer',
  float32: 'java.lang.Float',
  float64: 'java.lang.Double',
  bigint: 'java.math.BigInteger',
}

const isLong = (value: number): boolean => Number.isInteger(value) && !Object.is(value, -0)

/**
 * The JVM class of a value, as it stands in messages: `java.lang.String`, `[B`. A number's class is told by its schema
 * when that is a fitting one, else by the number itself (see values.ts).
 */
export const javaClassOf = (value: unknown, schema: Schema | null = null): string => {
  switch (typeof value) {
    case 'string':
      return 'java.lang.String'
    case 'boolean':
      return 'java.lang.Boolean'
    case 'bigint':
      return 'java.lang.Long'
    case 'number': {
      const type = schema?.type
      if (type === 'float32' || type === 'float64') return NUMBER_CLASSES[type]
      if (!isLong(value)) return 'java.lang.Double'
      return type === 'int8' || type === 'int16' || type === 'int32' ? NUMBER_CLASSES[type] : 'java.lang.Long'
    }
    case 'object':
      return value === null ? 'null' : objectClass(value, schema)
    default:
      return `JavaScript ${typeof value}`
  }
}

const objectClass = (value: object, schema: Schema | null): string => {
  if (value instanceof TypedNumber) return NUMBER_CLASSES[value.type]
  if (value instanceof Uint8Array) return '[B'
  if (value instanceof Decimal) return 'java.math.BigDecimal'
  if (value instanceof Date) return 'java.util.Date'
  if (Array.isArray(value)) return 'java.util.ArrayList'
  if (value instanceof Struct || schema?.type === 'struct') return 'org.apache.kafka.connect.data.Struct'
  return 'java.util.HashMap'
}
