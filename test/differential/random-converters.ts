/** Converters in all roles and directions. */
import type { Config, ConverterCase, Json, Side } from './case.ts'
import type { Random } from './random.ts'
import { randomJsonBytes, randomRawBytes, textUnder } from './random-json.ts'
import { randomFloat, randomInt, randomLong, randomText, structuredText, taggedFloat } from './random-scalars.ts'
import { randomSchema, randomStruct } from './random-schema.ts'
import { randomSide } from './random-value.ts'

const CONVERTERS = 'org.apache.kafka.connect.converters'
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'
const STRING_CONVERTER = 'org.apache.kafka.connect.storage.StringConverter'
const HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter'
const NUMBERS = ['Short', 'Integer', 'Long', 'Float', 'Double'].map((name) => `${CONVERTERS}.${name}Converter`)

export const randomConverter = (random: Random): ConverterCase => {
  const converter = random.pick([
    ...[
      JSON_CONVERTER,
      JSON_CONVERTER,
      JSON_CONVERTER,
      JSON_CONVERTER,
      JSON_CONVERTER,
      STRING_CONVERTER,
      STRING_CONVERTER,
    ],
    ...[HEADER_CONVERTER, HEADER_CONVERTER, HEADER_CONVERTER, random.pick(NUMBERS)],
    random.pick([`${CONVERTERS}.ByteArrayConverter`, `${CONVERTERS}.BooleanConverter`]),
  ])
  const role = converter === HEADER_CONVERTER ? 'header' : random.pick(['key', 'value', 'header'] as const)
  const op = random.pick(['fromConnect', 'toConnect'] as const)
  const { config, bytes } = settingsOf(random, converter)
  const input: () => Side | string | null =
    op === 'toConnect'
      ? () => (random.chance(0.02) ? null : bytes().toString('base64'))
      : () => inputSide(random, converter)
  return { kind: 'converter', converter, role, config, op, inputs: [input(), ...random.some(3, input)] }
}

const inputSide = (random: Random, converter: string) => {
  if (!NUMBERS.includes(converter) || random.chance(0.3)) return randomSide(random)
  const [type, value] = random.pick<() => readonly [string, Json]>([
    () => ['int16', randomInt(random, 16)],
    () => ['int32', randomInt(random, 32)],
    () => ['int64', randomLong(random)],
    () => ['float', taggedFloat(randomFloat(random, true))],
    () => ['double', taggedFloat(randomFloat(random, false))],
  ])()
  return { schema: { type, optional: random.chance(0.5) }, payload: value }
}

interface Chosen {
  readonly config: Config
  /** What it is given to read. */
  readonly bytes: () => Buffer
}

const settingsOf = (random: Random, converter: string): Chosen => {
  switch (converter) {
    case JSON_CONVERTER:
      return jsonSettings(random)
    case STRING_CONVERTER: {
      const encoding = random.pick([
        'UTF-8',
        'UTF8',
        'utf-8',
        'ISO-8859-1',
        'US-ASCII',
        'UTF-16',
        'UTF-16BE',
        'UTF-16LE',
        'windows-1252',
        'bogus',
        '',
      ])
      return {
        config: random.chance(0.5) ? {} : { 'converter.encoding': encoding },
        bytes: () => randomRawBytes(random),
      }
    }
    case HEADER_CONVERTER:
      return { config: {}, bytes: () => Buffer.from(random.chance(0.6) ? structuredText(random) : randomText(random)) }
    default:
      return {
        config: {},
        bytes: () =>
          random.chance(0.5)
            ? Buffer.from(
                Array.from({ length: random.pick([1, 2, 4, 8]) }, () =>
                  random.pick([0, 1, 127, 128, 255, random.below(256)]),
                ),
              )
            : randomRawBytes(random),
      }
  }
}

const jsonSettings = (random: Random): Chosen => {
  const enable = random.pick([undefined, 'true', 'false', 'false', 'FALSE', 'no'])
  const fixed = random.chance(0.2)
    ? random.chance(0.6)
      ? randomStruct(random, 2)
      : randomSchema(random, 2)
    : undefined
  const content =
    fixed === undefined ? random.pick(['', ' ', '{}', 'null', '5', '{"type":"bogus"}', '{']) : JSON.stringify(fixed)
  const some = (probability: number, settings: Config): Config => (random.chance(probability) ? settings : {})
  const config: Config = {
    ...(enable === undefined ? {} : { 'schemas.enable': enable }),
    ...some(0.3, { 'decimal.format': random.pick(['NUMERIC', 'BASE64', 'numeric', 'x']) }),
    ...some(0.3, { 'replace.null.with.default': random.pick(['true', 'false']) }),
    ...some(0.1, { 'schemas.cache.size': random.pick(['1', '0', '10', '-1', 'x']) }),
    ...(fixed === undefined ? some(0.04, { 'schema.content': content }) : { 'schema.content': content }),
  }
  const envelopes = enable === undefined || enable === 'true'
  return {
    config,
    bytes: () =>
      fixed !== undefined && random.chance(0.8) ? textUnder(random, fixed) : randomJsonBytes(random, envelopes),
  }
}
