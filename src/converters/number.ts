/** The five converters for numbers: big-endian bytes, of one width each. */
import { defineConfig } from '../config/define.ts'
import { DataError, SerializationError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import {
  OPTIONAL_FLOAT32_SCHEMA,
  OPTIONAL_FLOAT64_SCHEMA,
  OPTIONAL_INT16_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  type Schema,
} from '../data/schema.ts'
import { TypedNumber } from '../data/values.ts'
import { type Converter, type ConverterDefinition, defineConverter } from '../plugin/converter.ts'
import { asHeaderConverter } from './header-form.ts'

interface NumberForm {
  readonly className: string
  /** What the JVM's messages call it. */
  readonly name: string
  readonly deserializer: string
  readonly schema: Schema
  readonly size: number
  readonly write: (bytes: Buffer, value: number | bigint) => void
  readonly read: (bytes: Buffer) => number | bigint
}

/** The number if the value is of the form's very type: as told by itself, or by its schema. */
const numberOf = (form: NumberForm, schema: Schema | null, value: unknown): number | bigint | undefined => {
  if (javaClassOf(value, schema) !== javaClassOf(0, form.schema)) return undefined
  return value instanceof TypedNumber ? value.value : (value as number | bigint)
}

const numbers = (form: NumberForm): Converter => ({
  fromConnect: (_topic, schema, value) => {
    if (value === null || value === undefined) return null
    const number = numberOf(form, schema, value)
    if (number === undefined) {
      throw new DataError(`Failed to serialize to ${form.name} (was class ${javaClassOf(value, schema)}): `)
    }
    const bytes = Buffer.allocUnsafe(form.size)
    form.write(bytes, number)
    return bytes
  },
  toConnect: (_topic, bytes) => {
    if (bytes === null) return { schema: form.schema, value: null }
    if (bytes.length !== form.size) {
      const cause = new SerializationError(`Size of data received by ${form.deserializer} is not ${form.size}`)
      throw new DataError(`Failed to deserialize ${form.name}: `, { cause })
    }
    return { schema: form.schema, value: form.read(bytes) }
  },
})

const define = (form: NumberForm): ConverterDefinition =>
  defineConverter({
    kind: 'converter',
    className: `org.apache.kafka.connect.converters.${form.className}`,
    doc: `A ${form.name} in ${form.size} bytes, most significant byte first.`,
    config: defineConfig({}),
    create: () => numbers(form),
    createHeader: () => asHeaderConverter(numbers(form)),
  })

export const shortConverter = define({
  className: 'ShortConverter',
  name: 'short',
  deserializer: 'ShortDeserializer',
  schema: OPTIONAL_INT16_SCHEMA,
  size: 2,
  write: (bytes, value) => bytes.writeInt16BE(Number(value)),
  read: (bytes) => bytes.readInt16BE(),
})

export const integerConverter = define({
  className: 'IntegerConverter',
  name: 'integer',
  deserializer: 'IntegerDeserializer',
  schema: OPTIONAL_INT32_SCHEMA,
  size: 4,
  write: (bytes, value) => bytes.writeInt32BE(Number(value)),
  read: (bytes) => bytes.readInt32BE(),
})

export const longConverter = define({
  className: 'LongConverter',
  name: 'long',
  deserializer: 'LongDeserializer',
  schema: OPTIONAL_INT64_SCHEMA,
  size: 8,
  write: (bytes, value) => bytes.writeBigInt64BE(BigInt(value)),
  read: (bytes) => bytes.readBigInt64BE(),
})

export const floatConverter = define({
  className: 'FloatConverter',
  name: 'float',
  deserializer: 'Deserializer',
  schema: OPTIONAL_FLOAT32_SCHEMA,
  size: 4,
  write: (bytes, value) => bytes.writeFloatBE(Number(value)),
  read: (bytes) => bytes.readFloatBE(),
})

export const doubleConverter = define({
  className: 'DoubleConverter',
  name: 'double',
  deserializer: 'Deserializer',
  schema: OPTIONAL_FLOAT64_SCHEMA,
  size: 8,
  write: (bytes, value) => bytes.writeDoubleBE(Number(value)),
  read: (bytes) => bytes.readDoubleBE(),
})
