import { defineConfig } from '../config/define.ts'
import { DataError } from '../data/errors.ts'
import { parseValue } from '../data/parse-value.ts'
import { valueText } from '../data/values-text.ts'
import { defineConverter, type HeaderConverter } from '../plugin/converter.ts'
import { wellFormed } from './well-formed.ts'

const simpleHeaders: HeaderConverter = {
  fromConnectHeader: (_topic, _key, schema, value) => {
    const text = valueText(value, schema)
    return text === null ? null : wellFormed(text)
  },
  toConnectHeader: (_topic, key, bytes) => {
    if (bytes === null) return { schema: null, value: null }
    const parsed = parseValue(bytes.toString())
    if (parsed !== null) return parsed
    throw new DataError(`Header '${key}' holds the text null, which SimpleHeaderConverter cannot read`)
  },
}

export const simpleHeaderConverter = defineConverter({
  kind: 'converter',
  className: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  doc: 'Headers as text: numbers, dates, lists and maps are recognised by how they look. Only for headers.',
  config: defineConfig({}),
  createHeader: () => simpleHeaders,
})
