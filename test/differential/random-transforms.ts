/** Chains of transforms and predicates with settings that fit, and some that do not. */
import type { Config, RecordJson, TransformsCase } from './case.ts'
import type { Random } from './random.ts'
import { randomMillis, randomText, structuredText } from './random-scalars.ts'
import type { SchemaJson } from './random-schema.ts'
import { FIELD_NAMES } from './random-schema.ts'
import { randomPayload, randomSide } from './random-value.ts'

type Settings = Record<string, string>
type Make = (random: Random) => Settings

const name = (random: Random): string => random.pick(FIELD_NAMES)
const list = (random: Random, make: (random: Random) => string): string =>
  Array.from({ length: 1 + random.below(3) }, () => make(random)).join(random.pick([',', ', ', ',']))
const maybe = (random: Random, probability: number, settings: () => Settings): Settings =>
  random.chance(probability) ? settings() : {}
const nullDefault: Make = (random) =>
  maybe(random, 0.3, () => ({ 'replace.null.with.default': random.pick(['true', 'false', 'TRUE', 'no']) }))

/** Each to a new name: where a field has that name already, or two get it, the JVM's hash order tells which one counts. */
const renames = (random: Random): string =>
  ['r1', 'r2', random.pick(['r3', 'é'])]
    .slice(0, 1 + random.below(3))
    .map((target) => `${name(random)}:${target}`)
    .join(',')

const CAST_TYPES = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string']
const castType = (random: Random): string =>
  random.pick([...CAST_TYPES, ...CAST_TYPES, ...CAST_TYPES, 'INT8', 'bytes', 'array', 'x', ''])
const HEADERS = ['h', 'h1', 'x', 'H', '', 'a']
const header = (random: Random): string => random.pick(HEADERS)
const FORMATS = [
  ...[
    'yyyy-MM-dd',
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
    'yyyyMMdd',
    'yyyy',
    'MMM d, yyyy h:mm a',
    'EEE, dd MMM yyyy HH:mm:ss Z',
  ],
  ...[
    'HH:mm:ss',
    'yy/M/d',
    "''yyyy''",
    'D',
    'u',
    'k:m',
    'K a',
    'ss.SSS',
    'yyyy-MM-dd HH:mm:ss z',
    'XXX',
    'X',
    'G',
    'w W F E',
    'EEEE MMMM',
  ],
  ...['yyyy-MM-dd HH:mm:ss.SSSSSS', "'", 'q', 'y', 'yyyyy', 'MMMMM', 'YYYY-ww-u', 'LLLL', ''],
]
const REGEXES = [
  ...[
    '.*',
    '(.*)-v\\d+',
    't',
    't(.*)',
    '(t)(-v1)?',
    '[a-z]+',
    '(?i)T',
    '(?<n>t).*',
    'a|t',
    '',
    '\\w+',
    't{1}',
    '(',
    '[',
    't++',
    '\\Qt\\E',
  ],
  ...[
    '(?:t|x)(.?)',
    '\\p{L}+',
    '[^x]*',
    '^t$',
    'x*',
    '[a-y&&[^b]]',
    '(?x) t # c',
    '\\p{javaLowerCase}+',
    '(.)*',
    '(t|(x))+',
  ],
]
// biome-ignore lint/suspicious/noTemplateCurlyInString: Java's
const REPLACEMENTS = ['$1', '$0', 'x', '${n}', '\\$', 'pre-$0', '$2', '$', '\\', '$1$1', '', 'a$10', '${x}', 'é']
// biome-ignore lint/suspicious/noTemplateCurlyInString: TimestampRouter's
const TOPIC_FORMATS = ['${topic}-${timestamp}', '${timestamp}_${topic}_${topic}', 'x', '${topic}$1', '']

const twoSided: Readonly<Record<string, Make>> = {
  Cast: (random) => ({
    spec: random.chance(0.3)
      ? castType(random)
      : list(random, (one) => `${name(one)}:${castType(one)}${one.chance(0.02) ? ':x' : ''}`),
    ...nullDefault(random),
  }),
  ExtractField: (random) => ({
    field: random.pick([name(random), `${name(random)}.${name(random)}`, '`a.q`.c', '`a', 'a.', '.', '']),
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
      `${random.pick([...FIELD_NAMES, 'n1', 'n2', 'n3', 'n4'])}${random.pick(['', '', '!', '?', '!?'])}`
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
      replacement: random.chance(0.6) ? random.pick(['5', '-1.5', 'x', '300', '1e3']) : randomText(random),
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
    ...maybe(random, 0.8, () => ({ format: random.pick(FORMATS) })),
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
  RegexRouter: (random) => ({ regex: random.pick(REGEXES), replacement: random.pick(REPLACEMENTS) }),
  TimestampRouter: (random) => ({
    ...maybe(random, 0.6, () => ({
      'topic.format': random.pick(TOPIC_FORMATS),
    })),
    ...maybe(random, 0.6, () => ({ 'timestamp.format': random.pick(FORMATS) })),
  }),
  ValueToKey: (random) => ({ fields: list(random, name), ...nullDefault(random) }),
}

const PREDICATES: Readonly<Record<string, Make>> = {
  HasHeaderKey: (random) => ({ name: header(random) }),
  RecordIsTombstone: () => ({}),
  TopicNameMatches: (random) => ({ pattern: random.pick(REGEXES) }),
}

const PACKAGE = 'org.apache.kafka.connect.transforms'
const TRANSFORMS = [
  ...Object.keys(twoSided).flatMap((each) => [`${each}$Value`, `${each}$Value`, `${each}$Key`]),
  ...Object.keys(oneSided),
]

/** Something is left out or replaced. */
const spoiled = (random: Random, settings: Settings): Settings => {
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

const randomChain = (random: Random): Config => {
  const config: Record<string, string | null> = {}
  const aliases: string[] = []
  const used = random.pick([0, 0, 1, 2])
  const predicates = Array.from({ length: used }, (_, index) => `p${index}`)
  const length = random.pick([1, 1, 1, 2, 2, 3, 4])
  for (let index = 0; index < length; index++) {
    const type = random.pick(TRANSFORMS)
    const make = (twoSided[type.split('$')[0]!] ?? oneSided[type])!
    const alias = `t${index}`
    aliases.push(alias)
    const settings = spoiled(random, { type: `${PACKAGE}.${type}`, ...make(random) })
    Object.assign(config, prefixed(`transforms.${alias}`, settings))
    if (predicates.length > 0 && random.chance(0.6)) {
      config[`transforms.${alias}.predicate`] = random.pick(predicates)
      if (random.chance(0.4)) config[`transforms.${alias}.negate`] = random.pick(['true', 'false', 'True', 'x'])
    } else if (random.chance(0.005)) config[`transforms.${alias}.negate`] = 'true'
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

const randomRecord = (random: Random, sink: boolean): RecordJson => ({
  topic: random.pick(['t', 't', 't-v1', 'orders', 'T', 'é', 'a']),
  partition: sink ? random.below(3) : random.pick([null, 0, 3]),
  timestamp: random.chance(0.2) ? null : randomMillis(random),
  ...(sink ? { offset: random.below(100) } : {}),
  key: random.chance(0.4) ? { schema: null, payload: null } : randomSide(random, 1),
  value: randomSide(random),
  headers: random.chance(0.6) ? [] : random.some(3, () => ({ key: header(random), ...randomSide(random, 0) })),
})

/** Another record with the same schemas, as most that follow have. */
const likeRecord = (random: Random, record: RecordJson): RecordJson => {
  const { schema } = record.value
  if (schema === null) return record
  return { ...record, value: { schema, payload: randomPayload(random, schema as SchemaJson) } }
}

export const randomTransforms = (random: Random): TransformsCase => {
  const sink = random.chance(0.3)
  const first = randomRecord(random, sink)
  const records = [first, likeRecord(random, first), ...random.some(2, () => randomRecord(random, sink))]
  return { kind: 'transforms', sink, config: randomChain(random), records }
}
