import type { Case, ConvertCase, Json, ProjectCase } from './case.ts'
import type { Random } from './random.ts'
import { randomConverter } from './random-converters.ts'
import { randomBytes, randomDecimal, randomInt, randomText } from './random-scalars.ts'
import { randomScalar, randomSchema, randomStruct, type SchemaJson } from './random-schema.ts'
import { randomTransforms } from './random-transforms.ts'
import { randomPayload, randomSchemaless } from './random-value.ts'

export const randomCase = (random: Random): Case => {
  const kind = random.below(20)
  if (kind < 10) return randomTransforms(random)
  if (kind < 17) return randomConverter(random)
  return kind < 19 ? randomConvert(random) : randomProject(random)
}

const TARGETS = [
  'boolean',
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'string',
  'date',
  'time',
  'timestamp',
  'decimal',
]

const randomConvert = (random: Random): ConvertCase => {
  const to = random.pick(TARGETS)
  if (to === 'decimal') return { kind: 'convert', to, schema: null, payload: decimalLike(random) }
  if (random.chance(0.5))
    return { kind: 'convert', to, schema: null, payload: randomSchemaless(random, 1, random.chance(0.3)) }
  const schema = random.chance(0.9) ? randomScalar(random) : randomSchema(random, 1)
  return { kind: 'convert', to, schema, payload: randomPayload(random, schema) }
}

/** No doubles: their decimal has the digits that this Java prints. */
const decimalLike = (random: Random): Json =>
  random.pick<() => Json>([
    () => null,
    () => ({ $decimal: randomDecimal(random) }),
    () => randomInt(random, 32),
    () => ({ $int16: randomInt(random, 16) }),
    () => ({ $bytes: randomBytes(random) }),
    () => randomText(random),
  ])()

const TYPES = ['int8', 'int16', 'int32', 'int64', 'float', 'double', 'string']

/** A schema close to this one. */
const evolved = (random: Random, schema: SchemaJson): SchemaJson => {
  const change = random.below(10)
  const fields = schema['fields'] as readonly SchemaJson[] | undefined
  if (fields !== undefined && random.chance(0.8)) {
    const kept = fields
      .filter(() => random.chance(0.85))
      .map((field) => (random.chance(0.4) ? evolved(random, field) : field))
    const added = random.chance(0.4) ? [{ ...randomSchema(random, 1), field: 'added' }] : []
    return { ...schema, fields: [...kept, ...added] as Json }
  }
  if (change < 4 && schema['name'] === undefined && TYPES.includes(schema.type)) {
    const { default: _gone, ...rest } = schema
    return { ...rest, type: random.pick(TYPES) } as SchemaJson
  }
  if (change < 6) return { ...schema, optional: schema['optional'] !== true }
  if (change === 6) return { ...schema, doc: 'another' }
  if (change === 7) return { ...schema, name: 'Other' }
  if (change === 8) return { ...schema, version: 9 }
  return change === 9 ? { ...schema, parameters: { other: 'x' } } : schema
}

const randomProject = (random: Random): ProjectCase => {
  const schema = random.chance(0.6) ? randomStruct(random, 2) : randomSchema(random, 1)
  const target = random.chance(0.85) ? evolved(random, schema) : randomSchema(random, 1)
  return { kind: 'project', schema, payload: randomPayload(random, schema), target }
}
