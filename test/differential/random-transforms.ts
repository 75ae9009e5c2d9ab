/** Chains of transforms and predicates with settings that fit, and some that do not. */
import type { Config, Json, RecordJson, TransformsCase } from './case.ts'
import type { Random } from './random.ts'
import { hintsOf, randomFormat } from './random-formats.ts'
import { randomRegex, randomTopic } from './random-regex.ts'
import { randomMillis, randomText, structuredText } from './random-scalars.ts'
import type { SchemaJson } from './random-schema.ts'
import { FIELD_NAMES } from './random-schema.ts'
import { randomPayload, randomSide } from './random-value.ts'

type Settings = Record<string, string>

/** Choices, and what there is to choose from in this case. */
interface Scene extends Random {
  /** Of the fields of its first record. */
  readonly names: readonly string[]
  readonly format: string
  /** Whether the transform is the first of its chain. */
  readonly isFirst: boolean
}

type Make = (random: Scene) => Settings

const name = (random: Scene): string =>
  random.names.length > 0 && random.chance(0.7) ? random.pick(random.names) : random.pick(FIELD_NAMES)
const list = (random: Scene, make: (random: Scene) => string): string =>
  Array.from({ length: 1 + random.below(3) }, () => make(random)).join(random.pick([',', ', ', ',']))
const maybe = (random: Scene, probability: number, settings: () => Settings): Settings =>
  random.chance(probability) ? settings() : {}
const nullDefault: Make = (random) =>
  maybe(random, 0.3, () => ({ 'replace.null.with.default': random.pick(['true', 'false', 'TRUE', 'no']) }))

/**
 * Each to a name of its own: where two fields get the same, the JVM's hash order tells which one counts. The names may be
 * there already, as long as no other transform has made the record's map anew, in a hash table of another size.
 */
const renames = (random: Scene): string => {
  const targets = !random.isFirst || random.chance(0.3) ? ['r1', 'r2', 'é'] : ['r1', name(random), name(random)]
  return [...new Set(targets)]
    .slice(0, 1 + random.below(3))
    .map((target) => `${name(random)}:${target}`)
    .join(',')
}

const CAST_TYPES = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string']
const castType = (random: Scene): string =>
  random.pick([...CAST_TYPES, ...CAST_TYPES, ...CAST_TYPES, 'INT8', 'bytes', 'array', 'x', ''])
const HEADERS = ['h', 'h1', 'x', 'H', '', 'a']
const header = (random: Scene): string => random.pick(HEADERS)
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Java names a group in a replacement
const REPLACEMENTS = ['$1', '$0', 'x', '${n}', '\\$', 'pre-$0', '$2', '$', '\\', '$1$1', '', 'a$10', '${x}', 'é']
// biome-ignore lint/suspicious/noTemplateCurlyInString: these are the placeholders of TimestampRouter
const TOPIC_FORMATS = ['${topic}-${timestamp}', '${timestamp}_${topic}_${topic}', 'x', '${topic}$1', '']

/** Steps of the field syntax V2, some of them quoted as they should be. */
const fieldPath = (random: Scene): string => {
  if (random.chance(0.1))
    return random.pick([
      '`a.q`.c',
      '`a',
      'a.',
      '.',
      '',
      '``',
      '`a`',
      '`a`b',
      'a.`b',
      '`a\\`.b`.c',
      '..',
      '`.`',
      '`a.b``c`',
    ])
  const steps = Array.from({ length: 1 + random.below(3) }, () => {
    const step = name(random)
    if (!step.includes('.') && random.chance(0.75)) return step
    return random.chance(0.8) ? `\`${step.replaceAll('`.', '\\`.')}\`` : step
  })
  return steps.join('.')
}

const twoSided: Readonly<Record<string, Make>> = {
  Cast: (random) => ({
    spec: random.chance(0.3)
      ? castType(random)
      : list(random, (one) => `${name(one)}:${castType(one)}${one.chance(0.02) ? ':x' : ''}`),
    ...nullDefault(random),
  }),
  ExtractField: (random) => ({
    field: random.pick([name(random), name(random), fieldPath(random), fieldPath(random)]),
    ...maybe(random, 0.5, () => ({ 'field.syntax.version': random.pick(['V1', 'V2', 'V2', 'v2', 'V3']) })),
    ...nullDefault(random),
  }),
  Flatten: (random) => maybe(random, 0.5, () => ({ delimiter: random.pick(['_', '', '.', ' ', '__proto__']) })),
  HeaderFrom: (random) => ({
    fields: list(random, name),
    headers: list(random, header),
    operation: random.pick(['move', 'copy', 'move', 'copy', 'Move', '']),
    ...nullDefault(random),
  }),
  HoistField: (random) => ({ field: random.pick([name(random), name(random), '']) }),
  InsertField: (random) => {
    const field = (): string =>
      `${random.pick([name(random), 'n1', 'n2', 'n3', 'n4'])}${random.pick(['', '', '!', '?', '!?'])}`
    return {
      ...maybe(random, 0.4, () => ({ 'topic.field': field() })),
      ...maybe(random, 0.4, () => ({ 'partition.field': field() })),
      ...maybe(random, 0.2, () => ({ 'offset.field': field() })),
      ...maybe(random, 0.4, () => ({ 'timestamp.field': field() })),
      ...maybe(random, 0.4, () => ({
        'static.field': field(),
        ...maybe(random, 0.9, () => ({ 'static.value': randomText(random) })),
      })),
      ...nullDefault(random),
    }
  },
  MaskField: (random) => ({
    fields: list(random, name),
    ...maybe(random, 0.5, () => ({
      replacement: random.chance(0.6)
        ? random.pick([
            '5',
            '-1.5',
            'x',
            '300',
            '1e3',
            ' ',
            '1e400',
            '9223372036854775808',
            '0x1',
            '1e',
            '.',
            '1.5.2',
            '٣',
          ])
        : randomText(random),
    })),
    ...nullDefault(random),
  }),
  ReplaceField: (random) => ({
    ...maybe(random, 0.5, () => ({ exclude: list(random, name) })),
    ...maybe(random, 0.4, () => ({ include: list(random, name) })),
    ...maybe(random, 0.5, () => ({
      renames: renames(random),
    })),
    ...nullDefault(random),
  }),
  SetSchemaMetadata: (random) => ({
    ...maybe(random, 0.7, () => ({ 'schema.name': random.pick(['N', 'com.x.Y', '', 'é']) })),
    ...maybe(random, 0.6, () => ({ 'schema.version': random.pick(['1', '2', '-1', 'x', ' 3 ', '2147483648', '']) })),
    ...nullDefault(random),
  }),
  TimestampConverter: (random) => ({
    ...maybe(random, 0.7, () => ({ field: name(random) })),
    'target.type': random.pick([
      'string',
      'unix',
      'Date',
      'Time',
      'Timestamp',
      'string',
      'unix',
      'Timestamp',
      'date',
      '',
    ]),
    ...maybe(random, 0.8, () => ({ format: random.chance(0.8) ? random.format : randomFormat(random) })),
    ...maybe(random, 0.4, () => ({
      'unix.precision': random.pick(['seconds', 'milliseconds', 'microseconds', 'nanoseconds', 'days']),
    })),
    ...nullDefault(random),
  }),
}

const oneSided: Readonly<Record<string, Make>> = {
  DropHeaders: (random) => ({ headers: list(random, header) }),
  Filter: () => ({}),
  InsertHeader: (random) => ({
    header: header(random),
    'value.literal': random.chance(0.6) ? structuredText(random) : randomText(random),
  }),
  RegexRouter: (random) => ({ regex: randomRegex(random), replacement: random.pick(REPLACEMENTS) }),
  TimestampRouter: (random) => ({
    ...maybe(random, 0.6, () => ({
      'topic.format': random.pick(TOPIC_FORMATS),
    })),
    ...maybe(random, 0.6, () => ({ 'timestamp.format': randomFormat(random) })),
  }),
  ValueToKey: (random) => ({ fields: list(random, name), ...nullDefault(random) }),
}

const PREDICATES: Readonly<Record<string, Make>> = {
  HasHeaderKey: (random) => ({ name: header(random) }),
  RecordIsTombstone: () => ({}),
  TopicNameMatches: (random) => ({ pattern: randomRegex(random) }),
}

const PACKAGE = 'org.apache.kafka.connect.transforms'
const TRANSFORMS = [
  ...Object.keys(twoSided).flatMap((each) => [`${each}$Value`, `${each}$Value`, `${each}$Key`]),
  ...Object.keys(oneSided),
]

/** Something is left out or replaced. */
const spoiled = (random: Scene, settings: Settings): Settings => {
  const keys = Object.keys(settings)
  if (keys.length === 0 || !random.chance(0.04)) return settings
  const key = random.pick(keys)
  const { [key]: _gone, ...rest } = settings
  return random.chance(0.5)
    ? rest
    : { ...rest, [key]: random.pick(['', ' ', 'x', 'a,a', ',', 'a,,b', 'true ', 'é', '1']) }
}

const prefixed = (prefix: string, settings: Settings): Config =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${prefix}.${key}`, value]))

/** Mostly the class name; else an alias, or what is no transform. */
const typeName = (random: Scene, type: string): string => {
  if (random.chance(0.97)) return `${PACKAGE}.${type}`
  const wrong = [`${PACKAGE}.predicates.RecordIsTombstone`, `${PACKAGE}.Nope`, 'java.lang.String', type.split('$')[0]!]
  return random.pick([type.replace('$', '.'), ` ${PACKAGE}.${type} `, ...wrong])
}

const randomChain = (random: Scene): Config => {
  const config: Record<string, string | null> = {}
  const aliases: string[] = []
  const used = random.pick([0, 0, 1, 2])
  const predicates = Array.from({ length: used }, (_, index) => `p${index}`)
  const length = random.pick([1, 1, 1, 2, 2, 3, 4])
  for (let index = 0; index < length; index++) {
    const type = random.pick(TRANSFORMS)
    const make = (twoSided[type.split('$')[0]!] ?? oneSided[type])!
    const alias = random.chance(0.99) ? `t${index}` : random.pick(['a.b', 'é', 't 0', 't0', 'type'])
    aliases.push(alias)
    const scene = { ...random, isFirst: index === 0 }
    const settings = spoiled(random, { type: typeName(random, type), ...make(scene) })
    Object.assign(config, prefixed(`transforms.${alias}`, settings))
    if (predicates.length > 0 && random.chance(0.6)) {
      config[`transforms.${alias}.predicate`] = random.pick(predicates)
      if (random.chance(0.4)) config[`transforms.${alias}.negate`] = random.pick(['true', 'false', 'True', 'x'])
    } else if (random.chance(0.005)) config[`transforms.${alias}.negate`] = 'true'
    if (random.chance(0.004)) config[`transforms.${alias}.predicate`] = random.pick(['', 'nope', 'p0'])
  }
  for (const alias of predicates) {
    const type = random.pick(Object.keys(PREDICATES))
    const settings = spoiled(random, { type: `${PACKAGE}.predicates.${type}`, ...PREDICATES[type]!(random) })
    Object.assign(config, prefixed(`predicates.${alias}`, settings))
  }
  config['transforms'] = aliases.join(',')
  if (predicates.length > 0) config['predicates'] = predicates.join(',')
  return config
}

/** Names of fields, those of nested structs and maps too. */
const namesIn = (json: Json): string[] => {
  if (json === null || typeof json !== 'object') return []
  const inner = Object.values(json).flatMap(namesIn)
  return Array.isArray(json) ? inner : [...Object.keys(json).filter((key) => !key.startsWith('$')), ...inner]
}

const randomRecord = (random: Random, sink: boolean): RecordJson => ({
  topic: randomTopic(random),
  partition: sink ? random.below(3) : random.pick([null, 0, 3]),
  timestamp: random.chance(0.2) ? null : randomMillis(random),
  ...(sink ? { offset: random.below(100) } : {}),
  key: random.chance(0.4) ? { schema: null, payload: null } : randomSide(random, 1),
  value: randomSide(random),
  headers: random.chance(0.6) ? [] : random.some(3, () => ({ key: random.pick(HEADERS), ...randomSide(random, 0) })),
})

/** Another record with the same schemas, as most that follow have. */
const likeRecord = (random: Random, record: RecordJson): RecordJson => {
  const { schema } = record.value
  if (schema === null) return record
  return { ...record, value: { schema, payload: randomPayload(random, schema as SchemaJson) } }
}

export const randomTransforms = (random: Random): TransformsCase => {
  const sink = random.chance(0.3)
  const format = randomFormat(random)
  random.hints.push(...hintsOf(random, format))
  const first = randomRecord(random, sink)
  const records = [first, likeRecord(random, first), ...random.some(2, () => randomRecord(random, sink))]
  const names = [first.value, first.key].flatMap(({ payload }) => namesIn(payload)).slice(0, 12)
  return { kind: 'transforms', sink, config: randomChain({ ...random, names, format, isFirst: true }), records }
}
