import { defineConfig } from '../config/define.ts'
import { parseValue } from '../data/parse-value.ts'
import { valueText } from '../data/values-text.ts'
import { defineConverter, type HeaderConverter } from '../plugin/converter.ts'
import { wellFormed } from './well-formed.ts'

const simpleHeaders: HeaderConverter = {
  fromConnectHeader: (_topic, _key, schema, value) => {
    const text = valueText(value, schema)
    return text === null ? null : wellFormed(text)
  },
  toConnectHeader: (_topic, _key, bytes) =>
    bytes === null ? { schema: null, value: null } : parseValue(bytes.toString()),
}

export const simpleHeaderConverter = defineConverter({
  kind: 'converter',
  className: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  doc: 'Headers as text: numbers, dates, lists and maps are recognised by how they look. Only for headers.',
  config: defineConfig({}),
  createHeader: () => simpleHeaders,
})
