import { defineConfig } from '../config/define.ts'
import { nonNull } from '../config/validators.ts'
import type { Header } from '../data/headers.ts'
import { parseValue } from '../data/parse-value.ts'
import { defineTransform } from '../plugin/transform.ts'
import { TRANSFORMS_PACKAGE } from './side.ts'

export const insertHeader = defineTransform({
  kind: 'transform',
  className: `${TRANSFORMS_PACKAGE}.InsertHeader`,
  doc: 'Adds a header with a fixed value behind those that a record has.',
  config: defineConfig({
    header: { type: 'string', validator: nonNull, importance: 'high', doc: 'Name of the header.' },
    'value.literal': {
      type: 'string',
      validator: nonNull,
      importance: 'high',
      doc: 'Value of the header. Its type follows from its form: `1` is an INT8, `true` a BOOLEAN, `[1,2]` an ARRAY.',
    },
  }),
  create: (settings) => {
    const parsed = parseValue(settings['value.literal'])
    const header: Header = { key: settings.header, schema: parsed?.schema ?? null, value: parsed?.value ?? null }
    return (record) => ({ ...record, headers: [...record.headers, header] })
  },
})
