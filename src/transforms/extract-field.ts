import { defineConfig } from '../config/define.ts'
import { nonNull, oneOfIgnoreCase } from '../config/validators.ts'
import { javaError } from '../data/java-error.ts'
import { fieldAt, parseFieldPath, valueInMap, valueInStruct } from './field-path.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { requireMap, requireStruct } from './requirements.ts'
import { defineTwoSided } from './side.ts'

const PURPOSE = 'field extraction'

const definitions = defineTwoSided({
  name: 'ExtractField',
  doc: 'Replaces the key or value by one of its fields.',
  config: defineConfig({
    field: { type: 'string', validator: nonNull, importance: 'medium', doc: 'Name of, or path to, the field.' },
    'field.syntax.version': {
      type: 'string',
      default: 'V1',
      validator: oneOfIgnoreCase('V1', 'V2'),
      importance: 'high',
      doc: '`V1`: `field` is one name. `V2`: steps into nested structs or maps, with dots between; a step that has dots stands in backticks.',
    },
    ...nullDefaults,
  }),
  create: (settings, side) => {
    const text = settings.field
    const withDefault = settings['replace.null.with.default']
    const path = parseFieldPath(text, settings['field.syntax.version'].toUpperCase() === 'V2' ? 'V2' : 'V1')
    const fieldFor = perSchema((schema) => fieldAt(path, schema))
    return (record) => {
      const schema = side.schema(record)
      const value = side.value(record) ?? null
      if (schema === null) {
        return side.replace(record, null, value === null ? null : valueInMap(path, requireMap(value, PURPOSE)))
      }
      const fields = value === null ? null : requireStruct(schema, value, PURPOSE)
      const field = fieldFor(schema)
      if (field === undefined) throw javaError('java.lang.IllegalArgumentException', `Unknown field: ${text}`)
      const extracted = fields === null ? null : valueInStruct(path, schema, fields, withDefault)
      return side.replace(record, field.schema, extracted)
    }
  },
})

export const extractFieldKey = definitions.key
export const extractFieldValue = definitions.value
