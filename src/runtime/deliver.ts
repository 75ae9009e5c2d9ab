import type { Header, Headers } from '../data/headers.ts'
import { KafkaError } from '../kafka/errors.ts'
import type { Converter, HeaderConverter } from '../plugin/converter.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { ConnectRecord, SourceRecord } from '../plugin/record.ts'
import type { CommittableOffsets, OffsetRun } from './committable-offsets.ts'
import type { Stage, Tolerance } from './tolerance.ts'
import { settledOrAborted } from './wait.ts'

/** Bytes, or text that is encoded straight into the record batch. */
export type WireValue = Uint8Array | string | null

export interface WireHeader {
  readonly key: string
  readonly value: WireValue
}

/** What delivering needs of a producer. `append` only copies; `dispatch` sends and says when to wait for room. */
export interface AppendingProducer {
  /** Whether `append` knows the topic's partitions already. */
  knows(topic: string): boolean
  append(
    topic: string,
    partition: number | null,
    timestamp: number,
    key: WireValue,
    value: WireValue,
    headers: readonly WireHeader[],
    run: OffsetRun,
    record: SourceRecord | undefined,
  ): void
  dispatch(): Promise<void> | undefined
}

/** A configured chain that also tells which transform was at work. */
export interface Chain {
  apply<R extends ConnectRecord>(record: R): R | null
  /** JVM class of the transform that the last `apply` was in when it threw. */
  failedClass(): string
}

export interface DeliverParts {
  readonly chain: Chain | null
  readonly key: Converter
  readonly value: Converter
  readonly header: HeaderConverter
  readonly classNames: { readonly key: string; readonly value: string; readonly header: string }
  readonly tolerance: Tolerance<SourceRecord>
  readonly offsets: CommittableOffsets
  readonly producer: AppendingProducer
  /** Creates the topic if its time has come and waits until the producer knows it, or until the task shall stop. */
  readonly prepareTopic: (topic: string) => Promise<void>
  /** Set when the task wants to hear of each record. */
  readonly onDropped?: (record: SourceRecord) => void
  /** Counts what became of one poll, for metrics. */
  readonly onBatch?: (written: number, milliseconds: number) => void
  /** Aborted when the task shall stop: room is not waited for any more. */
  readonly signal: AbortSignal
}

const SEND_FAILED = 'Unrecoverable exception from producer send callback'
const SENDER_CLASS = 'org.apache.kafka.connect.runtime.WorkerSourceTask'
const NO_WIRE_HEADERS: readonly WireHeader[] = Object.freeze([])

/**
 * The source side's middle: polled records -> transforms -> converters -> the producer's batches. One pass over the
 * array; it waits only for a topic seen for the first time, for a retry, and at the end for room.
 */
export const createDeliver = (parts: DeliverParts): ((polled: readonly SourceRecord[]) => Promise<void>) => {
  const { chain, key, value, header, classNames, tolerance, offsets, producer, prepareTopic, onDropped, onBatch } =
    parts
  const { signal } = parts

  // What the record under way has become; plain variables, so that a record costs no object for it.
  let stage: Stage = 'TRANSFORMATION'
  let sent: SourceRecord | null = null
  let keyBytes: WireValue = null
  let valueBytes: WireValue = null
  let wireHeaders: readonly WireHeader[] = NO_WIRE_HEADERS
  let now = 0

  const convert = (record: SourceRecord): void => {
    stage = 'TRANSFORMATION'
    sent = chain === null ? record : chain.apply(record)
    if (sent === null) return
    stage = 'HEADER_CONVERTER'
    wireHeaders = sent.headers.length === 0 ? NO_WIRE_HEADERS : convertHeaders(sent.topic, sent.headers)
    stage = 'KEY_CONVERTER'
    keyBytes = key.fromConnect(sent.topic, sent.keySchema, sent.key)
    stage = 'VALUE_CONVERTER'
    valueBytes = value.fromConnect(sent.topic, sent.valueSchema, sent.value)
  }

  const convertHeaders = (topic: string, headers: Headers): WireHeader[] => {
    const converted: WireHeader[] = []
    for (const entry of headers) converted.push({ key: entry.key, value: convertHeader(topic, entry) })
    return converted
  }

  const convertHeader = (topic: string, entry: Header): WireValue =>
    header.fromConnectHeader(topic, entry.key, entry.schema, entry.value)

  const failedClass = (): string => {
    if (stage === 'TRANSFORMATION') return chain?.failedClass() ?? ''
    return stage === 'KEY_CONVERTER'
      ? classNames.key
      : stage === 'VALUE_CONVERTER'
        ? classNames.value
        : classNames.header
  }

  /** Retries what may be retried, reports what failed for good; afterwards `sent` is null if the record is skipped. */
  const recover = async (record: SourceRecord, error: unknown): Promise<void> => {
    let final = error
    if (tolerance.shouldRetry(error)) {
      try {
        await tolerance.retry(() => convert(record), error)
        return
      } catch (last) {
        final = last
      }
    }
    sent = null
    try {
      tolerance.failed({ stage, className: failedClass(), error: asError(final), raw: record })
    } catch (fatal) {
      offsets.withdrawLast()
      throw fatal
    }
  }

  const append = (record: SourceRecord, run: OffsetRun, polled: SourceRecord): void =>
    producer.append(
      record.topic,
      record.partition,
      timestampOf(record, now),
      keyBytes,
      valueBytes,
      wireHeaders,
      run,
      onDropped === undefined ? undefined : polled,
    )

  /** The producer does not take the record at all: it is too large, or its partition does not exist. */
  const refused = (record: SourceRecord, run: OffsetRun, error: unknown): void => {
    if (!tolerance.all || !(error instanceof KafkaError)) {
      offsets.withdrawLast()
      throw error instanceof KafkaError ? new ConnectError(SEND_FAILED, { cause: error }) : error
    }
    tolerance.failed({ stage: 'KAFKA_PRODUCE', className: SENDER_CLASS, error, raw: record })
    run.done(1)
    onDropped?.(record)
  }

  return async (polled) => {
    const began = performance.now()
    now = Date.now()
    let written = 0
    for (const record of polled) {
      const run = offsets.enter(record)
      try {
        convert(record)
      } catch (error) {
        await recover(record, error)
      }
      if (sent === null) {
        run.done(1)
        onDropped?.(record)
        continue
      }
      try {
        if (!producer.knows(sent.topic)) await prepareTopic(sent.topic)
        // The task is told to stop: this record and those after it are polled again next time.
        if (!producer.knows(sent.topic)) return offsets.withdrawLast()
        append(sent, run, record)
        written++
      } catch (error) {
        refused(record, run, error)
      }
    }
    offsets.endOfPoll()
    onBatch?.(written, performance.now() - began)
    const room = producer.dispatch()
    if (room !== undefined) await settledOrAborted(room, signal)
  }
}

/** As the JVM: none and -1 mean the time of sending, any other negative time is an error. */
const timestampOf = (record: SourceRecord, now: number): number => {
  const { timestamp } = record
  if (timestamp === null || timestamp === -1) return now
  if (timestamp < 0) throw new ConnectError(`Invalid record timestamp ${timestamp}`)
  return timestamp
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
