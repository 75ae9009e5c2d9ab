import type { Header, Headers } from '../data/headers.ts'
import { KafkaError } from '../kafka/errors.ts'
import type { ValueWriter } from '../plugin/converter.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { SourceRecord } from '../plugin/record.ts'
import { isTextBlock, type Polled, type TextBlock } from '../plugin/text-block.ts'
import type { OffsetRun } from './committable-offsets.ts'
import type { DeliverParts, WireHeader, WireValue } from './deliver-parts.ts'
import { plainRecord } from './plain-record.ts'
import type { Failure, Stage } from './tolerance.ts'
import { settledOrAborted } from './wait.ts'

const SEND_FAILED = 'Unrecoverable exception from producer send callback'
export const SENDER_CLASS = 'org.apache.kafka.connect.runtime.WorkerSourceTask'
/** Fewer texts are not worth finding out what is around them. */
const FEW = 16
/** Records worked off by one call. */
const AT_ONCE = 64
const NO_WIRE_HEADERS: readonly WireHeader[] = Object.freeze([])

/**
 * The source side's middle: polled records -> transforms -> converters -> the producer's batches. One pass over the
 * array; it waits only for a topic seen for the first time, for a retry, and at the end for room.
 */
export const createDeliver = (parts: DeliverParts): ((polled: Polled) => Promise<void>) => {
  const { chain, key, value, header, classNames, tolerance, offsets, producer, prepareTopic, onDropped, onBatch } =
    parts
  const { signal, deadLetter } = parts
  const keepsRecords = onDropped !== undefined || parts.keepsRecords === true

  // What the record under way has become; plain variables, so that a record costs no object for it.
  let stage: Stage = 'TRANSFORMATION'
  let sent: SourceRecord | null = null
  let keyBytes: WireValue = null
  let valueBytes: WireValue | ValueWriter = null
  let wireHeaders: readonly WireHeader[] = NO_WIRE_HEADERS
  let now = 0
  let run: OffsetRun | undefined
  let problem: { readonly error: unknown } | undefined
  let written = 0
  /** Of this poll: the topic of the record before. */
  let knownTopic: string | undefined

  /** All but the value. */
  const convertRest = (record: SourceRecord): void => {
    stage = 'TRANSFORMATION'
    sent = chain === null ? record : chain.apply(record)
    if (sent === null) return
    stage = 'HEADER_CONVERTER'
    wireHeaders = sent.headers.length === 0 ? NO_WIRE_HEADERS : convertHeaders(sent.topic, sent.headers)
    stage = 'KEY_CONVERTER'
    keyBytes = key.fromConnect(sent.topic, sent.keySchema, sent.key)
    stage = 'VALUE_CONVERTER'
  }

  const convert = (record: SourceRecord): void => {
    convertRest(record)
    if (sent !== null) valueBytes = value.fromConnect(sent.topic, sent.valueSchema, sent.value)
  }

  /** The same, but the value may be left to be written straight into the batch. */
  const convertInPlace = (record: SourceRecord): void => {
    convertRest(record)
    if (sent === null) return
    valueBytes =
      value.writerFor?.(sent.topic, sent.valueSchema, sent.value) ??
      value.fromConnect(sent.topic, sent.valueSchema, sent.value)
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

  /** A record that will not be written: gone to the dead letter queue, or nowhere. */
  const drop = (record: SourceRecord, run: OffsetRun): void => {
    run.done(1)
    onDropped?.(record)
  }

  const skip = (failure: Failure<SourceRecord>, run: OffsetRun): void => {
    try {
      tolerance.failed(failure)
      if (deadLetter === undefined) drop(failure.raw, run)
      else deadLetter(failure, run)
    } catch (fatal) {
      offsets.withdrawLast()
      throw fatal
    }
  }

  /** Retries what may be retried; what failed for good is skipped. @returns whether it came through */
  const recover = async (record: SourceRecord, run: OffsetRun, error: unknown): Promise<boolean> => {
    let final = error
    if (tolerance.shouldRetry(error)) {
      try {
        await tolerance.retry(() => convert(record), error)
        return true
      } catch (last) {
        final = last
      }
    }
    skip({ stage, className: failedClass(), error: asError(final), raw: record }, run)
    return false
  }

  const append = (record: SourceRecord, run: OffsetRun, polled: SourceRecord): boolean =>
    producer.append(
      record.topic,
      record.partition,
      timestampOf(record, now),
      keyBytes,
      valueBytes,
      wireHeaders,
      run,
      keepsRecords ? polled : undefined,
    )

  /** The producer does not take the record at all: it is too large, or its partition does not exist. */
  const refused = (record: SourceRecord, run: OffsetRun, error: unknown): void => {
    if (!tolerance.all || !(error instanceof KafkaError)) {
      offsets.withdrawLast()
      throw error instanceof KafkaError ? new ConnectError(SEND_FAILED, { cause: error }) : error
    }
    skip({ stage: 'KAFKA_PRODUCE', className: SENDER_CLASS, error, raw: plainRecord(record) }, run)
  }

  /** What became of a record goes to the producer. @returns false when the value did not write itself */
  const hand = (record: SourceRecord, run: OffsetRun, polled: SourceRecord): boolean => {
    try {
      if (!append(record, run, polled)) return false
      written++
    } catch (error) {
      refused(polled, run, error)
    }
    return true
  }

  /**
   * Works off records up to `to`, or until one cannot go on without waiting. Without awaits and short, so that the engine
   * compiles it as a whole instead of its loop alone.
   *
   * @returns the index of the record that has to wait, which is entered, or `to`
   */
  const workOff = (polled: readonly SourceRecord[], from: number, to: number): number => {
    for (let at = from; at < to; at++) {
      const record = polled[at]!
      run = offsets.enter(record)
      try {
        convertInPlace(record)
      } catch (error) {
        problem = { error }
        return at
      }
      if (sent === null) drop(record, run)
      else if (sent.topic !== knownTopic && !producer.knows(sent.topic)) return at
      else {
        knownTopic = sent.topic
        if (!hand(sent, run, record)) return at
      }
    }
    return to
  }

  /** Makes bytes of a value that was left to be written, or did not write itself. @returns why it cannot be done */
  const valueProblem = (): typeof problem => {
    if (sent === null || !isWriter(valueBytes)) return undefined
    try {
      valueBytes = value.fromConnect(sent.topic, sent.valueSchema, sent.value)
      return undefined
    } catch (error) {
      return { error }
    }
  }

  /** Waits for what the record that `workOff` stopped at needs. @returns false when the task shall stop before it */
  const workOffWaiting = async (polled: SourceRecord): Promise<boolean> => {
    const own = run!
    const record = plainRecord(polled)
    if (sent !== null) sent = plainRecord(sent)
    const failed = problem ?? valueProblem()
    problem = undefined
    if (failed !== undefined && !(await recover(record, own, failed.error))) return true
    if (sent === null) {
      drop(record, own)
      return true
    }
    const { topic } = sent
    try {
      if (!producer.knows(topic)) await prepareTopic(topic)
    } catch (error) {
      refused(record, own, error)
      return true
    }
    if (!producer.knows(topic)) return false
    hand(sent, own, record)
    return true
  }

  /** @returns false when the task shall stop before one of them: it and those after it are polled again next time */
  const workOffAll = async (polled: readonly SourceRecord[]): Promise<boolean> => {
    for (let at = 0; at < polled.length; ) {
      const to = Math.min(at + AT_ONCE, polled.length)
      at = workOff(polled, at, to)
      if (at < to && !(await workOffWaiting(polled[at++]!))) return false
    }
    return true
  }

  /** Texts go into batches as they are; those that cannot are records after all. @returns as {@link workOffAll} does */
  const workOffTexts = async (block: TextBlock): Promise<boolean> => {
    const framed = block.length < FEW ? undefined : parts.frames?.(block)
    if (framed === undefined || !producer.knows(framed.like.topic)) return workOffAll(recordsOf(block))
    const { topic, partition } = framed.like
    const timestamp = timestampOf(framed.like, now)
    for (let at = 0; at < block.length; ) {
      const run = offsets.runOf(block.sourcePartition)
      const taken = producer.appendTexts(topic, partition, timestamp, framed.frame, block, at, run)
      if (taken > 0) offsets.enterMany(taken, block.offsetAfter(at + taken - 1))
      written += taken
      at += taken
      if (at < block.length && !(await workOffAll([block.record(at++)]))) return false
    }
    return true
  }

  return async (polled) => {
    const began = performance.now()
    now = Date.now()
    written = 0
    knownTopic = undefined
    if (!(await (isTextBlock(polled) ? workOffTexts(polled) : workOffAll(polled)))) return offsets.withdrawLast()
    offsets.endOfPoll()
    onBatch?.(written, performance.now() - began)
    const room = producer.dispatch()
    if (room !== undefined) await settledOrAborted(room, signal)
  }
}

const recordsOf = (block: TextBlock): SourceRecord[] =>
  Array.from({ length: block.length }, (_, index) => block.record(index))

const isWriter = (value: WireValue | ValueWriter): value is ValueWriter =>
  value !== null && typeof value !== 'string' && !(value instanceof Uint8Array)

/** As the JVM: none and -1 mean the time of sending, any other negative time is an error. */
const timestampOf = (record: SourceRecord, now: number): number => {
  const { timestamp } = record
  if (timestamp === null || timestamp === -1) return now
  if (timestamp < 0) throw new ConnectError(`Invalid record timestamp ${timestamp}`)
  return timestamp
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
