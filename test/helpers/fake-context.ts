/** Contexts for connectors under test: real behaviour, no worker. */
import type { ConfigDef, RawConfig } from '../../src/config/define.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { NO_HEADERS } from '../../src/data/headers.ts'
import type {
  SinkDefinition,
  SinkTask,
  SinkTaskContext,
  SourceDefinition,
  SourceTask,
  SourceTaskContext,
  TopicPartition,
} from '../../src/plugin/connector.ts'
import type { LogFields, Logger, LogLevel } from '../../src/plugin/logger.ts'
import type { OffsetFields, SinkRecord, SourceRecord } from '../../src/plugin/record.ts'

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields | undefined
}

/** Keeps what it is told. */
export class FakeLogger implements Logger {
  readonly lines: LogLine[] = []
  error = this.#keep('error')
  warn = this.#keep('warn')
  info = this.#keep('info')
  debug = this.#keep('debug')
  trace = this.#keep('trace')

  isEnabled(): boolean {
    return true
  }

  messages(level: LogLevel): readonly string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.message)
  }

  #keep(level: LogLevel) {
    return (message: string, fields?: LogFields): void => void this.lines.push({ level, message, fields })
  }
}

/** Offsets by the content of their partition, whatever the order of its fields. */
export class FakeOffsets {
  readonly #offsets = new Map<string, OffsetFields>()

  read = async (partition: OffsetFields): Promise<OffsetFields | undefined> => this.#offsets.get(keyOf(partition))

  store(partition: OffsetFields | null, offset: OffsetFields | null): void {
    if (partition === null) return
    if (offset === null) this.#offsets.delete(keyOf(partition))
    // Through JSON, as the offset file does it: what does not survive that shows.
    else this.#offsets.set(keyOf(partition), JSON.parse(JSON.stringify(offset)))
  }

  /** As after these records, the last ones of a poll included, were acknowledged. */
  storeAll(records: readonly SourceRecord[]): void {
    for (const record of records) this.store(record.sourcePartition, record.sourceOffset)
  }
}

const keyOf = (fields: OffsetFields): string =>
  JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : Number(a > b))))

export interface OpenOptions {
  readonly offsets?: FakeOffsets
  readonly maxTasks?: number
  /** Which of the tasks to open. */
  readonly task?: number
}

export interface OpenedSource {
  readonly task: SourceTask
  readonly log: FakeLogger
  readonly offsets: FakeOffsets
  /** Tells the task to stop, then stops it, as the worker does. */
  stop(): Promise<void>
  /** Only tells it: a waiting poll ends. */
  abort(): void
}

/** Parses the settings and opens a task as the worker does. */
export const openSource = async <D extends ConfigDef>(
  definition: SourceDefinition<D>,
  raw: RawConfig,
  { offsets = new FakeOffsets(), maxTasks = 1, task: index = 0 }: OpenOptions = {},
): Promise<OpenedSource> => {
  const log = new FakeLogger()
  const controller = new AbortController()
  const context: SourceTaskContext = {
    connector: 'test',
    task: index,
    log,
    signal: controller.signal,
    readOffset: offsets.read,
  }
  const settings = parseOrThrow(definition.config, raw)
  const taskRaw = (await definition.tasks?.(settings, maxTasks, raw))?.[index] ?? raw
  const taskSettings = parseOrThrow(definition.taskConfig ?? definition.config, taskRaw) as typeof settings
  const task = await definition.openTask(taskSettings, context, taskRaw)
  const abort = (): void => controller.abort()
  const stop = async (): Promise<void> => {
    abort()
    await task.stop()
  }
  return { task, log, offsets, stop, abort }
}

export interface PollUntil {
  /** How many records are waited for. */
  readonly records: number
  /** How long at most, in milliseconds. */
  readonly within?: number
}

/** Polls until there are so many records, or time is up. */
export const pollUntil = async (
  task: SourceTask,
  { records: wanted, within = 60_000 }: PollUntil,
): Promise<SourceRecord[]> => {
  const until = performance.now() + within
  const records: SourceRecord[] = []
  // Twice at least: the time may be over because the machine stood still
  for (let polls = 0; records.length < wanted && (polls < 2 || performance.now() < until); polls++) {
    records.push(...((await task.poll()) ?? []))
  }
  return records
}

export interface OpenedSink {
  readonly task: SinkTask
  readonly log: FakeLogger
  /** What the task asked for, in order: `timeout 100`, `pause t-0`, `requestCommit`. */
  readonly asked: readonly string[]
  readonly reported: readonly { readonly record: SinkRecord; readonly error: Error }[]
  stop(): Promise<void>
}

export interface OpenSinkOptions {
  readonly assignment?: readonly TopicPartition[]
  /** Whether there is a reporter for records that cannot be written. Default true. */
  readonly reporter?: boolean
}

/** Parses the settings and opens a task as the worker does, with its partitions. */
export const openSink = async <D extends ConfigDef>(
  definition: SinkDefinition<D>,
  raw: RawConfig,
  { assignment = [{ topic: 'topic', partition: 0 }], reporter = true }: OpenSinkOptions = {},
): Promise<OpenedSink> => {
  const log = new FakeLogger()
  const controller = new AbortController()
  const asked: string[] = []
  const reported: { record: SinkRecord; error: Error }[] = []
  const named = (partitions: readonly TopicPartition[]): string =>
    partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' ')
  const context: SinkTaskContext = {
    connector: 'test',
    task: 0,
    log,
    signal: controller.signal,
    assignment: () => assignment,
    seek: (partition, offset) => void asked.push(`seek ${named([partition])} ${offset}`),
    timeout: (ms) => void asked.push(`timeout ${ms}`),
    pause: (...partitions) => void asked.push(`pause ${named(partitions)}`),
    resume: (...partitions) => void asked.push(`resume ${named(partitions)}`),
    requestCommit: () => void asked.push('requestCommit'),
    errantRecordReporter: reporter ? async (record, error) => void reported.push({ record, error }) : undefined,
  }
  const settings = parseOrThrow(definition.config, raw)
  const taskRaw = (await definition.tasks?.(settings, 1, raw))?.[0] ?? raw
  const taskSettings = parseOrThrow(definition.taskConfig ?? definition.config, taskRaw) as typeof settings
  const task = await definition.openTask(taskSettings, context, taskRaw)
  await task.open?.(assignment)
  const stop = async (): Promise<void> => {
    controller.abort()
    await task.close?.(assignment)
    await task.stop()
  }
  return { task, log, asked, reported, stop }
}

/** A sink record with `value`, everything else plain. */
export const sinkRecord = (value: unknown, more: Partial<SinkRecord> = {}): SinkRecord => {
  const { topic = 'topic', partition = 0, offset = 0 } = more
  return {
    topic,
    partition,
    offset,
    keySchema: null,
    key: null,
    valueSchema: null,
    value,
    timestamp: 0,
    timestampType: 'CreateTime',
    headers: NO_HEADERS,
    originalTopic: topic,
    originalPartition: partition,
    originalOffset: offset,
    ...more,
  }
}
