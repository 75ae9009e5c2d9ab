import { defineConfig, type Validator } from '../config/define.ts'
import { oneOf } from '../config/validators.ts'
import type { Header } from '../data/headers.ts'
import { javaError } from '../data/java-error.ts'
import { makeSchema } from '../data/make-schema.ts'
import { type Field, fieldOf, type SchemaAndValue } from '../data/schema.ts'
import { Struct } from '../data/values.ts'
import { ConfigError } from '../plugin/errors.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { mapCopy, mapDelete, mapGet, requireMap, requireStruct } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { copyBasics, fieldPicker, readField } from './struct-copy.ts'
import { validateHeader } from './validate-header.ts'

/** Unlike other lists these may name something twice: one field for two headers, two fields for one. */
const nonEmptyList: Validator<readonly string[] | null> = (_key, value) => (value?.length ? null : 'Empty list')

const definitions = defineTwoSided({
  name: 'HeaderFrom',
  doc: 'Moves or copies fields of the key or value to headers.',
  config: defineConfig({
    fields: {
      type: 'list',
      validator: nonEmptyList,
      importance: 'high',
      doc: 'The fields, in the order of `headers`.',
    },
    headers: {
      type: 'list',
      validator: nonEmptyList,
      importance: 'high',
      doc: 'Names of the headers, one for each field. Headers that a record already has stay.',
    },
    operation: {
      type: 'string',
      validator: oneOf('move', 'copy'),
      importance: 'high',
      doc: '`move` removes the fields, `copy` leaves them.',
    },
    ...nullDefaults,
  }),
  create: (settings, side) => {
    const { fields: names, headers: headerNames } = settings
    const move = settings.operation === 'move'
    const withDefault = settings['replace.null.with.default']
    const purpose = `header ${settings.operation}`
    if (names.length !== headerNames.length) {
      throw new ConfigError("'fields' config must have the same number of elements as 'headers' config.")
    }

    const planFor = perSchema((schema) => {
      const rest = move ? schema.fields.filter((field) => !names.includes(field.name)) : []
      return {
        sources: names.map((name) => fieldOf(schema, name)),
        schema: move ? makeSchema({ ...copyBasics(schema), fields: rest }) : schema,
        pick: fieldPicker(
          rest.map((field) => ({ target: field.name, schema: field.schema, source: field })),
          withDefault,
        ),
      }
    })

    const headersOf = (values: Readonly<Record<string, unknown>>, sources: readonly (Field | undefined)[]) =>
      sources.map((field, index): Header => {
        if (field === undefined) throw missingField(names[index]!)
        const value = readField(values, field, withDefault)
        validateHeader(field.schema, value)
        return { key: headerNames[index]!, schema: field.schema, value }
      })

    return (record) => {
      const value = side.value(record)
      const schema = side.schema(record)
      if (schema === null) {
        const map = requireMap(value, purpose)
        const added = names.map(
          (name, index): Header => ({ key: headerNames[index]!, ...headerValue(mapGet(map, name)) }),
        )
        const headers = [...record.headers, ...added]
        if (!move) return { ...record, headers }
        const rest = mapCopy(map)
        for (const name of names) mapDelete(rest, name)
        return { ...side.replace(record, null, rest), headers }
      }
      const values = requireStruct(schema, value, purpose)
      const plan = planFor(schema)
      const rest = move ? plan.pick(values) : values
      const headers = [...record.headers, ...headersOf(values, plan.sources)]
      return move ? { ...side.replace(record, plan.schema, rest), headers } : { ...record, headers }
    }
  },
})

/** A struct brings its schema along, anything else has none. */
const headerValue = (value: unknown): SchemaAndValue =>
  value instanceof Struct ? { schema: value.schema, value: value.fields } : { schema: null, value }

/** The JVM stumbles over the missing field; the message is ours. */
const missingField = (name: string): Error =>
  javaError('java.lang.NullPointerException', `HeaderFrom: there is no field "${name}" in the schema`)

export const headerFromKey = definitions.key
export const headerFromValue = definitions.value
