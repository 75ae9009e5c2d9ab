import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../src/data/logical-types.ts'
import type { Json } from './case.ts'
import type { Random } from './random.ts'
import { randomText } from './random-scalars.ts'
import { randomPayload } from './random-value.ts'

export type SchemaJson = { readonly [name: string]: Json } & { readonly type: string }

/** Few, so that transforms hit upon them; some that are names of other things in JavaScript. */
const HOSTILE_NAMES = [
  'a.q',
  '__proto__',
  'constructor',
  'ä',
  'toString',
  'b`c',
  ' x',
  '$raw',
  'hasOwnProperty',
  'A',
  '0',
  '10',
  '😀',
  '"',
  '\n',
  '\ud800',
]
export const FIELD_NAMES = [...'aaaabbbbccccdddd', 'ts', 'ts', 'ts', 'ts', 'id', 'id', ...HOSTILE_NAMES]

const SCALARS = ['int8', 'int16', 'int32', 'int64', 'float', 'double', 'boolean', 'string', 'bytes']
const LOGICAL: readonly (readonly [string, string])[] = [
  ['bytes', DECIMAL_NAME],
  ['int32', DATE_NAME],
  ['int32', TIME_NAME],
  ['int64', TIMESTAMP_NAME],
]

export const randomSchema = (random: Random, depth: number): SchemaJson => {
  const kind = depth <= 0 ? 0 : random.below(10)
  if (kind === 7) return withExtras(random, { type: 'array', items: randomSchema(random, depth - 1) })
  if (kind === 8) {
    const keys = random.chance(0.7) ? { type: 'string' } : randomSchema(random, 0)
    return withExtras(random, { type: 'map', keys, values: randomSchema(random, depth - 1) })
  }
  if (kind === 9) return randomStruct(random, depth)
  return randomScalar(random)
}

export const randomStruct = (random: Random, depth: number): SchemaJson => {
  const names = new Set(random.some(5, () => random.pick(FIELD_NAMES)))
  const fields = [...names].map((field) => ({ ...randomSchema(random, depth - 1), field }))
  return withExtras(random, { type: 'struct', fields })
}

export const randomScalar = (random: Random): SchemaJson => {
  if (random.chance(0.75)) return withExtras(random, { type: random.pick(SCALARS) })
  const [type, name] = random.pick(LOGICAL)
  const parameters = type === 'bytes' ? { parameters: { scale: randomScale(random) } } : {}
  return withDefault(random, { type, optional: random.chance(0.5), name, version: 1, ...parameters })
}

const randomScale = (random: Random): string =>
  random.chance(0.8) ? String(random.below(5)) : random.pick(['-3', '18', '38', '127', '+2', '-1', '300'])

const withExtras = (random: Random, schema: SchemaJson): SchemaJson => {
  const extra = (): boolean => random.chance(0.12)
  return withDefault(random, {
    ...schema,
    ...(random.chance(0.8) ? { optional: random.chance(0.6) } : {}),
    ...(extra() ? { name: random.pick(['N', 'com.acme.User', '', 'é']) } : {}),
    ...(extra() ? { version: random.pick([0, 1, 7, -1, 2147483647]) } : {}),
    ...(extra() ? { doc: randomText(random) } : {}),
    ...(extra() ? { parameters: { p: randomText(random), ...(random.chance(0.5) ? { q: 'r' } : {}) } } : {}),
  })
}

const withDefault = (random: Random, schema: SchemaJson): SchemaJson => {
  if (!random.chance(0.15)) return schema
  const value = randomPayload(random, { ...schema, optional: false })
  const content = baseValue(schema, value)
  return content === undefined ? schema : { ...schema, default: content }
}

/** Defaults of logical types and bytes stand there as their base value. */
const baseValue = (schema: SchemaJson, value: Json): Json | undefined => {
  if (value === null) return undefined
  if (schema.type === 'bytes') {
    return schema['name'] === DECIMAL_NAME ? 'AJw=' : (value as { readonly $bytes: string }).$bytes
  }
  if (typeof value !== 'object' || Array.isArray(value) || !('$date' in value)) return value
  const millis = (value as { readonly $date: number }).$date
  return schema['name'] === DATE_NAME ? millis / 86_400_000 : millis
}
