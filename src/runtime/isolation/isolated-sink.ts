/** The program's side of a sink task in a thread: here records are fetched; the thread converts, transforms and puts. */
import type { SinkTask, SinkTaskContext, TopicPartition } from '../../plugin/connector.ts'
import type { SinkRecord } from '../../plugin/record.ts'
import type { ConsumedRecord } from '../deserialize.ts'
import type { ErrantReporter } from '../errant-reporter.ts'
import type { Stage, Tolerance } from '../tolerance.ts'
import { type ErrorMessage, errorOf } from './error-message.ts'
import { packSink } from './packed-sink.ts'
import { addRetries, openThread, type RetryCounts, type ThreadParts } from './thread-task.ts'

export interface IsolatedSink {
  open(context: SinkTaskContext): Promise<SinkTask>
  /** Has the thread convert and transform; what comes back only stands for the records it holds. */
  deserialize(consumed: readonly ConsumedRecord[]): Promise<SinkRecord[]>
  close(): Promise<void>
}

export interface IsolatedSinkParts extends Omit<ThreadParts, 'handlers'> {
  readonly tolerance: Tolerance<ConsumedRecord>
  readonly errant: ErrantReporter | undefined
}

export interface ConvertAnswer {
  /** Of the consumed records, the indexes of those that are left. */
  readonly left: Int32Array
  readonly failures: readonly {
    readonly index: number
    readonly stage: Stage
    readonly className: string
    readonly error: ErrorMessage
  }[]
  readonly retries: RetryCounts
}

/** What a task asks of its context. */
export interface ContextRequest {
  readonly what: 'seek' | 'timeout' | 'pause' | 'resume' | 'requestCommit'
  readonly args: readonly unknown[]
}

export interface ErrantReport {
  readonly raw: ConsumedRecord
  readonly error: ErrorMessage
}

interface StandIn extends SinkRecord {
  readonly index: number
}

export const isolatedSink = (parts: IsolatedSinkParts): IsolatedSink => {
  const { tolerance, errant } = parts
  let context: SinkTaskContext | undefined
  const thread = openThread({
    ...parts,
    handlers: {
      context({ what, args }: ContextRequest) {
        ;(context?.[what] as ((...args: readonly unknown[]) => void) | undefined)?.(...args)
      },
      async report({ raw, error }: ErrantReport) {
        const record = {} as SinkRecord
        errant?.origins.set(record, withBuffers(raw))
        await errant?.report(record, errorOf(error))
      },
    },
  })
  let converted: readonly SinkRecord[] = []

  /** The thread cannot ask for it and wait: it is told with each call. */
  const assignment = (): readonly TopicPartition[] =>
    (context?.assignment() ?? []).map(({ topic, partition }) => ({ topic, partition }))
  const named = (partitions: readonly TopicPartition[]): readonly TopicPartition[] =>
    partitions.map(({ topic, partition }) => ({ topic, partition }))

  return {
    async open(given) {
      context = given
      const methods = await thread.call<Readonly<Record<string, boolean>>>('open', assignment())
      return {
        async put(records) {
          const whole = records === converted
          const indexes = whole ? null : records.map((record) => (record as StandIn).index)
          await thread.call('put', { indexes, assignment: assignment() })
        },
        stop: () => thread.call('stop'),
        ...(methods['flush'] && { flush: (offsets) => thread.call('flush', { offsets, assignment: assignment() }) }),
        ...(methods['preCommit'] && {
          preCommit: (offsets) => thread.call('preCommit', { offsets, assignment: assignment() }),
        }),
        ...(methods['open'] && {
          open: (partitions) => thread.call('opened', { partitions: named(partitions), assignment: assignment() }),
        }),
        ...(methods['close'] && {
          close: (partitions) => thread.call('closed', { partitions: named(partitions), assignment: assignment() }),
        }),
      }
    },
    async deserialize(consumed) {
      if (consumed.length === 0 && converted.length === 0) return converted as SinkRecord[]
      const packed = packSink(consumed)
      const answer = await thread.call<ConvertAnswer>('convert', packed, [
        packed.bytes,
        packed.lengths.buffer as ArrayBuffer,
        packed.offsets.buffer as ArrayBuffer,
        packed.timestamps.buffer as ArrayBuffer,
      ])
      addRetries(tolerance.counts, answer.retries)
      for (const { index, stage, className, error } of answer.failures) {
        tolerance.failed({ stage, className, error: errorOf(error), raw: consumed[index]! })
      }
      const standIns: SinkRecord[] = []
      for (let n = 0; n < answer.left.length; n++) {
        const { topic, partition, offset } = consumed[answer.left[n]!]!
        // The loop looks at nothing but where a record came from.
        standIns.push({
          ...{ originalTopic: topic, originalPartition: partition, originalOffset: offset, index: n },
        } as unknown as StandIn)
      }
      converted = standIns
      return standIns
    },
    close: thread.close,
  }
}

/** Buffers arrive as plain byte arrays. */
const withBuffers = (raw: ConsumedRecord): ConsumedRecord => ({
  ...raw,
  key: bufferOf(raw.key),
  value: bufferOf(raw.value),
  headers: raw.headers.map(({ key, value }) => ({ key, value: bufferOf(value) })),
})

const bufferOf = (bytes: Uint8Array | null): Buffer | null =>
  bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
