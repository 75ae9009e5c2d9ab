import { defineConfig } from '../config/define.ts'
import { listNotEmpty } from '../config/validators.ts'
import { defineTransform } from '../plugin/transform.ts'
import { TRANSFORMS_PACKAGE } from './side.ts'

export const dropHeaders = defineTransform({
  kind: 'transform',
  className: `${TRANSFORMS_PACKAGE}.DropHeaders`,
  doc: 'Removes headers by name.',
  config: defineConfig({
    headers: {
      type: 'list',
      validator: listNotEmpty,
      importance: 'high',
      doc: 'Names of the headers to remove. All headers of such a name are.',
    },
  }),
  passesTexts: true,
  create: (settings) => {
    const names = new Set(settings.headers)
    return (record) => {
      if (record.headers.length === 0) return record
      return { ...record, headers: record.headers.filter((header) => !names.has(header.key)) }
    }
  },
})
