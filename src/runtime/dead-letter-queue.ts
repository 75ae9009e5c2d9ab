import { ConnectError, jvmClassOf } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import type { WireHeader } from './deliver.ts'
import type { ConsumedRecord } from './deserialize.ts'
import type { Failure, FailureReporter } from './tolerance.ts'
import { traceOf } from './trace.ts'

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
  readonly log: Logger
}

/** Writes failed records of a sink as they were consumed, with `__connect.errors.*` headers if wanted. */
export const createDeadLetterQueue = (parts: DeadLetterParts): DeadLetterQueue => {
  const { topic, producer, log } = parts
  let lost: Error | undefined
  let fatal: Error | undefined
  let waiting = 0
  return {
    report(failure) {
      const { raw } = failure
      const headers = parts.contextHeaders ? [...raw.headers, ...contextHeaders(failure, parts)] : raw.headers
      waiting++
      producer.append(
        topic,
        null,
        raw.timestamp < 0 ? Date.now() : raw.timestamp,
        raw.key,
        raw.value,
        headers,
        null,
        undefined,
      )
    },
    room: () => (waiting === 0 ? undefined : producer.dispatch()),
    async flush(ms) {
      if (waiting === 0) return
      const reported = waiting
      const inTime = await producer.drain(ms)
      if (inTime) waiting -= reported
      const error = lost ?? (inTime ? undefined : new Error(`Dead letters were not acknowledged within ${ms} ms`))
      lost = undefined
      if (error !== undefined) throw error
    },
    failed(error) {
      lost = error
      fatal ??= error
      log.error(`Could not produce message to dead letter queue. topic=${topic}`, { error })
    },
    throwFailure() {
      if (fatal !== undefined)
        throw new ConnectError(`Could not write to the dead letter queue ${topic}`, { cause: fatal })
    },
  }
}

/** In the JVM's order. */
const contextHeaders = (
  { stage, className, error, raw }: Failure<ConsumedRecord>,
  { connector, task }: DeadLetterParts,
): WireHeader[] => {
  const header = (name: string, value: string | null): WireHeader => ({ key: `__connect.errors.${name}`, value })
  return [
    header('topic', raw.topic),
    header('partition', String(raw.partition)),
    header('offset', String(raw.offset)),
    header('connector.name', connector),
    header('task.id', String(task)),
    header('stage', stage),
    header('class.name', className),
    header('exception.class.name', jvmClassOf(error)),
    header('exception.message', error.message === '' ? null : error.message),
    header('exception.stacktrace', traceOf(error)),
  ]
}
