import { isTooLarge } from '../kafka/errors.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import type { SourceRecord } from '../plugin/record.ts'
import type { OffsetRun } from './committable-offsets.ts'
import type { WireHeader, WireValue } from './deliver-parts.ts'
import { errorHeader, failureHeaders } from './error-headers.ts'
import { roughJson, type SourceLetter } from './source-letter.ts'
import type { ErrorCounts, Failure, Stage } from './tolerance.ts'

/** Goes to the producer with a letter, and comes back with what became of it. */
export interface LetterToken {
  readonly failure: Failure<SourceRecord>
  /** Where the record was to go. */
  readonly recordTopic: string
  readonly isLeftOut: boolean
}

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
    token: LetterToken,
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
  readonly log: Logger
}

/**
 * Takes over a record that is skipped: its offset may be committed only when its letter is acknowledged.
 * @throws ConnectError when the letter cannot be written at all; the record is then not skipped
 */
export type TakeDeadLetter = (failure: Failure<SourceRecord>, run: OffsetRun) => void

/** Writes the records that a source skips, with `__connect.errors.*` headers that tell where they came from. */
export interface SourceDeadLetters {
  readonly take: TakeDeadLetter
  /**
   * The brokers refused a letter. If it is too large for them, and its record was skipped for just that, another one takes
   * its place, which only tells where the record came from. @returns whether that is so; else the letter is lost
   */
  leaveOut(token: LetterToken, run: OffsetRun, error: unknown): boolean
}

export const createSourceDeadLetters = (parts: SourceDeadLetterParts): SourceDeadLetters => {
  const { topic, producer, log } = parts

  const write = (failure: Failure<SourceRecord>, letter: SourceLetter, run: OffsetRun): void => {
    const isLeftOut = letter.form === 'left out'
    const { timestamp } = failure.raw
    const time = timestamp === null || timestamp < 0 ? Date.now() : timestamp
    const context = parts.contextHeaders || isLeftOut ? contextOf(failure, letter, parts) : []
    const token: LetterToken = { failure, recordTopic: letter.topic, isLeftOut }
    producer.append(topic, null, time, letter.key, letter.value, [...letter.headers, ...context], run, token)
  }

  const leaveOut = (failure: Failure<SourceRecord>, recordTopic: string, run: OffsetRun): void => {
    log.error(`A record is too large for the dead letter queue ${topic} as well: its letter is written without it`, {
      error: failure.error,
    })
    write(failure, { form: 'left out', topic: recordTopic, key: null, value: null, headers: [] }, run)
  }

  return {
    take(failure, run) {
      const letter = parts.letterOf(failure.raw, failure.stage)
      try {
        try {
          write(failure, letter, run)
        } catch (error) {
          if (!isTooLarge(error) || !isTooLarge(failure.error)) throw error
          leaveOut(failure, letter.topic, run)
        }
      } catch (error) {
        throw new ConnectError(`Could not write to the dead letter queue ${topic}`, { cause: error })
      }
      if (parts.counts !== undefined) parts.counts.deadLetters++
    },
    leaveOut({ failure, recordTopic, isLeftOut }, run, error) {
      if (isLeftOut || !isTooLarge(error) || !isTooLarge(failure.error)) return false
      try {
        leaveOut(failure, recordTopic, run)
      } catch {
        return false // the headers alone are too large: then it is lost for the reason that came first
      }
      return true
    },
  }
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
