import { defineConfig } from '../config/define.ts'
import { listNotEmpty, nonEmpty } from '../config/validators.ts'
import { javaHashOrder } from '../data/java-hash-order.ts'
import { blankOf, replacementFor } from './masks.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { mapCopy, mapGet, mapSet, requireMap, requireStruct } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { structCopier } from './struct-copy.ts'

const PURPOSE = 'mask fields'

const definitions = defineTwoSided({
  name: 'MaskField',
  doc: 'Replaces the values of fields by nothing of their kind (0, false, an empty text or list), or by a given value.',
  config: defineConfig({
    fields: { type: 'list', validator: listNotEmpty, importance: 'high', doc: 'Names of the fields.' },
    replacement: {
      type: 'string',
      default: null,
      validator: nonEmpty,
      importance: 'low',
      doc: 'What to write instead; for fields that hold numbers or text only, and a number for the former.',
    },
    ...nullDefaults,
  }),
  create: (settings, side) => {
    const names = javaHashOrder(settings.fields)
    const { replacement } = settings
    const mask = replacement === null ? blankOf : replacementFor(replacement)
    const copierFor = perSchema((schema) =>
      structCopier(schema, settings['replace.null.with.default'], schema, (field) =>
        names.includes(field.name) ? (value) => mask(value, field.schema) : undefined,
      ),
    )
    return (record) => {
      const value = side.value(record)
      const schema = side.schema(record)
      if (schema === null) {
        const map = requireMap(value, PURPOSE)
        const copy = mapCopy(map)
        for (const name of names) {
          const masked = mapGet(map, name)
          mapSet(copy, name, masked === null ? null : mask(masked, null))
        }
        return side.replace(record, null, copy)
      }
      const fields = requireStruct(schema, value, PURPOSE)
      return side.replace(record, schema, copierFor(schema)(fields))
    }
  },
})

export const maskFieldKey = definitions.key
export const maskFieldValue = definitions.value
