/** What a schema's values ask of the numbers in a JSON text: most can be read by `JSON.parse`. */
import { DECIMAL_NAME, isLogicalName } from '../data/logical-types.ts'
import type { Schema } from '../data/schema.ts'
import type { Exactness } from './json-parse.ts'

const partsOf = (schema: Schema): readonly (Schema | null)[] => [
  schema.keySchema,
  schema.valueSchema,
  ...schema.fields.map((field) => field.schema),
]

/** What values of this schema ask of numbers. Dates, times and timestamps take only what was written as an integer. */
export const exactnessOf = (schema: Schema): Exactness => {
  const names = new Set<string>()
  if (!collectSensitive(schema, names)) return ofAllNumbers(schema)
  return names.size === 0 ? 'value' : numbersOfFields(names)
}

const isSensitive = ({ name }: Schema): boolean => name === DECIMAL_NAME || isLogicalName(name)

const ofAllNumbers = (schema: Schema): Exactness => {
  if (schema.name === DECIMAL_NAME) return 'digits'
  const parts = partsOf(schema).map((part) => (part === null ? 'value' : ofAllNumbers(part)))
  if (parts.includes('digits')) return 'digits'
  return parts.includes('integral') || isLogicalName(schema.name) ? 'integral' : 'value'
}

/** Names of fields whose numbers must be exact. @returns false when there are such values that are no fields */
const collectSensitive = (schema: Schema, names: Set<string>): boolean =>
  schema.type === 'struct' && !isSensitive(schema)
    ? schema.fields.every((field) => {
        if (!isSensitive(field.schema)) return collectSensitive(field.schema, names)
        names.add(field.name)
        return true
      })
    : ofAllNumbers(schema) === 'value'

/** Finds a number of these fields that is more than an integer of 15 digits. Escaped names are never parsed quickly. */
const numbersOfFields = (names: ReadonlySet<string>): RegExp => {
  const alternatives = [...names].map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(`"(?:${alternatives.join('|')})"\\s*:\\s*-?(?:\\d+[.eE]|\\d{16})`)
}
