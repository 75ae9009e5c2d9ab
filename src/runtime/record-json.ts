/** Records as JSON, their schemas and values in the form of data/tagged-json-read.ts. For `connect-standalone try`. */
import { DataError } from '../data/errors.ts'
import { type Headers, NO_HEADERS } from '../data/headers.ts'
import type { SchemaAndValue } from '../data/schema.ts'
import { requireSide } from '../data/tagged-json-check.ts'
import { decodeSide } from '../data/tagged-json-read.ts'
import { encodeSide } from '../data/tagged-json-write.ts'
import { isPlainObject } from '../data/values.ts'
import type { ConnectRecord } from '../plugin/record.ts'

export type JsonObject = Readonly<Record<string, unknown>>

const PARTS = ['topic', 'partition', 'timestamp', 'offset', 'key', 'value', 'headers']

/** What a record tells besides key, value and headers. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number | null
  readonly offset: number | null
}

/** @throws DataError for members that a record does not have, and for members of another type */
export const readPlace = (json: JsonObject, topic: string): RecordPlace => {
  const unknown = Object.keys(json).find((name) => !PARTS.includes(name))
  if (unknown !== undefined) throw new DataError(`a record has no "${unknown}"; accepted: ${PARTS.join(', ')}`)
  if (json['topic'] !== undefined && typeof json['topic'] !== 'string') throw new DataError('topic must be a text')
  return {
    topic: json['topic'] ?? topic,
    partition: integerOf(json, 'partition'),
    timestamp: integerOf(json, 'timestamp'),
    offset: integerOf(json, 'offset'),
  }
}

const integerOf = (json: JsonObject, name: string): number | null => {
  const value = json[name] ?? null
  if (value === null || Number.isSafeInteger(value)) return value as number | null
  throw new DataError(`${name} must be an integer or null`)
}

/** `{schema, payload}`; missing or null: no schema and null. */
export const readSide = (json: unknown, name: string): SchemaAndValue => {
  if (json === undefined || json === null) return { schema: null, value: null }
  if (isSide(json)) {
    requireSide(json, name)
    return decodeSide(json)
  }
  throw new DataError(
    `${name} must be null or {"schema": ..., "payload": ...}; without a schema {"payload": ...} is enough`,
  )
}

export const isSide = (json: unknown): json is { readonly schema?: unknown; readonly payload: unknown } =>
  isPlainObject(json) &&
  Object.hasOwn(json, 'payload') &&
  Object.keys(json).every((name) => name === 'schema' || name === 'payload')

/** @param read what becomes of a header's JSON, its key taken off; `place` is for messages: `headers[0]` */
export const readHeaders = (
  json: unknown,
  read: (header: unknown, key: string, place: string) => SchemaAndValue,
): Headers => {
  if (json === undefined || json === null) return NO_HEADERS
  if (!Array.isArray(json)) throw new DataError('headers must be a list')
  return json.map((header: unknown, index) => {
    const place = `headers[${index}]`
    if (!isPlainObject(header) || typeof header['key'] !== 'string') {
      throw new DataError(`${place} must be an object with a "key"`)
    }
    const { key, ...rest } = header
    return { key, ...read(Object.keys(rest).length === 0 ? null : rest, key, place) }
  })
}

export const writeRecord = (record: ConnectRecord): JsonObject => ({
  topic: record.topic,
  partition: record.partition,
  timestamp: record.timestamp,
  ...('offset' in record ? { offset: record.offset } : {}),
  key: encodeSide({ schema: record.keySchema, value: record.key }),
  value: encodeSide({ schema: record.valueSchema, value: record.value }),
  headers: record.headers.map(({ key, schema, value }) => ({ key, ...encodeSide({ schema, value }) })),
})
