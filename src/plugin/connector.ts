import type { ConfigDef, ConfigOf, ConfigProblem, RawConfig } from '../config/define.ts'
import type { Logger } from './logger.ts'
import type { OffsetFields, SinkRecord, SourceRecord } from './record.ts'
import type { Polled } from './text-block.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** What a connector (not a task) may ask of the worker. */
export interface ConnectorContext {
  readonly name: string
  readonly log: Logger
  /** Asks for `tasks` to be called again; tasks are replaced if their configs changed. */
  requestTaskReconfiguration(): void
  /** Marks the connector FAILED with this error; its tasks go on. */
  raiseError(error: Error): void
  /** Aborted when the connector is stopped or paused. */
  readonly signal: AbortSignal
  /** Source connectors: the stored offset of a partition. Always undefined for sinks. */
  readOffset(partition: OffsetFields): Promise<OffsetFields | undefined>
}

/** A started connector; most have nothing to watch and leave `start` out of their definition. */
export interface RunningConnector {
  stop(): Promise<void> | void
}

export interface TaskContext {
  readonly connector: string
  /** Index of this task, from 0. */
  readonly task: number
  readonly log: Logger
  /** Aborted when the task is told to stop. A waiting `poll` or `put` must end soon after. */
  readonly signal: AbortSignal
}

export interface SourceTaskContext extends TaskContext {
  /** The offset stored for a partition, undefined when there is none. Partitions are compared by content. */
  readOffset(partition: OffsetFields): Promise<OffsetFields | undefined>
  /** Whether values of records may be rows that stand until the next poll: see `data/row-struct.ts`. */
  readonly takesRows?: boolean
}

export interface RecordMetadata {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number | null
}

/** Called one at a time, in order: `poll` again and again, `commit` after offsets were stored, `stop` once at the end. */
export interface SourceTask {
  /**
   * The next records, in order. Waits until there are some, until about a second passed (then an empty list or null), or
   * until `context.signal` aborts. Throwing {@link RetriableError} counts as an empty poll, any other error fails the task.
   */
  poll(): Promise<readonly SourceRecord[] | null>
  /**
   * Optional: the same, for a worker that takes lines of text without a record and a string for each. Asked of connectors
   * that ship with the program; those of plug-ins are always polled for records.
   */
  pollTexts?(): Promise<Polled | null>
  /** Offsets up to here are stored: the source may be told. Errors are logged. */
  commit?(): Promise<void> | void
  /** One record (as polled) is acknowledged, or dropped (metadata null). Costs a call per record: leave it out if unused. */
  commitRecord?(record: SourceRecord, metadata: RecordMetadata | null): void
  /** Releases everything. Called once, also after a failure, on a task whose `openTask` had returned. */
  stop(): Promise<void> | void
}

/** Reports a record that cannot be written; resolves when the report is durable. */
export type ErrantRecordReporter = (record: SinkRecord, error: Error) => Promise<void>

export interface SinkTaskContext extends TaskContext {
  assignment(): readonly TopicPartition[]
  /** Seeks before the next poll. */
  seek(partition: TopicPartition, offset: number): void
  /** Bounds the wait before the next `put`, once; the delay of a retry after {@link RetriableError}. Milliseconds. */
  timeout(ms: number): void
  pause(...partitions: TopicPartition[]): void
  resume(...partitions: TopicPartition[]): void
  requestCommit(): void
  /** Undefined unless a dead letter queue or `errors.log.enable` is configured. */
  readonly errantRecordReporter: ErrantRecordReporter | undefined
}

/** Offsets to commit per partition: the *next* offset to read, keyed `topic-partition` by {@link partitionKey}. */
export type SinkOffsets = ReadonlyMap<string, TopicPartition & { readonly offset: number }>

export const partitionKey = (topic: string, partition: number): string => `${topic}-${partition}`

/** Called one at a time: `open` per assignment, `put` after every poll (also with an empty list), `stop` once at the end. */
export interface SinkTask {
  /** @throws RetriableError: the same records come again; any other error fails the task */
  put(records: readonly SinkRecord[]): Promise<void> | void
  /** Makes what was put durable. Default: nothing to do. */
  flush?(offsets: SinkOffsets): Promise<void> | void
  /** Which offsets may be committed. Default: `flush`, then all of them. An empty map commits nothing. */
  preCommit?(offsets: SinkOffsets): Promise<SinkOffsets> | SinkOffsets
  open?(partitions: readonly TopicPartition[]): Promise<void> | void
  close?(partitions: readonly TopicPartition[]): Promise<void> | void
  stop(): Promise<void> | void
}

interface ConnectorDefinitionBase<D extends ConfigDef> {
  /** The JVM class, for example `org.apache.kafka.connect.file.FileStreamSourceConnector`. Simple names follow from it. */
  readonly className: string
  /** The JVM task class, shown as `task.class`. */
  readonly taskClassName: string
  /** Version that REST shows. */
  readonly version: string
  readonly doc: string
  readonly config: D
  /** Prefixes, such as `driver.`, of keys that are the connector's too although `config` does not list them. */
  readonly openPrefixes?: readonly string[]
  /**
   * What is to be said of keys in view of others even when some are wrong, as the JVM's recommenders say it. Asked of the
   * raw config; problems are added to the keys they name.
   */
  recommend?(raw: RawConfig): readonly ConfigProblem[]
  /**
   * Checks that need more than one key, or the system itself; problems are added to the keys they name. A request of a user
   * waits for it: give up after seconds, and take a system that does not answer for no problem.
   */
  validate?(settings: ConfigOf<D>, raw: RawConfig): Promise<readonly ConfigProblem[]> | readonly ConfigProblem[]
  /** Watches the source or target, for connectors whose tasks change over time. */
  start?(settings: ConfigOf<D>, context: ConnectorContext, raw: RawConfig): Promise<RunningConnector> | RunningConnector
  /** One raw config per task, at most `maxTasks`. Default: the connector's own config, once. */
  tasks?(settings: ConfigOf<D>, maxTasks: number, raw: RawConfig): Promise<readonly RawConfig[]> | readonly RawConfig[]
  /** Settings of a task, when tasks get keys of their own. Default: `config`. */
  readonly taskConfig?: ConfigDef
}

export interface SourceDefinition<D extends ConfigDef = ConfigDef> extends ConnectorDefinitionBase<D> {
  readonly kind: 'source'
  openTask(settings: ConfigOf<D>, context: SourceTaskContext, raw: RawConfig): Promise<SourceTask> | SourceTask
  /**
   * Checks offsets that a user wants to set (null: remove).
   * @returns whether the connector took care of them
   * @throws ConnectError with the message for the user
   */
  alterOffsets?(raw: RawConfig, offsets: readonly (readonly [OffsetFields | null, OffsetFields | null])[]): boolean
}

export interface SinkDefinition<D extends ConfigDef = ConfigDef> extends ConnectorDefinitionBase<D> {
  readonly kind: 'sink'
  openTask(settings: ConfigOf<D>, context: SinkTaskContext, raw: RawConfig): Promise<SinkTask> | SinkTask
  /** As for sources. Keyed by {@link partitionKey}; null: the offset is removed. */
  alterOffsets?(
    raw: RawConfig,
    offsets: ReadonlyMap<string, TopicPartition & { readonly offset: number | null }>,
  ): boolean
}

export type ConnectorDefinition<D extends ConfigDef = ConfigDef> = SourceDefinition<D> | SinkDefinition<D>

export const defineSource = <const D extends ConfigDef>(definition: SourceDefinition<D>): SourceDefinition<D> =>
  definition
export const defineSink = <const D extends ConfigDef>(definition: SinkDefinition<D>): SinkDefinition<D> => definition
