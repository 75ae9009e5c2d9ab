import { defineConfig } from '../config/define.ts'
import { javaListText } from '../config/java-text.ts'
import { listWithoutBlanksAndDuplicates } from '../config/validators.ts'
import { javaHashOrder } from '../data/java-hash-order.ts'
import { makeSchema } from '../data/make-schema.ts'
import { type Field, fieldOf, type Schema } from '../data/schema.ts'
import { setOwn } from '../data/values.ts'
import { nullDefaults } from './null-defaults.ts'
import { perSchema } from './per-schema.ts'
import { keyNotText, keysOf, mapGet, requireMap, requireStruct } from './requirements.ts'
import { defineTwoSided } from './side.ts'
import { copyBasics, fieldPicker } from './struct-copy.ts'

const PURPOSE = 'field replacement'

/** `old:new` pairs. The JVM drops empty parts at the end, so `a:` is no pair. */
const readRenames = (mappings: readonly string[]): ReadonlyMap<string, string> | null => {
  const renames = new Map<string, string>()
  for (const mapping of mappings) {
    const parts = mapping.replace(/:+$/, '').split(':')
    if (parts.length !== 2) return null
    renames.set(parts[0]!, parts[1]!)
  }
  return renames
}

const badMapping = (mappings: readonly string[]): string | undefined =>
  mappings.find((mapping) => readRenames([mapping]) === null)

const definitions = defineTwoSided({
  name: 'ReplaceField',
  doc: 'Keeps, drops and renames fields.',
  config: defineConfig({
    exclude: {
      type: 'list',
      default: [],
      validator: listWithoutBlanksAndDuplicates,
      importance: 'medium',
      doc: 'Fields to drop, even when they are included.',
    },
    include: {
      type: 'list',
      default: [],
      validator: listWithoutBlanksAndDuplicates,
      importance: 'medium',
      doc: 'Fields to keep. Empty: all.',
    },
    renames: {
      type: 'list',
      default: [],
      validator: (_key: string, mappings: readonly string[] | null) => {
        const bad = badMapping(mappings ?? [])
        return bad === undefined
          ? null
          : {
              wholeMessage: `Invalid value ${javaListText(mappings ?? [])} for configuration renames: Invalid rename mapping: ${bad}`,
            }
      },
      importance: 'medium',
      doc: 'Pairs `old:new`. `include` and `exclude` go by the old names.',
    },
    ...nullDefaults,
  }),
  passesTexts: true,
  create: (settings, side) => {
    const exclude = new Set(settings.exclude)
    const include = new Set(settings.include)
    const renames = readRenames(settings.renames) ?? new Map<string, string>()
    // The JVM looks up where a field of the result comes from by its new name alone, wherever it really came from.
    const originsOf = (name: string): readonly string[] => {
      const origins = [...renames].filter(([, to]) => to === name).map(([from]) => from)
      return origins.length === 0 ? [name] : origins
    }
    const keeps = (name: string): boolean => !exclude.has(name) && (include.size === 0 || include.has(name))
    const renamed = (name: string): string => renames.get(name) ?? name
    const withDefault = settings['replace.null.with.default']

    const planFor = perSchema((schema) => {
      const kept = schema.fields
        .filter((field) => keeps(field.name))
        .map((field) => ({ name: renamed(field.name), schema: field.schema }))
      const updated = makeSchema({ ...copyBasics(schema), fields: kept })
      const sources = updated.fields.map((field) => ({
        target: field.name,
        schema: field.schema,
        source: originOf(schema, originsOf(field.name)),
      }))
      return { schema: updated, pick: fieldPicker(sources, withDefault) }
    })

    return (record) => {
      const value = side.value(record) ?? null
      if (value === null) return record
      const schema = side.schema(record)
      if (schema !== null) {
        const fields = requireStruct(schema, value, PURPOSE)
        const plan = planFor(schema)
        return side.replace(record, plan.schema, plan.pick(fields))
      }
      const map = requireMap(value, PURPOSE)
      const result: Record<string, unknown> = {}
      let [clash, nullKey] = [false, false]
      for (const [name, entry] of map instanceof Map ? map : Object.entries(map)) {
        if (name === null) {
          nullKey = include.size === 0
          continue
        }
        if (typeof name !== 'string') throw keyNotText(name)
        if (!keeps(name)) continue
        const target = renamed(name)
        clash ||= Object.hasOwn(result, target)
        setOwn(result, target, entry)
      }
      if (clash) {
        for (const name of javaHashOrder(keysOf(map))) if (keeps(name)) setOwn(result, renamed(name), mapGet(map, name))
      }
      const kept = nullKey
        ? new Map([[null, (map as Map<unknown, unknown>).get(null)], ...Object.entries(result)])
        : result
      return side.replace(record, null, kept)
    }
  },
})

/** The first of the names that the schema has; when it has none of them, what the JVM says of the last. */
const originOf = (schema: Schema, names: readonly string[]): Field | string => {
  for (const name of names) {
    const field = fieldOf(schema, name)
    if (field !== undefined) return field
  }
  return `${names.at(-1)} is not a valid field name`
}

export const replaceFieldKey = definitions.key
export const replaceFieldValue = definitions.value
