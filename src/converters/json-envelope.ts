import { isUtf8 } from 'node:buffer'
import { DataError } from '../data/errors.ts'
import { DECIMAL_NAME } from '../data/logical-types.ts'
import type { Schema, SchemaAndValue } from '../data/schema.ts'
import { getOwn, isPlainObject } from '../data/values.ts'
import { exactnessOf } from './json-exactness.ts'
import { type Exactness, INEXACT, parseFast, parseJson } from './json-parse.ts'
import { type JsonNode, JsonParser } from './json-parser.ts'
import { compileReader, type JsonReader } from './json-read.ts'
import { readSchema } from './json-read-schema.ts'
import { compileScan, type JsonScan } from './json-scan.ts'
import { JsonScanner, UNUSUAL } from './json-scanner.ts'
import { schemalessValue } from './json-schemaless.ts'
import { LruCache } from './lru-cache.ts'

interface KnownSchema {
  readonly schema: Schema | null
  readonly read: JsonReader
  readonly exactness: Exactness
  readonly scan: JsonScan | undefined
}

interface KnownPrefix extends KnownSchema {
  /** `{"schema":…,"payload":` as it stood in an earlier message. */
  readonly prefix: Buffer
  /** How many payloads one after another were not written the usual way. */
  unusual: number
}

/** So many payloads that are not written the usual way, and most of the next ones are not expected to be either. */
const MOST_UNUSUAL = 8
/** One in so many is tried then. */
const UNUSUAL_STEP = 64

/** Messages of so many schemas may take turns and still be recognised by their first bytes. */
const MOST_PREFIXES = 8

const NO_ENVELOPE =
  'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. ' +
  'If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.'

const know = (schema: Schema | null, defaultForNull: boolean): KnownSchema =>
  schema === null
    ? { schema, read: schemalessValue, exactness: 'integral', scan: undefined }
    : {
        schema,
        read: compileReader(schema, defaultForNull),
        exactness: exactnessOf(schema),
        scan: compileScan(schema, defaultForNull),
      }

const hasDecimals = (node: JsonNode): boolean => JSON.stringify(node, keepExact).includes(DECIMAL_NAME)

/** A payload by the exact parser; undefined when it is not one JSON value. */
const parseWhole = (text: string): JsonNode | undefined => {
  try {
    const parser = new JsonParser(text, false)
    const node = parser.parse(1)
    return parser.atEnd ? node : undefined
  } catch {
    return undefined
  }
}

/** Bigints and decimals are beyond JSON.stringify; this is only a key. */
const keepExact = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** Reads `{"schema":…,"payload":…}`. A schema that was seen before is not parsed again and stays the same object. */
export const envelopeReader = (cacheSize: number, defaultForNull: boolean): ((bytes: Buffer) => SchemaAndValue) => {
  const schemas = new LruCache<string, KnownSchema>(cacheSize)
  const prefixes: KnownPrefix[] = []
  const scanner = new JsonScanner()

  const schemaOfNode = (node: JsonNode): KnownSchema => {
    const key = JSON.stringify(node, keepExact)
    const cached = schemas.get(key)
    if (cached !== undefined) return cached
    const known = know(readSchema(node, defaultForNull), defaultForNull)
    schemas.set(key, known)
    return known
  }

  const learnPrefix = (bytes: Buffer, node: JsonNode, known: KnownSchema): void => {
    const prefix = Buffer.from(`{"schema":${JSON.stringify(node, keepExact)},"payload":`)
    if (bytes.length <= prefix.length || prefix.compare(bytes, 0, prefix.length) !== 0) return
    prefixes.unshift({ ...known, prefix, unusual: 0 })
    if (prefixes.length > MOST_PREFIXES) prefixes.pop()
  }

  /** Straight from the bytes; undefined: it has to be parsed. */
  const scanPayload = (bytes: Buffer, known: KnownPrefix, scan: JsonScan): SchemaAndValue | undefined => {
    if (known.unusual >= MOST_UNUSUAL && known.unusual++ % UNUSUAL_STEP !== 0) return undefined
    try {
      scanner.start(bytes, known.prefix.length)
      const value = scan(scanner)
      if (scanner.at !== bytes.length - 1) throw UNUSUAL
      known.unusual = 0
      return { schema: known.schema, value }
    } catch (error) {
      if (error !== UNUSUAL) throw error
      known.unusual++
      return undefined
    }
  }

  /** What follows a known prefix and ends in the envelope's brace is one JSON value, or this is not that envelope. */
  const readPayload = (bytes: Buffer, { prefix, schema, exactness, read }: KnownPrefix): SchemaAndValue | undefined => {
    const text = bytes.toString('utf8', prefix.length, bytes.length - 1)
    if (text.includes('\ufffd') && !isUtf8(bytes)) return undefined
    const node = parseFast(text, exactness)
    if (node !== undefined) {
      try {
        return { schema, value: read(node) }
      } catch (error) {
        if (error !== INEXACT) throw error
      }
    }
    const exact = parseWhole(text)
    return exact === undefined ? undefined : { schema, value: read(exact) }
  }

  const readKnown = (bytes: Buffer): SchemaAndValue | undefined => {
    if (bytes[bytes.length - 1] !== 0x7d) return undefined
    for (const known of prefixes) {
      if (bytes.length > known.prefix.length && known.prefix.compare(bytes, 0, known.prefix.length) === 0) {
        return (known.scan && scanPayload(bytes, known, known.scan)) ?? readPayload(bytes, known)
      }
    }
    return undefined
  }

  const parseEnvelope = (bytes: Buffer, exactness: 'digits' | 'integral'): Record<string, JsonNode> => {
    const envelope = parseJson(bytes, exactness)
    const fits = isPlainObject(envelope) && Object.keys(envelope).length === 2
    if (!fits || getOwn(envelope, 'schema') === undefined || getOwn(envelope, 'payload') === undefined) {
      throw new DataError(NO_ENVELOPE)
    }
    return envelope
  }

  return (bytes) => {
    const fast = readKnown(bytes)
    if (fast !== undefined) return fast
    const quick = parseEnvelope(bytes, 'integral')
    // The digits of a decimal's fraction count, those of a decimal's default in the schema as well.
    const envelope = hasDecimals(quick['schema']) ? parseEnvelope(bytes, 'digits') : quick
    const known = schemaOfNode(envelope['schema'])
    learnPrefix(bytes, envelope['schema'], known)
    return { schema: known.schema, value: known.read(envelope['payload']) }
  }
}
