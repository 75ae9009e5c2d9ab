import type { SinkOffsets, SinkTask, TopicPartition } from '../../plugin/connector.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { SinkRecord } from '../../plugin/record.ts'
import { type ConsumedRecord, createDeserialize } from '../deserialize.ts'
import type { Failure, Tolerance } from '../tolerance.ts'
import { errorMessage } from './error-message.ts'
import type { ConvertAnswer } from './isolated-sink.ts'
import { type PackedSink, unpackSink } from './packed-sink.ts'
import type { Handlers } from './peer.ts'
import { createThreadContext, createThreadReporter } from './sink-context-in-thread.ts'
import { createThreadParts, type ThreadSide } from './thread-parts.ts'

interface WithAssignment {
  readonly assignment: readonly TopicPartition[]
}

/** A sink's task, its transforms and converters, as the program calls them. */
export const sinkHandlers = (side: ThreadSide): Handlers => {
  const { data } = side
  let task: SinkTask | undefined
  let assigned: readonly TopicPartition[] = []
  let records: SinkRecord[] = []
  let deserialize: ((consumed: readonly ConsumedRecord[]) => Promise<SinkRecord[]>) | undefined
  let retries: () => ConvertAnswer['retries']
  let consumed: readonly ConsumedRecord[] = []
  let failures: Failure<ConsumedRecord>[] = []
  const origins = new Map<SinkRecord, ConsumedRecord>()
  return {
    async open(assignment: readonly TopicPartition[]) {
      const parts = await createThreadParts(side)
      const { definition, settings, converters, chain } = parts
      if (definition.kind !== 'sink') throw new ConnectError(`${definition.className} is no sink`)
      assigned = assignment
      retries = parts.retries
      // What fails is told to the program, which skips it or fails.
      const tolerance: Tolerance<ConsumedRecord> = { ...parts.tolerance, failed: (failure) => failures.push(failure) }
      deserialize = createDeserialize({ chain, ...converters, tolerance, origins })
      const reporter = data.reports ? createThreadReporter(side, converters, origins) : undefined
      const context = createThreadContext(side, () => assigned, reporter)
      task = await definition.openTask(settings, context, data.taskConfig)
      const { flush, preCommit, open, close } = task
      return { flush: !!flush, preCommit: !!preCommit, open: !!open, close: !!close }
    },
    async convert(packed: PackedSink) {
      consumed = unpackSink(packed)
      failures = []
      origins.clear()
      records = await deserialize!(consumed)
      const indexes = new Map(consumed.map((raw, index) => [raw, index]))
      const left = Int32Array.from(records, (record) => indexes.get(origins.get(record)!)!)
      const told = failures.map(({ stage, className, error, raw }) => ({
        ...{ index: indexes.get(raw)!, stage, className, error: errorMessage(error) },
      }))
      return { left, failures: told, retries: retries() } satisfies ConvertAnswer
    },
    put({ indexes, assignment }: WithAssignment & { readonly indexes: readonly number[] | null }) {
      assigned = assignment
      return task!.put(indexes === null ? records : indexes.map((index) => records[index]!))
    },
    flush({ offsets, assignment }: WithAssignment & { readonly offsets: SinkOffsets }) {
      assigned = assignment
      return task!.flush?.(offsets)
    },
    preCommit({ offsets, assignment }: WithAssignment & { readonly offsets: SinkOffsets }) {
      assigned = assignment
      return task!.preCommit?.(offsets)
    },
    opened({ partitions, assignment }: WithAssignment & { readonly partitions: readonly TopicPartition[] }) {
      assigned = assignment
      return task!.open?.(partitions)
    },
    closed({ partitions, assignment }: WithAssignment & { readonly partitions: readonly TopicPartition[] }) {
      assigned = assignment
      return task!.close?.(partitions)
    },
    stop: () => task?.stop(),
  }
}
