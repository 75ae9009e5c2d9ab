import { type ConfigOf, defineConfig } from '../config/define.ts'
import { oneOfIgnoreCase } from '../config/validators.ts'
import { DataError } from '../data/errors.ts'
import type { Schema, SchemaAndValue } from '../data/schema.ts'
import { type Converter, defineConverter, type ValueWriter } from '../plugin/converter.ts'
import { asHeaderConverter } from './header-form.ts'
import { JsonBytesWriter } from './json-bytes-writer.ts'
import { envelopeReader } from './json-envelope.ts'
import { exactnessOf } from './json-exactness.ts'
import { parseJson, readJson } from './json-parse.ts'
import { compileReader } from './json-read.ts'
import { readSchema } from './json-read-schema.ts'
import { readSchemaless } from './json-schemaless.ts'
import { compileWriter, type JsonWriter, type WriteOptions } from './json-write.ts'
import { compileBytes, type JsonBytes } from './json-write-bytes.ts'
import { schemaJson } from './json-write-schema.ts'
import { LruCache } from './lru-cache.ts'
import { jsonTexts } from './text-writers.ts'

const config = defineConfig({
  'schemas.enable': {
    type: 'boolean',
    default: true,
    importance: 'high',
    doc: 'Whether every message carries its schema: written as {"schema": ..., "payload": ...} and expected so when reading.',
    group: 'Schemas',
    order: 0,
    width: 'medium',
    displayName: 'Enable Schemas',
  },
  'schemas.cache.size': {
    type: 'int',
    default: 1000,
    importance: 'high',
    doc: 'The most schemas that are kept prepared for writing, and as many for reading.',
    group: 'Schemas',
    order: 1,
    width: 'medium',
    displayName: 'Schema Cache Size',
  },
  'schema.content': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'A schema, as JSON, for messages that carry none: then messages are read as plain JSON under this schema. Only for reading, and only with schemas.enable.',
    group: 'Schemas',
    order: 2,
    width: 'medium',
    displayName: 'Schema Content',
  },
  'decimal.format': {
    type: 'string',
    default: 'BASE64',
    validator: oneOfIgnoreCase('NUMERIC', 'BASE64'),
    importance: 'low',
    doc: 'How decimals are written: BASE64 for their unscaled value in bytes, NUMERIC for a JSON number. Both are read.',
    group: 'Serialization',
    order: 0,
    width: 'medium',
    displayName: 'Decimal Format',
  },
  'replace.null.with.default': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether a null becomes the default of its schema, where that has one, when writing and when reading.',
    group: 'Serialization',
    order: 1,
    width: 'medium',
    displayName: 'Replace null with default',
  },
})

type JsonSettings = ConfigOf<typeof config>
type Reader = (bytes: Buffer) => SchemaAndValue

const plainReader: Reader = (bytes) => ({ schema: null, value: readSchemaless(bytes) })

/** Reads plain JSON under one schema. */
const fixedSchemaReader = (content: string, defaultForNull: boolean): Reader | undefined => {
  const schema = readSchema(parseSchema(content), defaultForNull)
  if (schema === null) return undefined
  const read = compileReader(schema, defaultForNull)
  const exactness = exactnessOf(schema)
  return (bytes) => ({ schema, value: readJson(bytes, exactness, read) })
}

const parseSchema = (content: string): unknown => {
  try {
    return parseJson(Buffer.from(content), 'digits')
  } catch (error) {
    const cause = error instanceof Error ? error.cause : error
    throw new DataError('Failed to parse schema in converter config due to serialization error: ', { cause })
  }
}

const readerOf = (settings: JsonSettings): Reader => {
  const defaultForNull = settings['replace.null.with.default']
  const content = settings['schema.content']?.trim() ?? ''
  const fixed = content === '' ? undefined : fixedSchemaReader(content, defaultForNull)
  if (!settings['schemas.enable']) return plainReader
  return fixed ?? envelopeReader(settings['schemas.cache.size'], defaultForNull)
}

interface Prepared {
  readonly prefix: string
  readonly suffix: string
  readonly write: JsonWriter
  readonly writer: JsonValueWriter
}

/** Writes the value that it was given last. */
class JsonValueWriter implements ValueWriter {
  value: unknown = null
  readonly #write: JsonBytes
  readonly #out: JsonBytesWriter

  constructor(write: JsonBytes, out: JsonBytesWriter) {
    this.#write = write
    this.#out = out
  }

  write(target: Buffer, position: number): number {
    const out = this.#out
    out.begin(target, position)
    try {
      this.#write(this.value, out)
    } catch {
      return -1
    }
    return out.full ? -1 : out.position
  }
}

/** A schema's envelope and writers, made once as long as the schema stays in the cache. */
const preparer = (size: number, options: WriteOptions, envelope: boolean): ((schema: Schema) => Prepared) => {
  const cache = new LruCache<Schema, Prepared>(size)
  const out = new JsonBytesWriter()
  let lastSchema: Schema | undefined
  let last: Prepared | undefined
  const prepare = (schema: Schema): Prepared => {
    const prefix = envelope ? `{"schema":${schemaJson(schema, options)},"payload":` : ''
    const suffix = envelope ? '}' : ''
    const writer = new JsonValueWriter(compileBytes(schema, options, prefix, suffix), out)
    return { prefix, suffix, write: compileWriter(schema, options), writer }
  }
  return (schema) => {
    if (schema === lastSchema && last !== undefined) return last
    let prepared = cache.get(schema)
    if (prepared === undefined) {
      prepared = prepare(schema)
      cache.set(schema, prepared)
    }
    lastSchema = schema
    last = prepared
    return prepared
  }
}

const writersOf = (
  settings: JsonSettings,
): Required<Pick<Converter, 'fromConnect' | 'writerFor' | 'takesRows' | 'texts'>> => {
  const options: WriteOptions = {
    decimals: settings['decimal.format'].toUpperCase() === 'NUMERIC' ? 'NUMERIC' : 'BASE64',
    defaultForNull: settings['replace.null.with.default'],
  }
  const envelope = settings['schemas.enable']
  const prepare = preparer(settings['schemas.cache.size'], options, envelope)
  const writeSchemaless = compileWriter(null, options)
  return {
    fromConnect(_topic, schema, value) {
      if (schema === null) {
        if (value === null || value === undefined) return null
        return envelope ? `{"schema":null,"payload":${writeSchemaless(value)}}` : writeSchemaless(value)
      }
      const { prefix, suffix, write } = prepare(schema)
      return envelope ? `${prefix}${write(value)}${suffix}` : write(value)
    },
    takesRows: true,
    texts: jsonTexts(),
    writerFor(_topic, schema, value) {
      if (schema === null) return null
      const { writer } = prepare(schema)
      writer.value = value
      return writer
    },
  }
}

/** @throws DataError when `schema.content` is no schema */
const createJsonConverter = (settings: JsonSettings): Converter => {
  const read = readerOf(settings)
  return {
    ...writersOf(settings),
    readsAtOnce: true,
    toConnect: (_topic, bytes) => (bytes === null ? { schema: null, value: null } : read(bytes)),
  }
}

export const jsonConverter = defineConverter({
  kind: 'converter',
  className: 'org.apache.kafka.connect.json.JsonConverter',
  doc: 'JSON, with or without the schema in every message.',
  config,
  create: createJsonConverter,
  createHeader: (settings) => asHeaderConverter(createJsonConverter(settings)),
})
