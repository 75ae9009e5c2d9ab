import { DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME } from '../../src/data/logical-types.ts'
import type { Json, Side } from './case.ts'
import type { Random } from './random.ts'
import {
  randomBytes,
  randomDecimal,
  randomFloat,
  randomInt,
  randomLong,
  randomMillis,
  randomText,
  scaledDecimal,
  taggedFloat,
} from './random-scalars.ts'
import { FIELD_NAMES, randomSchema, randomStruct, type SchemaJson } from './random-schema.ts'

/** A value that fits the schema: null where it may be, and sometimes where a struct's field may not. */
export const randomPayload = (random: Random, schema: SchemaJson): Json => {
  if (schema['optional'] === true && random.chance(0.25)) return null
  switch (schema['name']) {
    case DECIMAL_NAME:
      return { $decimal: scaledDecimal(random, Number((schema['parameters'] as { scale: string }).scale)) }
    case DATE_NAME:
      return { $date: Math.floor(randomMillis(random) / 86_400_000) * 86_400_000 }
    case TIME_NAME:
      return { $date: random.pick([0, 1, 86_399_999, 86_400_000, random.below(86_400_000)]) }
    case TIMESTAMP_NAME:
      return { $date: randomMillis(random) }
  }
  switch (schema.type) {
    case 'int8':
      return randomInt(random, 8)
    case 'int16':
      return randomInt(random, 16)
    case 'int32':
      return randomInt(random, 32)
    case 'int64':
      return randomLong(random)
    case 'float':
    case 'double':
      return taggedFloat(randomFloat(random, schema.type === 'float'))
    case 'boolean':
      return random.chance(0.5)
    case 'string':
      return randomText(random)
    case 'bytes':
      return { $bytes: randomBytes(random) }
    case 'array':
      return random.some(3, () => randomPayload(random, schema['items'] as SchemaJson))
    case 'map':
      return randomMap(random, schema)
    default:
      return randomFields(random, schema)
  }
}

/** JavaScript's maps know no minus zero. */
const isKey = (key: Json): boolean => !JSON.stringify(key).includes('"-0')

const randomMap = (random: Random, schema: SchemaJson): Json => {
  const keys = schema['keys'] as SchemaJson
  const pairs = new Map<string, readonly [Json, Json]>()
  for (const key of random.some(3, () => randomPayload(random, keys)).filter(isKey)) {
    pairs.set(JSON.stringify(key), [key, randomPayload(random, schema['values'] as SchemaJson)])
  }
  return [...pairs.values()]
}

const randomFields = (random: Random, schema: SchemaJson): Json => {
  const entries = (schema['fields'] as readonly SchemaJson[]).map((field): [string, Json] => [
    String(field['field']),
    random.chance(0.03) ? null : randomPayload(random, field),
  ])
  return Object.fromEntries(entries)
}

/** A value that tells its own Java type. Strings, Longs, Doubles, lists and maps, as JsonConverter reads them, and others. */
export const randomSchemaless = (random: Random, depth: number, plain = random.chance(0.6)): Json => {
  const kind = random.below(depth > 0 ? 10 : 6)
  if (kind > 7) return randomObject(random, depth, plain)
  if (kind > 5) return random.some(3, () => randomSchemaless(random, depth - 1, plain))
  if (kind === 0) return random.chance(0.4) ? null : random.chance(0.5)
  if (kind === 1) return randomLong(random)
  if (kind === 2) return { $float64: randomFloat(random, false) }
  if (kind === 3 && !plain) return randomTyped(random)
  return randomText(random)
}

const randomTyped = (random: Random): Json => {
  switch (random.below(9)) {
    case 0:
      return { $int8: randomInt(random, 8) }
    case 1:
      return { $int16: randomInt(random, 16) }
    case 2:
      return { $int32: randomInt(random, 32) }
    case 3:
      return { $float32: randomFloat(random, true) }
    case 4:
      return { $decimal: randomDecimal(random) }
    case 5:
      return { $date: randomMillis(random) }
    case 6:
      return { $bytes: randomBytes(random) }
    case 7:
      return { $bigint: random.pick(['0', '-5', '12345678901234567890123', '9223372036854775807']) }
    default: {
      const schema = randomStruct(random, 1)
      return { $struct: { schema, payload: randomPayload(random, { ...schema, optional: false }) } }
    }
  }
}

export const randomObject = (random: Random, depth: number, plain: boolean): Json => {
  if (!plain && random.chance(0.1)) {
    const pairs = new Map<string, Json>()
    for (const key of random.some(3, () => randomSchemaless(random, 0, false)).filter(isKey)) {
      pairs.set(JSON.stringify(key), [key, randomSchemaless(random, depth - 1, plain)])
    }
    return { $map: [...pairs.values()] }
  }
  const names = random.some(5, () => random.pick(FIELD_NAMES))
  const entries = [...new Set(names)].map((name) => [name, randomSchemaless(random, depth - 1, plain)] as const)
  const [only] = entries
  if (entries.length === 1 && only?.[0].startsWith('$')) return { $map: [[only[0], only[1]]] }
  return Object.fromEntries(entries)
}

/** Any schema and value: with, without, and now and then a value that is not its schema's. */
export const randomSide = (random: Random, depth = 2): Side => {
  if (random.chance(0.05)) return { schema: null, payload: null }
  if (random.chance(0.35)) {
    const payload = random.chance(0.7)
      ? randomObject(random, depth, random.chance(0.7))
      : randomSchemaless(random, depth)
    return { schema: null, payload }
  }
  const schema = random.chance(0.65) ? randomStruct(random, depth) : randomSchema(random, depth)
  // Under a struct's schema a plain object is a struct here: maps and other structs cannot be told from it
  if (random.chance(0.04) && !JSON.stringify(schema).includes('"$raw"')) {
    return { schema, payload: { $raw: random.chance(0.5) ? randomText(random) : randomLong(random) } }
  }
  return { schema, payload: random.chance(0.02) ? null : randomPayload(random, schema) }
}
