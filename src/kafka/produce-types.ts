import type { ValueWriter } from '../protocol/record-batch-layout.ts'
import type { TextFrame, Texts } from '../protocol/texts.ts'
import type { ProducerFigures } from './client-figures.ts'
import type { KafkaError } from './errors.ts'
import type { ProducerIdentity, WireBatch } from './wire-batch.ts'

/** Bytes, or text that is written as UTF-8 into the batch. */
export type WireBytes = Uint8Array | string | null

export interface ProduceHeader {
  readonly key: string
  readonly value: WireBytes
}

/** Where the first of some consecutive records landed; `baseOffset` -1 when the broker does not tell (acks=0). */
export interface Landing {
  readonly topic: string
  readonly partition: number
  readonly baseOffset: number
  /** About how many bytes these records are. */
  readonly bytes: number
}

/**
 * Hears what became of records. `owner` is what `append` was given; `tokens` are those of its records, or null if it
 * gave none. Called in the order of appending per partition.
 */
export interface Deliveries {
  delivered(owner: unknown, count: number, landing: Landing, tokens: readonly unknown[] | null): void
  /** These records will not be written, whatever is tried. */
  failed(owner: unknown, count: number, error: KafkaError, tokens: readonly unknown[] | null): void
}

export interface ProducerLimits {
  /** Bytes of records per batch before it is closed. */
  readonly batchSize: number
  readonly lingerMs: number
  /** Bytes of a request, and so of a record. */
  readonly maxRequestSize: number
  /** Bytes appended and not yet acknowledged before {@link RecordProducer.dispatch} asks to wait. */
  readonly bufferMemory: number
  readonly deliveryTimeoutMs: number
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  /** Requests under way per broker. */
  readonly maxInFlight: number
  readonly maxBlockMs: number
  readonly metadataMaxAgeMs: number
  readonly idempotence: boolean
  readonly ignoreKeys: boolean
}

/** What the producer needs of the cluster; `produce-cluster.ts` is the real one. */
export interface ProduceCluster {
  /** Leaders by partition index (-1: none now), or undefined for a topic that is not known. */
  leaders(topic: string): readonly number[] | undefined
  /** Asks the brokers again; creates missing topics where they allow it. */
  refresh(topics: readonly string[]): Promise<void>
  /** Sends one request; answers per batch, in the order given. Throws when the connection failed. */
  send(node: number, batches: readonly WireBatch[]): Promise<{ throttleMs: number; answers: readonly BatchAnswer[] }>
  /** A fresh producer id; null when the cluster does not let us have one. */
  identity(): Promise<ProducerIdentity | null>
  /** Writes header, checksum and compression; the result stays valid until the builder is reset. */
  finish(batch: WireBatch): Buffer
  /** Since when no broker answers, in milliseconds since the epoch. */
  unreachableSince?(): number | undefined
  close(): Promise<void>
}

export interface BatchAnswer {
  readonly baseOffset: number
  /** Absent: written. */
  readonly error?: KafkaError
}

export interface RecordProducer {
  knows(topic: string): boolean
  /** Waits until the topic's partitions are known, at most `max.block.ms`. */
  learn(topic: string, signal: AbortSignal): Promise<void>
  /**
   * Copies one record into its partition's batch. The topic must be known.
   *
   * @returns false when a value that writes itself did not: nothing is appended then
   * @throws KafkaError RECORD_TOO_LARGE
   */
  append(
    topic: string,
    partition: number | null,
    timestamp: number,
    key: WireBytes,
    value: WireBytes | ValueWriter,
    headers: readonly ProduceHeader[],
    owner: unknown,
    token: unknown,
  ): boolean
  /**
   * Copies texts from `from` on, each within the frame as the value of a record without key and headers.
   *
   * @returns how many were taken: fewer than there are when `append` has to be asked for the next one
   */
  appendTexts(
    topic: string,
    partition: number | null,
    timestamp: number,
    frame: TextFrame,
    texts: Texts,
    from: number,
    owner: unknown,
  ): number
  /** Sends what can be sent. A promise when the buffer is full: resolves when there is room again. */
  dispatch(): Promise<void> | undefined
  /** Sends everything and resolves when each record was delivered or failed; false if that took longer than `ms`. */
  drain(ms: number): Promise<boolean>
  /** Ends at once; what was not acknowledged is forgotten. */
  close(): Promise<void>
  readonly bufferedBytes: number
  figures(): ProducerFigures
}
