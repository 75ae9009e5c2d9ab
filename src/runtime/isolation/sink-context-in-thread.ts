import { partitionKey, type SinkTaskContext, type TopicPartition } from '../../plugin/connector.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { SinkRecord } from '../../plugin/record.ts'
import type { ConsumedRecord } from '../deserialize.ts'
import { createErrantReporter } from '../errant-reporter.ts'
import type { Failure, Tolerance } from '../tolerance.ts'
import { errorMessage } from './error-message.ts'
import type { ContextRequest, ErrantReport } from './isolated-sink.ts'
import type { ThreadParts, ThreadSide } from './thread-parts.ts'

/** What a sink's task asks of its context is told to the program; only what it may ask is checked here. */
export const createThreadContext = (
  { data, signal, log, peer }: ThreadSide,
  assignment: () => readonly TopicPartition[],
  errantRecordReporter: SinkTaskContext['errantRecordReporter'],
): SinkTaskContext => {
  const ask = (what: ContextRequest['what'], args: readonly unknown[]): void =>
    peer().tell('context', { what, args } satisfies ContextRequest)
  const checked = (partitions: readonly TopicPartition[], doing: string): TopicPartition[] => {
    const known = new Set(assignment().map(({ topic, partition }) => partitionKey(topic, partition)))
    const foreign = partitions
      .map(({ topic, partition }) => partitionKey(topic, partition))
      .filter((k) => !known.has(k))
    if (foreign.length === 0) return partitions.map(({ topic, partition }) => ({ topic, partition }))
    throw new ConnectError(
      `SinkTasks may not ${doing} partitions that are not currently assigned to them: ${foreign.join(', ')}`,
    )
  }
  return {
    ...{ connector: data.connector, task: data.index, log, signal, errantRecordReporter, assignment },
    seek: ({ topic, partition }, offset) => ask('seek', [{ topic, partition }, offset]),
    timeout: (ms) => ask('timeout', [ms]),
    pause: (...partitions) => ask('pause', checked(partitions, 'pause')),
    resume: (...partitions) => ask('resume', checked(partitions, 'resume')),
    requestCommit: () => ask('requestCommit', []),
  }
}

/** Finds a record's bytes here; what is done with them is the program's. */
export const createThreadReporter = (
  { peer }: ThreadSide,
  converters: ThreadParts['converters'],
  origins: ReadonlyMap<SinkRecord, ConsumedRecord>,
): NonNullable<SinkTaskContext['errantRecordReporter']> => {
  let raw: ConsumedRecord | undefined
  const findRaw = createErrantReporter(converters, {
    failed: (failure: Failure<ConsumedRecord>) => {
      raw = failure.raw
    },
  } as Tolerance<ConsumedRecord>)
  return async (record, error) => {
    raw = origins.get(record)
    if (raw === undefined) await findRaw.report(record, error)
    await peer().call('report', { raw: raw!, error: errorMessage(error) } satisfies ErrantReport)
  }
}
