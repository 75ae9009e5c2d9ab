/** The thread's side: the task itself, with transforms and converters of its own, at the command of the program. */
import type { MessagePort } from 'node:worker_threads'
import { parseOrThrow } from '../../config/parse.ts'
import type { SinkOffsets, SinkTask, SinkTaskContext, SourceTask, TopicPartition } from '../../plugin/connector.ts'
import { partitionKey } from '../../plugin/connector.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { PluginCatalog } from '../../plugin/find-plugins.ts'
import type { LogFields, Logger, LogLevel } from '../../plugin/logger.ts'
import type { SinkRecord, SourceRecord } from '../../plugin/record.ts'
import type { WireHeader, WireValue } from '../deliver.ts'
import { type ConsumedRecord, createDeserialize } from '../deserialize.ts'
import { createErrantReporter } from '../errant-reporter.ts'
import { guardConnector } from '../guard-connector.ts'
import { createSourceLetters } from '../source-letter.ts'
import { taskConverters } from '../task-converters.ts'
import { errorSettings } from '../task-errors.ts'
import { createTolerance, type Failure, type Stage, type Tolerance } from '../tolerance.ts'
import { buildChain } from '../transform-chain.ts'
import { errorMessage } from './error-message.ts'
import type { ContextRequest, ConvertAnswer, ErrantReport } from './isolated-sink.ts'
import type { Acknowledged, PollAnswer } from './isolated-source.ts'
import { type PackedSink, unpackSink } from './packed-sink.ts'
import { type ConvertedRecord, type FailedRecord, packSource, transferOf } from './packed-source.ts'
import { createPeer, type Handlers, type Peer, withTransfer } from './peer.ts'
import type { LogMessage, ThreadTaskData } from './thread-task.ts'

interface ThreadSide {
  readonly data: ThreadTaskData
  readonly catalog: PluginCatalog
  readonly signal: AbortSignal
  readonly log: Logger
  readonly peer: () => Peer
}

/** Serves until the thread is ended. */
export const runInThread = (port: MessagePort, data: ThreadTaskData, catalog: PluginCatalog): void => {
  const stopping = new AbortController()
  let peer: Peer
  const side: ThreadSide = { data, catalog, signal: stopping.signal, log: threadLog(() => peer), peer: () => peer }
  const own = data.kind === 'source' ? sourceHandlers(side) : sinkHandlers(side)
  peer = createPeer(port, { ...own, abort: () => stopping.abort() }, (error) => side.log.error('', { error }))
}

/** Lines a second that a thread may log: the program has to write them all. */
const MOST_LINES = 1000

const threadLog = (peer: () => Peer): Logger => {
  let second = 0
  let lines = 0
  let dropped = 0
  const write = (level: LogLevel, message: string, { error, ...fields }: LogFields = {}): void => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      if (dropped > 0) tell({ level: 'warn', message: `${dropped} lines were left out of the log`, ...none })
      second = now
      lines = 0
      dropped = 0
    }
    if (++lines > MOST_LINES) {
      dropped++
      return
    }
    tell({ level, message: String(message), error: error === undefined ? undefined : errorMessage(error), fields })
  }
  const none = { error: undefined, fields: undefined }
  const tell = (line: LogMessage): void => {
    try {
      peer().tell('log', line)
    } catch {
      // Fields that cannot go to another thread.
      peer().tell('log', { ...line, fields: undefined })
    }
  }
  return {
    error: (message, fields) => write('error', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    info: (message, fields) => write('info', message, fields),
    debug: (message, fields) => write('debug', message, fields),
    trace: (message, fields) => write('trace', message, fields),
    isEnabled: () => true,
  }
}

const createParts = async ({ data, catalog, signal, log }: ThreadSide) => {
  const { kind, className, version, taskConfig, connectorConfig, worker } = data
  // The very version that the worker chose, by `connector.plugin.version` or as the newest
  const row = catalog.find(kind, className, { includes: (one) => one === version })
  if (row === undefined) throw new ConnectError(`${className} ${version} is not there in the thread of its task`)
  const definition = guardConnector(await row.load())
  const counts = { failures: 0, retries: 0 }
  const tolerance = createTolerance<never>({ settings: errorSettings(connectorConfig), reporters: [], log, signal })
  return {
    definition,
    settings: parseOrThrow(definition.taskConfig ?? definition.config, taskConfig),
    converters: await taskConverters(connectorConfig, worker, catalog),
    chain: await buildChain(connectorConfig, catalog),
    tolerance,
    /** Since it was last asked. */
    retries() {
      const { failures, retries } = tolerance.counts
      const since = { failures: failures - counts.failures, retries: retries - counts.retries }
      counts.failures = failures
      counts.retries = retries
      return since
    },
  }
}

const sourceHandlers = (side: ThreadSide): Handlers => {
  const { data, signal, log } = side
  let task: SourceTask | undefined
  let convertAll: ((polled: readonly SourceRecord[]) => Promise<ConvertedRecord[]>) | undefined
  let retries: () => PollAnswer['retries']
  /** Polled records that the task wants to hear of, by their number. */
  const unacknowledged = new Map<number, SourceRecord>()
  let number = 0
  let used = 0
  return {
    async open() {
      const parts = await createParts(side)
      const { definition, settings } = parts
      if (definition.kind !== 'source') throw new ConnectError(`${definition.className} is no source`)
      retries = parts.retries
      convertAll = createConvert(parts)
      const context = {
        ...{ connector: data.connector, task: data.index, log, signal },
        readOffset: (partition: Readonly<Record<string, unknown>>) =>
          side.peer().call<Readonly<Record<string, unknown>> | undefined>('readOffset', partition),
      }
      task = await definition.openTask(settings, context, data.taskConfig)
      return { commit: task.commit !== undefined, commitRecord: task.commitRecord !== undefined }
    },
    async poll() {
      const polled = (await task!.poll()) ?? []
      if (polled.length === 0) return { packed: null, retries: retries() } satisfies PollAnswer
      const converted = await convertAll!(polled)
      if (task!.commitRecord !== undefined) for (const record of polled) unacknowledged.set(number++, record)
      const packed = packSource(converted, used)
      used = packed.used
      return withTransfer({ packed, retries: retries() } satisfies PollAnswer, transferOf(packed))
    },
    acknowledged(records: Acknowledged) {
      for (const [which, metadata] of records) {
        const record = unacknowledged.get(which)
        unacknowledged.delete(which)
        try {
          if (record !== undefined) task?.commitRecord?.(record, metadata)
        } catch (error) {
          log.error('Exception thrown while calling task.commitRecord()', { error })
        }
      }
    },
    commit: () => task?.commit?.(),
    stop: () => task?.stop(),
  }
}

type Parts = Awaited<ReturnType<typeof createParts>>

/** As `deliver.ts` does it, up to the producer. */
const createConvert = ({ chain, converters, tolerance }: Parts) => {
  const { key, value, header, classNames } = converters
  const letterOf = createSourceLetters({ chain, key, value, header })
  let stage: Stage = 'TRANSFORMATION'
  const convert = (polled: SourceRecord): ConvertedRecord => {
    stage = 'TRANSFORMATION'
    const sent = chain === null ? polled : chain.apply(polled)
    if (sent === null) return without(polled, null)
    stage = 'HEADER_CONVERTER'
    const headers: WireHeader[] = sent.headers.map((entry) => ({
      key: entry.key,
      value: header.fromConnectHeader(sent.topic, entry.key, entry.schema, entry.value),
    }))
    stage = 'KEY_CONVERTER'
    const keyBytes: WireValue = key.fromConnect(sent.topic, sent.keySchema, sent.key)
    stage = 'VALUE_CONVERTER'
    const valueBytes: WireValue = value.fromConnect(sent.topic, sent.valueSchema, sent.value)
    const { topic, partition, timestamp } = sent
    return { polled, topic, partition, timestamp, key: keyBytes, value: valueBytes, headers, outcome: undefined }
  }
  const classOf = (): string => {
    if (stage === 'TRANSFORMATION') return chain?.failedClass() ?? ''
    if (stage === 'HEADER_CONVERTER') return classNames.header
    return stage === 'KEY_CONVERTER' ? classNames.key : classNames.value
  }
  const recover = async (polled: SourceRecord, error: unknown): Promise<ConvertedRecord> => {
    let final = error
    if (tolerance.shouldRetry(error)) {
      try {
        return await tolerance.retry(() => convert(polled), error)
      } catch (last) {
        final = last
      }
    }
    const failed = { stage, className: classOf(), error: errorMessage(final), letter: letterOf(polled, stage) }
    return without(polled, failed satisfies FailedRecord)
  }
  return async (polled: readonly SourceRecord[]): Promise<ConvertedRecord[]> => {
    const converted: ConvertedRecord[] = []
    for (const record of polled) {
      try {
        converted.push(convert(record))
      } catch (error) {
        converted.push(await recover(record, error))
      }
    }
    return converted
  }
}

const without = (polled: SourceRecord, outcome: FailedRecord | null): ConvertedRecord => {
  const { topic, partition, timestamp } = polled
  return { polled, topic, partition, timestamp, key: null, value: null, headers: [], outcome }
}

interface WithAssignment {
  readonly assignment: readonly TopicPartition[]
}

const sinkHandlers = (side: ThreadSide): Handlers => {
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
      const parts = await createParts(side)
      const { definition, settings, converters, chain } = parts
      if (definition.kind !== 'sink') throw new ConnectError(`${definition.className} is no sink`)
      assigned = assignment
      retries = parts.retries
      // What fails is told to the program, which skips it or fails.
      const tolerance: Tolerance<ConsumedRecord> = { ...parts.tolerance, failed: (failure) => failures.push(failure) }
      deserialize = createDeserialize({ chain, ...converters, tolerance, origins })
      const reporter = data.reports ? reporterOf(side, converters, origins) : undefined
      const context = createContext(side, () => assigned, reporter)
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

const createContext = (
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
const reporterOf = (
  { peer }: ThreadSide,
  converters: Parts['converters'],
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
