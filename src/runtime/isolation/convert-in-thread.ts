import type { SourceRecord } from '../../plugin/record.ts'
import type { WireHeader, WireValue } from '../deliver-parts.ts'
import { createSourceLetters } from '../source-letter.ts'
import type { Stage } from '../tolerance.ts'
import { errorMessage } from './error-message.ts'
import type { ConvertedRecord, FailedRecord } from './packed-source.ts'
import type { ThreadParts } from './thread-parts.ts'

/** As `deliver.ts` does it, up to the producer. */
export const createConvert = ({ chain, converters, tolerance }: ThreadParts) => {
  const { key, value, header, classNames } = converters
  const letterOf = createSourceLetters({ chain, key, value, header })
  let stage: Stage = 'TRANSFORMATION'
  const convert = (polled: SourceRecord): ConvertedRecord => {
    stage = 'TRANSFORMATION'
    const sent = chain === null ? polled : chain.apply(polled)
    if (sent === null) return without(polled, null)
    stage = 'HEADER_CONVERTER'
    const headers: WireHeader[] = sent.headers.map((entry) => ({
      key: entry.key,
      value: header.fromConnectHeader(sent.topic, entry.key, entry.schema, entry.value),
    }))
    stage = 'KEY_CONVERTER'
    const keyBytes: WireValue = key.fromConnect(sent.topic, sent.keySchema, sent.key)
    stage = 'VALUE_CONVERTER'
    const valueBytes: WireValue = value.fromConnect(sent.topic, sent.valueSchema, sent.value)
    const { topic, partition, timestamp } = sent
    return { polled, topic, partition, timestamp, key: keyBytes, value: valueBytes, headers, outcome: undefined }
  }
  const classOf = (): string => {
    if (stage === 'TRANSFORMATION') return chain?.failedClass() ?? ''
    if (stage === 'HEADER_CONVERTER') return classNames.header
    return stage === 'KEY_CONVERTER' ? classNames.key : classNames.value
  }
  const recover = async (polled: SourceRecord, error: unknown): Promise<ConvertedRecord> => {
    let final = error
    if (tolerance.shouldRetry(error)) {
      try {
        return await tolerance.retry(() => convert(polled), error)
      } catch (last) {
        final = last
      }
    }
    const failed = { stage, className: classOf(), error: errorMessage(final), letter: letterOf(polled, stage) }
    return without(polled, failed satisfies FailedRecord)
  }
  return async (polled: readonly SourceRecord[]): Promise<ConvertedRecord[]> => {
    const converted: ConvertedRecord[] = []
    for (const record of polled) {
      try {
        converted.push(convert(record))
      } catch (error) {
        converted.push(await recover(record, error))
      }
    }
    return converted
  }
}

const without = (polled: SourceRecord, outcome: FailedRecord | null): ConvertedRecord => {
  const { topic, partition, timestamp } = polled
  return { polled, topic, partition, timestamp, key: null, value: null, headers: [], outcome }
}
