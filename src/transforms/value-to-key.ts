import { defineConfig } from '../config/define.ts'
import { listNotEmpty } from '../config/validators.ts'
import { DataError } from '../data/errors.ts'
import { makeSchema } from '../data/make-schema.ts'
import { fieldOf } from '../data/schema.ts'
import { setOwn } from '../data/values.ts'
import { defineTransform } from '../plugin/transform.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { mapGet, requireMap, requireStruct } from './requirements.ts'
import { TRANSFORMS_PACKAGE } from './side.ts'
import { fieldPicker } from './struct-copy.ts'

const PURPOSE = 'copying fields from value to key'

export const valueToKey = defineTransform({
  kind: 'transform',
  className: `${TRANSFORMS_PACKAGE}.ValueToKey`,
  doc: 'Makes a new key of some fields of the value.',
  config: defineConfig({
    fields: {
      type: 'list',
      validator: listNotEmpty,
      importance: 'high',
      doc: 'The fields, in the order that they have in the key.',
    },
    ...nullDefaults,
  }),
  create: (settings) => {
    const names = settings.fields
    const withDefault = settings['replace.null.with.default']
    const planFor = perSchema((schema) => {
      const sources = names.map((name) => {
        const source = fieldOf(schema, name)
        if (source === undefined) throw new DataError(`Field does not exist: ${name}`)
        return { target: name, schema: source.schema, source }
      })
      const fields = sources.map(({ target, source }) => ({ name: target, schema: source.schema }))
      return { schema: makeSchema({ type: 'struct', fields }), pick: fieldPicker(sources, withDefault) }
    })
    return (record) => {
      const { valueSchema, value } = record
      if (valueSchema === null) {
        const map = requireMap(value, PURPOSE)
        const key: Record<string, unknown> = {}
        for (const name of names) setOwn(key, name, mapGet(map, name))
        return { ...record, keySchema: null, key }
      }
      const fields = requireStruct(valueSchema, value, PURPOSE)
      const plan = planFor(valueSchema)
      return { ...record, keySchema: plan.schema, key: plan.pick(fields) }
    }
  },
})
