import { type Header, type Headers, NO_HEADERS } from '../data/headers.ts'
import type { SchemaAndValue } from '../data/schema.ts'
import type { FetchedRecord } from '../kafka/fetched-record.ts'
import type { Converter, HeaderConverter } from '../plugin/converter.ts'
import type { SinkRecord } from '../plugin/record.ts'
import type { Chain } from './deliver-parts.ts'
import type { Stage, Tolerance } from './tolerance.ts'

/** A record as fetched. Key and value are views on the fetch response. */
export type ConsumedRecord = FetchedRecord

export interface DeserializeParts {
  readonly chain: Chain | null
  readonly key: Converter
  readonly value: Converter
  readonly header: HeaderConverter
  readonly classNames: { readonly key: string; readonly value: string; readonly header: string }
  readonly tolerance: Tolerance<ConsumedRecord>
  /** Set when the task may report records: remembers which fetched record a sink record came from. */
  readonly origins?: Map<SinkRecord, ConsumedRecord>
}

/**
 * The sink side's middle: fetched bytes -> converters -> transforms -> what `put` gets. One pass; it waits only for a
 * retry. Key, value, headers, then the chain: the JVM's order.
 */
export const createDeserialize = (
  parts: DeserializeParts,
): ((consumed: readonly ConsumedRecord[]) => Promise<SinkRecord[]>) => {
  const { chain, key, value, header, classNames, tolerance, origins } = parts
  let stage: Stage = 'KEY_CONVERTER'

  const convert = (raw: ConsumedRecord): SinkRecord | null => {
    const { topic, partition, offset } = raw
    stage = 'KEY_CONVERTER'
    const convertedKey = convertKey(raw)
    stage = 'VALUE_CONVERTER'
    const convertedValue = convertValue(raw)
    stage = 'HEADER_CONVERTER'
    const headers = raw.headers.length === 0 ? NO_HEADERS : convertHeaders(raw)
    const record: SinkRecord = {
      topic,
      partition,
      keySchema: convertedKey.schema,
      key: convertedKey.value,
      valueSchema: convertedValue.schema,
      value: convertedValue.value,
      timestamp: raw.timestamp === -1 ? null : raw.timestamp,
      headers,
      offset,
      timestampType: raw.timestampType,
      originalTopic: topic,
      originalPartition: partition,
      originalOffset: offset,
    }
    if (chain === null) return record
    stage = 'TRANSFORMATION'
    return chain.apply(record)
  }

  const convertKey = (raw: ConsumedRecord): SchemaAndValue => {
    if (key.toConnectText !== undefined && raw.keyText !== undefined) {
      const converted = key.toConnectText(raw.topic, raw.keyText())
      if (converted !== null) return converted
    }
    return key.toConnect(raw.topic, key.readsAtOnce && raw.briefKey !== undefined ? raw.briefKey() : raw.key)
  }

  const convertValue = (raw: ConsumedRecord): SchemaAndValue => {
    if (value.toConnectText !== undefined && raw.valueText !== undefined) {
      const converted = value.toConnectText(raw.topic, raw.valueText())
      if (converted !== null) return converted
    }
    return value.toConnect(raw.topic, value.readsAtOnce && raw.briefValue !== undefined ? raw.briefValue() : raw.value)
  }

  const convertHeaders = (raw: ConsumedRecord): Headers => {
    const headers: Header[] = []
    for (const entry of raw.headers) {
      const converted = header.toConnectHeader(raw.topic, entry.key, entry.value)
      headers.push({ key: entry.key, schema: converted?.schema ?? null, value: converted?.value ?? null })
    }
    return headers
  }

  const failedClass = (): string => {
    if (stage === 'TRANSFORMATION') return chain?.failedClass() ?? ''
    return stage === 'KEY_CONVERTER'
      ? classNames.key
      : stage === 'VALUE_CONVERTER'
        ? classNames.value
        : classNames.header
  }

  const recover = async (raw: ConsumedRecord, error: unknown): Promise<SinkRecord | null> => {
    let final = error
    if (tolerance.shouldRetry(error)) {
      try {
        return await tolerance.retry(() => convert(raw), error)
      } catch (last) {
        final = last
      }
    }
    const cause = final instanceof Error ? final : new Error(String(final))
    tolerance.failed({ stage, className: failedClass(), error: cause, raw })
    return null
  }

  return async (consumed) => {
    const records: SinkRecord[] = []
    for (const raw of consumed) {
      let record: SinkRecord | null
      try {
        record = convert(raw)
      } catch (error) {
        record = await recover(raw, error)
      }
      if (record === null) continue
      records.push(record)
      origins?.set(record, raw)
    }
    return records
  }
}
