import type { SourceRecord } from '../plugin/record.ts'
import type { Chain, WireHeader, WireValue } from './deliver-parts.ts'
import { writeRecord } from './record-json.ts'
import type { TaskConverters } from './task-converters.ts'
import type { Stage } from './tolerance.ts'

/** What a source's dead letter holds. */
export interface SourceLetter {
  /**
   * `written`: what was to be written to the topic; `converted`: the record as it was polled, through the converters;
   * `json`: the polled record as JSON, in the form that `connect-standalone try` takes, as it could not be converted;
   * `left out`: nothing, as the record was too large for its topic and for the dead letter queue.
   */
  readonly form: 'written' | 'converted' | 'json' | 'left out'
  /** Where the record was to go. */
  readonly topic: string
  readonly key: WireValue
  readonly value: WireValue
  readonly headers: readonly WireHeader[]
}

export interface SourceLetterParts extends Pick<TaskConverters, 'key' | 'value' | 'header'> {
  readonly chain: Chain | null
}

/** Makes a letter of a record that failed at this stage, with as little loss as possible. Never throws. */
export const createSourceLetters =
  (parts: SourceLetterParts): ((record: SourceRecord, stage: Stage) => SourceLetter) =>
  (record, stage) => {
    try {
      if (stage === 'TRANSFORMATION') return { form: 'converted', ...convert(record, parts) }
      const transformed = stage === 'KAFKA_PRODUCE' && (parts.chain === null ? record : parts.chain.apply(record))
      if (transformed) return { form: 'written', ...convert(transformed, parts) }
    } catch {
      // Then it is told as it is.
    }
    return { form: 'json', topic: record.topic, key: null, value: asJson(record), headers: [] }
  }

const convert = (record: SourceRecord, { key, value, header }: SourceLetterParts): Omit<SourceLetter, 'form'> => ({
  topic: record.topic,
  key: key.fromConnect(record.topic, record.keySchema, record.key),
  value: value.fromConnect(record.topic, record.valueSchema, record.value),
  headers: record.headers.map((entry) => ({
    key: entry.key,
    value: header.fromConnectHeader(record.topic, entry.key, entry.schema, entry.value),
  })),
})

const asJson = (record: SourceRecord): string => {
  try {
    return JSON.stringify(writeRecord(record))
  } catch {
    // A value that does not fit its schema: whatever JSON makes of it.
    const { topic, partition, timestamp, key, value, headers } = record
    return roughJson({ topic, partition, timestamp, key, value, headers })
  }
}

/** JSON of anything: what JSON has no form for becomes text, a circle ends. */
export const roughJson = (value: unknown): string => {
  const above: unknown[] = []
  return JSON.stringify(value, function (this: unknown, _key, member: unknown) {
    // `this` holds the member: whatever stands behind it in the row is done with.
    while (above.length > 0 && above.at(-1) !== this) above.pop()
    if (typeof member === 'bigint' || typeof member === 'function' || typeof member === 'symbol') return String(member)
    if (member instanceof Map) return Object.fromEntries(member)
    if (typeof member !== 'object' || member === null) return member
    if (above.includes(member)) return '[circular]'
    above.push(member)
    return member
  })
}
