import { ConnectError } from '../plugin/errors.ts'
import type { SourceRecord } from '../plugin/record.ts'
import type { OffsetRun } from './committable-offsets.ts'
import type { WireHeader, WireValue } from './deliver.ts'
import { errorHeader, failureHeaders } from './error-headers.ts'
import { roughJson, type SourceLetter } from './source-letter.ts'
import type { ErrorCounts, Failure, Stage } from './tolerance.ts'

/** What it needs of its producer, whose deliveries it does not see: the run it hands on hears of the acknowledgement. */
export interface SourceLetterProducer {
  append(
    topic: string,
    partition: number | null,
    timestamp: number,
    key: WireValue,
    value: WireValue,
    headers: readonly WireHeader[],
    run: OffsetRun,
    record: SourceRecord,
  ): void
}

export interface SourceDeadLetterParts {
  readonly topic: string
  readonly contextHeaders: boolean
  readonly connector: string
  readonly task: number
  readonly letterOf: (record: SourceRecord, stage: Stage) => SourceLetter
  readonly producer: SourceLetterProducer
  readonly counts?: Pick<ErrorCounts, 'deadLetters'>
}

/**
 * Takes over a record that is skipped: its offset may be committed only when its letter is acknowledged.
 * @throws ConnectError when the letter cannot be written at all; the record is then not skipped
 */
export type TakeDeadLetter = (failure: Failure<SourceRecord>, run: OffsetRun) => void

/** Writes the records that a source skips, with `__connect.errors.*` headers that tell where they came from. */
export const createSourceDeadLetters =
  (parts: SourceDeadLetterParts): TakeDeadLetter =>
  (failure, run) => {
    const { raw: record, stage } = failure
    const letter = parts.letterOf(record, stage)
    const { timestamp } = record
    const time = timestamp === null || timestamp < 0 ? Date.now() : timestamp
    const headers = parts.contextHeaders ? [...letter.headers, ...contextOf(failure, letter, parts)] : letter.headers
    try {
      parts.producer.append(parts.topic, null, time, letter.key, letter.value, headers, run, record)
    } catch (error) {
      throw new ConnectError(`Could not write to the dead letter queue ${parts.topic}`, { cause: error })
    }
    if (parts.counts !== undefined) parts.counts.deadLetters++
  }

const contextOf = (
  failure: Failure<SourceRecord>,
  { topic, form }: SourceLetter,
  parts: SourceDeadLetterParts,
): WireHeader[] => [
  errorHeader('topic', topic),
  errorHeader('source.partition', roughJson(failure.raw.sourcePartition)),
  errorHeader('source.offset', roughJson(failure.raw.sourceOffset)),
  errorHeader('record.form', form),
  ...failureHeaders(failure, parts),
]
