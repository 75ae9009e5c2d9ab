import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import type { WireHeader } from './deliver-parts.ts'
import type { ConsumedRecord } from './deserialize.ts'
import { errorHeader, failureHeaders } from './error-headers.ts'
import type { ErrorCounts, Failure, FailureReporter } from './tolerance.ts'

/** What a dead letter queue needs of its producer. */
export interface DeadLetterProducer {
  append(
    topic: string,
    partition: number | null,
    timestamp: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly WireHeader[],
    owner: unknown,
    token: unknown,
  ): void
  dispatch(): Promise<void> | undefined
  drain(ms: number): Promise<boolean>
}

export interface DeadLetterQueue {
  readonly report: FailureReporter<ConsumedRecord>
  /** Sends what was reported; a promise when it is better to wait before more comes. */
  room(): Promise<void> | undefined
  /** Resolves when everything reported is acknowledged, or has failed. @throws the error of a letter that was lost */
  flush(ms: number): Promise<void>
  /** For the producer's `failed` callback: a letter that can never be written. */
  failed(error: Error): void
  /** Fails the task when a letter was lost: trying the record again would lose it again, going on would lose it for good. */
  throwFailure(): void
}

export interface DeadLetterParts {
  readonly topic: string
  readonly contextHeaders: boolean
  readonly connector: string
  readonly task: number
  readonly producer: DeadLetterProducer
  readonly counts?: Pick<ErrorCounts, 'deadLetters' | 'deadLetterFailures'> | undefined
  readonly log: Logger
}

/** Writes failed records of a sink as they were consumed, with `__connect.errors.*` headers if wanted. */
export const createDeadLetterQueue = (parts: DeadLetterParts): DeadLetterQueue => {
  const { topic, producer, counts, log } = parts
  let lost: Error | undefined
  let fatal: Error | undefined
  let waiting = 0

  const failed = (error: Error): void => {
    lost = error
    fatal ??= error
    if (counts !== undefined) counts.deadLetterFailures++
    log.error(`Could not produce message to dead letter queue. topic=${topic}`, { error })
  }

  return {
    report(failure) {
      const { raw } = failure
      const headers = parts.contextHeaders ? [...raw.headers, ...contextHeaders(failure, parts)] : raw.headers
      const time = raw.timestamp < 0 ? Date.now() : raw.timestamp
      try {
        producer.append(topic, null, time, raw.key, raw.value, headers, null, undefined)
      } catch (error) {
        // Too large, with its headers: the record was not, so somebody may have to raise the topic's limit.
        failed(error instanceof Error ? error : new Error(String(error)))
        return
      }
      waiting++
      if (counts !== undefined) counts.deadLetters++
    },
    room: () => (waiting === 0 ? undefined : producer.dispatch()),
    async flush(ms) {
      if (waiting === 0 && lost === undefined) return
      const reported = waiting
      const inTime = await producer.drain(ms)
      if (inTime) waiting -= reported
      const error = lost ?? (inTime ? undefined : new Error(`Dead letters were not acknowledged within ${ms} ms`))
      lost = undefined
      if (error !== undefined) throw error
    },
    failed,
    throwFailure() {
      if (fatal !== undefined)
        throw new ConnectError(`Could not write to the dead letter queue ${topic}`, { cause: fatal })
    },
  }
}

/** In the JVM's order. */
const contextHeaders = (failure: Failure<ConsumedRecord>, parts: DeadLetterParts): WireHeader[] => [
  errorHeader('topic', failure.raw.topic),
  errorHeader('partition', String(failure.raw.partition)),
  errorHeader('offset', String(failure.raw.offset)),
  ...failureHeaders(failure, parts),
]
