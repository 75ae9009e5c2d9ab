/** JSON as JsonConverter finds it on topics: what it wrote itself, and what others did to it. */

import { parseDecimal } from '../../src/data/java-text.ts'
import { bigIntToBytes, DATE_NAME, DECIMAL_NAME } from '../../src/data/logical-types.ts'
import type { Json } from './case.ts'
import type { Random } from './random.ts'
import { randomText } from './random-scalars.ts'
import { randomSchema, randomStruct, type SchemaJson } from './random-schema.ts'
import { randomObject, randomPayload, randomSchemaless } from './random-value.ts'

type Tagged = { readonly [tag: string]: Json }

const tagOf = (value: Json): string | undefined => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const [tag, ...more] = Object.keys(value)
  return more.length === 0 && tag?.startsWith('$') ? tag : undefined
}

/** The JSON text of a payload in the tagged form. */
export const payloadText = (schema: SchemaJson | null, value: Json, random: Random): string => {
  if (value === null) return 'null'
  const tag = schema?.type === 'struct' ? undefined : tagOf(value)
  if (tag !== undefined) return taggedText(schema, tag, (value as Tagged)[tag]!, random)
  if (Array.isArray(value)) {
    if (schema?.type === 'map') return mapText(schema, value as readonly (readonly [Json, Json])[], random)
    const items = (schema?.['items'] ?? null) as SchemaJson | null
    return `[${value.map((item) => payloadText(items, item as Json, random)).join(',')}]`
  }
  if (typeof value === 'object') {
    const fields = (schema?.['fields'] ?? []) as readonly SchemaJson[]
    const entries = Object.entries(value).map(([name, each]) => {
      const field = fields.find((one) => one['field'] === name) ?? null
      return `${JSON.stringify(name)}:${payloadText(field, each, random)}`
    })
    return `{${entries.join(random.chance(0.1) ? ' , ' : ',')}}`
  }
  if (typeof value === 'number' && random.chance(0.05)) return spelled(value, random)
  return JSON.stringify(value)
}

const mapText = (schema: SchemaJson, pairs: readonly (readonly [Json, Json])[], random: Random): string => {
  const [keys, values] = [schema['keys'] as SchemaJson, schema['values'] as SchemaJson]
  const texts = pairs.map(([key, each]) => [payloadText(keys, key, random), payloadText(values, each, random)] as const)
  const object = keys.type === 'string' && keys['optional'] !== true
  return object
    ? `{${texts.map(([key, each]) => `${key}:${each}`).join(',')}}`
    : `[${texts.map(([key, each]) => `[${key},${each}]`).join(',')}]`
}

const taggedText = (schema: SchemaJson | null, tag: string, content: Json, random: Random): string => {
  switch (tag) {
    case '$int64':
    case '$bigint':
      return String(content)
    case '$float64':
    case '$float32':
      return typeof content === 'string' && content !== '-0.0' ? JSON.stringify(content) : String(content)
    case '$date':
      return String(schema?.['name'] === DATE_NAME ? Math.trunc(Number(content) / 86_400_000) : content)
    case '$decimal': {
      const decimal = parseDecimal(String(content))!
      if (schema?.['name'] !== DECIMAL_NAME || random.chance(0.4)) return String(content)
      return JSON.stringify(bigIntToBytes(decimal.unscaled).toString('base64'))
    }
    case '$int8':
    case '$int16':
    case '$int32':
      return String(content)
    default:
      return JSON.stringify(content)
  }
}

/** The same number, or one close to it, in another spelling. */
const spelled = (value: number, random: Random): string =>
  random.pick([
    `${value}.0`,
    `${value}e0`,
    `0${value}`,
    `${value}E+2`,
    `${value}.9`,
    `"${value}"`,
    `-${value}`,
    `+${value}`,
    `${value}e400`,
    `${value}e-400`,
  ])

const JUNK = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '0',
    '-0',
    '-0.0',
    '1e400',
    '-',
    '.5',
    '5.',
    '1e',
    '00',
    '01',
    '-01',
    '{}',
    '[]',
    '{"a":1}x',
    '1 2',
    '"a',
    "'a'",
    'NaN',
  ],
  ...[
    '{"schema":null,"payload":null}',
    '{"payload":1,"schema":null}',
    '{"schema":null}',
    '{"schema":null,"payload":1,"x":2}',
  ],
  ...[
    '{"schema":{"type":"string"},"payload":5}',
    '{"schema":{"type":"int8"},"payload":300}',
    '{"schema":{"type":"bogus"},"payload":1}',
  ],
  ...[
    '{"schema":{},"payload":1}',
    '{"schema":"string","payload":1}',
    '{"schema":[],"payload":1}',
    '{"schema":{"type":5},"payload":1}',
  ],
  ...[
    '{"schema":{"type":"array"},"payload":[]}',
    '{"schema":{"type":"map","keys":{"type":"string"}},"payload":{}}',
    '[1,]',
    '{"a":1,}',
    '{"a":1,"a":2}',
  ],
  ...[
    '{"schema":{"type":"struct"},"payload":{}}',
    '{"schema":{"type":"struct","fields":[{"type":"int8"}]},"payload":{}}',
    '{a:1}',
    '[1 2]',
    '/**/1',
    '1//',
  ],
  ...[
    '9223372036854775808',
    '-9223372036854775809',
    '123456789012345678901234567890',
    '0.1e1',
    '1E5',
    '"\\u00e9\\ud83d\\ude00\\ud800"',
    '"\\x"',
    '"\t"',
    '\ufeff1',
    '"\\/"',
  ],
  ...[
    '{"schema":{"type":"int32","optional":true,"name":5,"version":"1","doc":1},"payload":null}',
    '{"schema":{"type":"int32","version":1.5},"payload":1}',
  ],
  ...[
    '{"schema":{"type":"int32","parameters":{"a":1}},"payload":1}',
    '{"schema":{"type":"int32","parameters":[]},"payload":1}',
    '{"schema":{"type":"int32","default":"x"},"payload":1}',
  ],
  ...[
    '{"schema":{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1},"payload":"AA=="}',
    '{"schema":{"type":"bytes"},"payload":"x"}',
  ],
  ...[
    '{"schema":{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"x"}},"payload":1.5}',
    '{"schema":{"type":"bytes"},"payload":1}',
  ],
  ...[
    '{"schema":{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp"},"payload":1.5}',
    '{"schema":{"type":"int32","name":"org.apache.kafka.connect.data.Date"},"payload":9999999999}',
  ],
  ...[
    '{"schema":{"type":"int32","name":"org.apache.kafka.connect.data.Time"},"payload":86400001}',
    '{"schema":{"type":"int32","name":"org.apache.kafka.connect.data.Time"},"payload":-1}',
  ],
]

const SPLICES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '1',
  '-',
  '.',
  'e',
  'null',
  'true',
  '\\',
  ' ',
  '\n',
  '\u0000',
  '\\u12',
  '/',
  '"a":1,',
  '99999999999',
  'é',
  '""',
  '{}',
  '[]',
  '1.5',
]

const damaged = (random: Random, text: string): string => {
  const at = random.below(text.length + 1)
  const gone = random.pick([0, 0, 1, 1, 2, 5])
  return text.slice(0, at) + (random.chance(0.7) ? random.pick(SPLICES) : '') + text.slice(at + gone)
}

/** A payload that fits now and then only by luck. */
const looseText = (random: Random, schema: SchemaJson): string => {
  if (random.chance(0.75)) return payloadText(schema, randomPayload(random, schema), random)
  return payloadText(
    null,
    random.chance(0.5) ? randomSchemaless(random, 2, true) : randomObject(random, 2, true),
    random,
  )
}

export const randomEnvelope = (random: Random): string => {
  const schema = random.chance(0.15) ? null : random.chance(0.6) ? randomStruct(random, 2) : randomSchema(random, 2)
  const payload =
    schema === null ? payloadText(null, randomSchemaless(random, 2, true), random) : looseText(random, schema)
  const schemaText = JSON.stringify(schema)
  return random.chance(0.9)
    ? `{"schema":${schemaText},"payload":${payload}}`
    : `{ "payload" : ${payload}, "schema" : ${schemaText} }`
}

/** Of a message under a schema that is fixed in the config. */
export const textUnder = (random: Random, schema: SchemaJson): Buffer => finish(random, looseText(random, schema))

export const randomJsonBytes = (random: Random, envelopes: boolean): Buffer => {
  if (random.chance(0.12)) return Buffer.from(random.pick(JUNK))
  const text = random.chance(envelopes ? 0.85 : 0.15)
    ? randomEnvelope(random)
    : payloadText(null, random.chance(0.6) ? randomObject(random, 2, true) : randomSchemaless(random, 2, true), random)
  return finish(random, text)
}

const finish = (random: Random, text: string): Buffer => {
  let final = text
  while (random.chance(0.18)) final = damaged(random, final)
  if (random.chance(0.03)) return Buffer.from(final, 'utf16le')
  const bytes = Buffer.from(final)
  if (random.chance(0.04) && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256)
  return bytes
}

export const randomRawBytes = (random: Random): Buffer =>
  random.chance(0.5)
    ? Buffer.from(random.some(9, () => random.pick([0, 1, 255, 128, 65, 0xe2, 0x82, 0xac])))
    : Buffer.from(randomText(random))
