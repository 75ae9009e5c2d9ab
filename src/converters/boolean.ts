import { defineConfig } from '../config/define.ts'
import { DataError, SerializationError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { OPTIONAL_BOOLEAN_SCHEMA, typeName } from '../data/schema.ts'
import { type Converter, defineConverter } from '../plugin/converter.ts'
import { asHeaderConverter } from './header-form.ts'

const invalid = (reason: string): DataError =>
  new DataError('Failed to deserialize boolean: ', { cause: new SerializationError(reason) })

const booleans: Converter = {
  fromConnect: (_topic, schema, value) => {
    if (schema !== null && schema.type !== 'boolean') {
      throw new DataError(`Invalid schema type for BooleanConverter: ${typeName(schema.type)}`)
    }
    if (value === null || value === undefined) return null
    if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0)
    throw new DataError(`BooleanConverter is not compatible with objects of type class ${javaClassOf(value)}`)
  },
  toConnect: (_topic, bytes) => {
    if (bytes === null) return { schema: OPTIONAL_BOOLEAN_SCHEMA, value: null }
    if (bytes.length !== 1) throw invalid('Size of data received by BooleanDeserializer is not 1')
    const byte = bytes[0] as number
    if (byte > 1) throw invalid(`Unexpected byte received by BooleanDeserializer: ${(byte << 24) >> 24}`)
    return { schema: OPTIONAL_BOOLEAN_SCHEMA, value: byte === 1 }
  },
}

export const booleanConverter = defineConverter({
  kind: 'converter',
  className: 'org.apache.kafka.connect.converters.BooleanConverter',
  doc: 'One byte: 1 for true, 0 for false.',
  config: defineConfig({}),
  create: () => booleans,
  createHeader: () => asHeaderConverter(booleans),
})
