/** What a connector's transforms and converters make of one record, with no broker and no task. */
import { isUtf8 } from 'node:buffer'
import { DataError } from '../data/errors.ts'
import type { SchemaAndValue } from '../data/schema.ts'
import { isPlainObject } from '../data/values.ts'
import { jvmClassOf } from '../plugin/errors.ts'
import type { ConnectRecord, SinkRecord, SourceRecord } from '../plugin/record.ts'
import type { WireValue } from './deliver-parts.ts'
import { isSide, type JsonObject, readHeaders, readPlace, readSide, writeRecord } from './record-json.ts'
import type { TaskConverters } from './task-converters.ts'
import type { TransformChain } from './transform-chain.ts'

export interface TryParts {
  readonly kind: 'source' | 'sink'
  readonly chain: TransformChain | null
  readonly converters: TaskConverters
  /** Of records that name none. */
  readonly topic: string
  /** What errors say passes through it. */
  readonly mask: (text: string) => string
}

/** What one transform did: the record as it left it (null: dropped), or that its predicate passed it by. */
export interface TriedStep {
  readonly name: string
  readonly class: string
  readonly skipped?: true
  readonly output?: JsonObject | null
}

export interface TriedError {
  /** Of the input, from 1. */
  readonly line?: number
  /** `input`: what was given is no record. */
  readonly phase: 'input' | 'convert' | 'apply'
  /** Which transform or converter it was. */
  readonly at?: string
  readonly class: string
  readonly message: string
  readonly causes: readonly { readonly class: string; readonly message: string }[]
}

export interface TriedBytes {
  /** base64 */
  readonly bytes: string | null
  /** The same as text, when it is UTF-8. */
  readonly bytesText?: string
}

export interface Tried {
  /** The record as it came to the first transform. */
  readonly input?: JsonObject
  readonly steps: readonly TriedStep[]
  /** After the last transform; null: dropped. */
  readonly output?: JsonObject | null
  /** What a source writes to the topic. */
  readonly written?: {
    readonly key: TriedBytes
    readonly value: TriedBytes
    readonly headers: readonly (TriedBytes & { readonly key: string })[]
  }
  readonly error?: TriedError
}

/**
 * Runs one record: of a source through the transforms and then the converters, of a sink through the converters and then the
 * transforms. Never throws: what goes wrong is in the result.
 */
export const createTry = ({ kind, chain, converters, topic, mask }: TryParts): ((json: JsonObject) => Tried) => {
  let phase: TriedError['phase'] = 'input'
  let at: string | undefined

  const readSource = (json: JsonObject): SourceRecord => {
    const { topic: own, partition, timestamp } = readPlace(json, topic)
    const key = readSide(json['key'], 'key')
    const value = readSide(json['value'], 'value')
    const headers = readHeaders(json['headers'], (header, _key, place) => readSide(header, place))
    return {
      ...{ topic: own, partition, timestamp, headers, sourcePartition: null, sourceOffset: null },
      ...{ keySchema: key.schema, key: key.value, valueSchema: value.schema, value: value.value },
    }
  }

  const readSink = (json: JsonObject): SinkRecord => {
    const { topic: own, partition, timestamp, offset } = readPlace(json, topic)
    const [p, o] = [partition ?? 0, offset ?? 0]
    const key = readConverted(json['key'], 'key', 'key', (bytes) => converters.key.toConnect(own, bytes))
    const value = readConverted(json['value'], 'value', 'value', (bytes) => converters.value.toConnect(own, bytes))
    const headers = readHeaders(json['headers'], (header, name, place) =>
      readConverted(
        header,
        'header',
        place,
        (bytes) => converters.header.toConnectHeader(own, name, bytes) ?? { schema: null, value: null },
      ),
    )
    return {
      ...{ topic: own, partition: p, timestamp, headers, offset: o, timestampType: 'CreateTime' },
      ...{ keySchema: key.schema, key: key.value, valueSchema: value.schema, value: value.value },
      ...{ originalTopic: own, originalPartition: p, originalOffset: o },
    }
  }

  /** A side that has a schema already passes by its converter. */
  const readConverted = (
    json: unknown,
    role: 'key' | 'value' | 'header',
    place: string,
    convert: (bytes: Buffer | null) => SchemaAndValue,
  ): SchemaAndValue => {
    if (isSide(json)) return readSide(json, place)
    const bytes = bytesOf(json, place)
    phase = 'convert'
    at = `${role}.converter ${converters.classNames[role]}`
    const converted = convert(bytes)
    phase = 'input'
    at = undefined
    return converted
  }

  const transform = (record: ConnectRecord, steps: TriedStep[]): ConnectRecord | null => {
    phase = 'apply'
    let current = record
    for (const { alias, className, predicate, negate, transform: apply } of chain?.stages ?? []) {
      at = `transforms.${alias} ${className}`
      if (predicate !== null && predicate(current) === negate) {
        steps.push({ name: alias, class: className, skipped: true })
        continue
      }
      const next = apply(current)
      steps.push({ name: alias, class: className, output: next === null ? null : writeRecord(next) })
      if (next === null) return null
      current = next
    }
    return current
  }

  const write = (record: ConnectRecord): NonNullable<Tried['written']> => {
    phase = 'convert'
    at = `header.converter ${converters.classNames.header}`
    const headers = record.headers.map(({ key, schema, value }) => ({
      key,
      ...shown(converters.header.fromConnectHeader(record.topic, key, schema, value)),
    }))
    at = `key.converter ${converters.classNames.key}`
    const key = shown(converters.key.fromConnect(record.topic, record.keySchema, record.key))
    at = `value.converter ${converters.classNames.value}`
    const value = shown(converters.value.fromConnect(record.topic, record.valueSchema, record.value))
    return { key, value, headers }
  }

  return (json) => {
    const steps: TriedStep[] = []
    let tried: Tried = { steps }
    phase = 'input'
    at = undefined
    try {
      const record: ConnectRecord = kind === 'source' ? readSource(json) : readSink(json)
      tried = { ...tried, input: writeRecord(record) }
      const output = transform(record, steps)
      tried = { ...tried, output: output === null ? null : writeRecord(output) }
      return kind === 'source' && output !== null ? { ...tried, written: write(output) } : tried
    } catch (error) {
      return { ...tried, error: { phase, ...(at === undefined ? {} : { at }), ...describe(error, mask) } }
    }
  }
}

/** What a sink reads: a text, `{"text": ...}`, `{"json": ...}`, `{"bytes": base64}` (as `written` shows it) or null. */
const bytesOf = (json: unknown, place: string): Buffer | null => {
  if (json === null || json === undefined) return null
  if (typeof json === 'string') return Buffer.from(json)
  if (isPlainObject(json)) {
    const { bytesText: _shown, ...form } = json
    const [name, ...more] = Object.keys(form)
    const content = form[name ?? '']
    if (more.length === 0) {
      if (name === 'text' && typeof content === 'string') return Buffer.from(content)
      if (name === 'json') return Buffer.from(JSON.stringify(content))
      if (name === 'bytes' && typeof content === 'string') return Buffer.from(content, 'base64')
      if (name === 'bytes' && content === null) return null
    }
  }
  throw new DataError(
    `${place} must be a text, {"text": ...}, {"json": ...}, {"bytes": base64}, {"schema": ..., "payload": ...} or null`,
  )
}

const shown = (value: WireValue): TriedBytes => {
  if (value === null) return { bytes: null }
  const bytes =
    typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.length)
  return { bytes: bytes.toString('base64'), ...(isUtf8(bytes) ? { bytesText: bytes.toString() } : {}) }
}

const describe = (error: unknown, mask: (text: string) => string) => {
  const one = (each: unknown) => ({
    class: jvmClassOf(each),
    message: mask(each instanceof Error ? each.message : String(each)),
  })
  const causes: ReturnType<typeof one>[] = []
  for (let cause = (error as Error).cause; cause instanceof Error; cause = cause.cause) causes.push(one(cause))
  return { ...one(error), causes }
}
