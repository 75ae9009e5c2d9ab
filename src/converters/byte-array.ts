import { defineConfig } from '../config/define.ts'
import { DataError } from '../data/errors.ts'
import { javaClassOf } from '../data/java-class.ts'
import { OPTIONAL_BYTES_SCHEMA, typeName } from '../data/schema.ts'
import { type Converter, defineConverter } from '../plugin/converter.ts'
import { asHeaderConverter } from './header-form.ts'

const byteArrays: Converter = {
  fromConnect: (_topic, schema, value) => {
    if (schema !== null && schema.type !== 'bytes') {
      throw new DataError(`Invalid schema type for ByteArrayConverter: ${typeName(schema.type)}`)
    }
    if (value === null || value === undefined) return null
    if (value instanceof Uint8Array) return value
    throw new DataError(`ByteArrayConverter is not compatible with objects of type class ${javaClassOf(value)}`)
  },
  toConnect: (_topic, bytes) => ({ schema: OPTIONAL_BYTES_SCHEMA, value: bytes }),
}

export const byteArrayConverter = defineConverter({
  kind: 'converter',
  className: 'org.apache.kafka.connect.converters.ByteArrayConverter',
  doc: 'Bytes as they are.',
  config: defineConfig({}),
  create: () => byteArrays,
  createHeader: () => asHeaderConverter(byteArrays),
})
