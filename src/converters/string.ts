import { type ConfigOf, defineConfig } from '../config/define.ts'
import { SerializationError } from '../data/errors.ts'
import { javaToString } from '../data/java-to-string.ts'
import { OPTIONAL_STRING_SCHEMA } from '../data/schema.ts'
import { type Converter, defineConverter } from '../plugin/converter.ts'
import { charsetOf } from './charset.ts'
import { asHeaderConverter } from './header-form.ts'
import { plainTexts } from './text-writers.ts'
import { wellFormed } from './well-formed.ts'

const config = defineConfig({
  'converter.encoding': {
    type: 'string',
    default: 'UTF-8',
    importance: 'high',
    doc: 'The encoding of the text: UTF-8, UTF-16, UTF-16BE, UTF-16LE, ISO-8859-1, US-ASCII or another with one byte a character.',
  },
})

const ofText = (value: string | null) => (value === null ? NULL : { schema: OPTIONAL_STRING_SCHEMA, value })
const inUtf8 = () => ({ toConnectText: (_topic: string, value: string | null) => ofText(value), texts: plainTexts() })
const NULL = Object.freeze({ schema: OPTIONAL_STRING_SCHEMA, value: null })

/** @throws SerializationError when the encoding is not known */
const createStringConverter = (settings: ConfigOf<typeof config>): Converter => {
  const encoding = settings['converter.encoding']
  const charset = charsetOf(encoding)
  if (charset === null) throw new SerializationError(`Unsupported encoding ${encoding}`)
  return {
    readsAtOnce: true,
    ...(charset === undefined ? inUtf8() : {}),
    fromConnect: (_topic, schema, value) => {
      if (value === null || value === undefined) return null
      const text = wellFormed(typeof value === 'string' ? value : javaToString(value, schema), charset?.instead)
      return charset === undefined ? text : charset.encode(text)
    },
    toConnect: (_topic, bytes) =>
      ofText(bytes === null ? null : charset === undefined ? bytes.toString() : charset.decode(bytes)),
  }
}

export const stringConverter = defineConverter({
  kind: 'converter',
  className: 'org.apache.kafka.connect.storage.StringConverter',
  doc: 'Text. Writes any value as Java would print it; reads everything as a string.',
  config,
  create: createStringConverter,
  createHeader: (settings) => asHeaderConverter(createStringConverter(settings)),
})
