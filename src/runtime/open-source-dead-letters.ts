import type { RawConfig } from '../config/define.ts'
import { sourceDeadLetterConfig } from '../config/own-connector-settings.ts'
import { parseOrThrow } from '../config/parse.ts'
import type { Deliveries } from '../kafka/produce-types.ts'
import type { Logger } from '../plugin/logger.ts'
import type { SourceRecord } from '../plugin/record.ts'
import type { Polled } from '../plugin/text-block.ts'
import type { OffsetRun } from './committable-offsets.ts'
import { openDeadLetterTopic } from './dead-letter-topic.ts'
import { createSourceDeadLetters, type LetterToken, type TakeDeadLetter } from './source-dead-letters.ts'
import { createSourceLetters, type SourceLetterParts } from './source-letter.ts'
import type { ErrorCounts } from './tolerance.ts'
import { settledOrAborted } from './wait.ts'

export interface OpenSourceDeadLetters {
  readonly take: TakeDeadLetter
  /** Sends what was taken; a promise when it is better to wait before more comes. */
  room(): Promise<void> | undefined
  drain(ms: number): Promise<boolean>
  close(): Promise<void>
}

export interface OpenSourceDeadLetterParts extends SourceLetterParts {
  readonly connector: string
  readonly task: number
  readonly connectorConfig: RawConfig
  readonly worker: RawConfig
  readonly tolerant: boolean
  readonly signal: AbortSignal
  readonly counts: ErrorCounts
  readonly log: Logger
  readonly warn: (warning: string) => void
  /** Makes the letters. Default: of the record as it was polled, with `chain` and converters. */
  readonly letterOf?: ReturnType<typeof createSourceLetters>
  /** The letter is acknowledged: the record is done with. */
  readonly onWritten: (record: SourceRecord) => void
  /** A letter will never be written. */
  readonly onLost: (error: Error) => void
}

const TOPIC = 'errors.source.deadletterqueue.topic.name'
const REPLICATION = 'errors.source.deadletterqueue.topic.replication.factor'
const HEADERS = 'errors.source.deadletterqueue.context.headers.enable'

/** Opens the dead letter queue of a source task; undefined when none is configured. @throws ConnectError, KafkaError */
export const openSourceDeadLetters = async (
  parts: OpenSourceDeadLetterParts,
): Promise<OpenSourceDeadLetters | undefined> => {
  const { connector, task, connectorConfig, worker, counts, log } = parts
  const settings = parseOrThrow(sourceDeadLetterConfig, connectorConfig)
  const topic = settings[TOPIC]
  if (topic === '') return undefined
  if (!parts.tolerant) {
    parts.warn(`${connector}: ${TOPIC} has no effect without errors.tolerance=all: no record is skipped`)
    return undefined
  }
  const deliveries: Deliveries = {
    delivered(run, count, _landing, tokens) {
      ;(run as OffsetRun).done(count)
      for (const token of (tokens ?? []) as readonly LetterToken[]) parts.onWritten(token.failure.raw)
    },
    failed(run, count, error, tokens) {
      const replaced = (tokens as readonly LetterToken[]).filter((token) =>
        letters.leaveOut(token, run as OffsetRun, error),
      )
      if (replaced.length === count) return
      counts.deadLetterFailures += count - replaced.length
      log.error(`Could not produce message to dead letter queue. topic=${topic}`, { error })
      parts.onLost(error)
    },
  }
  const producer = await openDeadLetterTopic({
    topic,
    replicationFactor: settings[REPLICATION],
    replicationKey: REPLICATION,
    owner: { worker, connector: connectorConfig, connectorName: connector },
    task,
    deliveries,
    signal: parts.signal,
    log,
    warn: parts.warn,
  })
  const letters = createSourceDeadLetters({
    ...{ topic, connector, task, producer, counts, log },
    contextHeaders: settings[HEADERS],
    letterOf: parts.letterOf ?? createSourceLetters(parts),
  })
  return {
    take: letters.take,
    room: () => (producer.bufferedBytes === 0 ? undefined : producer.dispatch()),
    drain: (ms) => producer.drain(ms),
    close: () => producer.close(),
  }
}

type Deliver = (polled: Polled) => Promise<void>

/** Letters are sent with the records of their poll, and fill a buffer that is as bounded. */
export const withLetters = (
  deliver: Deliver,
  letters: OpenSourceDeadLetters | undefined,
  signal: AbortSignal,
): Deliver =>
  letters === undefined
    ? deliver
    : async (polled) => {
        await deliver(polled)
        const room = letters.room()
        if (room !== undefined) await settledOrAborted(room, signal)
      }
