import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import { parseTopicCreation } from '../config/topic-creation.ts'
import { taskProducerConfig, topicAdminConfig } from '../kafka/connect-clients.ts'
import { createProducer } from '../kafka/create-producer.ts'
import type { Deliveries } from '../kafka/produce-types.ts'
import type { SourceDefinition, SourceTask } from '../plugin/connector.ts'
import { ConfigError } from '../plugin/errors.ts'
import type { OffsetFields, SourceRecord } from '../plugin/record.ts'
import { createCommittableOffsets, type OffsetRun } from './committable-offsets.ts'
import { createDeliver, SENDER_CLASS } from './deliver.ts'
import { everyStep } from './every-step.ts'
import { isolatedSource } from './isolation/isolated-source.ts'
import { isolationOf } from './isolation/isolation-settings.ts'
import { taskPlugins } from './metrics/task-plugins.ts'
import { createOffsetCommitter } from './offset-committer.ts'
import { type OpenSourceDeadLetters, openSourceDeadLetters, withLetters } from './open-source-dead-letters.ts'
import { runSourceTask } from './run-source-task.ts'
import type { TaskLife } from './task.ts'
import { marked } from './task-calls.ts'
import { taskConverters } from './task-converters.ts'
import { createTaskCounts } from './task-counts.ts'
import { errorSettings } from './task-errors.ts'
import { createTextFrames } from './text-frames.ts'
import { createTolerance, logReporter } from './tolerance.ts'
import { createTopicMaker } from './topic-maker.ts'
import { buildChain } from './transform-chain.ts'
import { noteTopic, type WorkerParts } from './worker-parts.ts'

export interface SourceTaskConfig {
  readonly definition: SourceDefinition
  readonly connector: string
  readonly index: number
  /** The connector's config, variables replaced. */
  readonly connectorConfig: RawConfig
  /** The task's own config, variables replaced. */
  readonly taskConfig: RawConfig
}

/** The whole life of a source task: makes its parts, opens it, runs the loop, closes everything. */
export const sourceTask = async (life: TaskLife, config: SourceTaskConfig, parts: WorkerParts): Promise<void> => {
  const { definition, connector, index, connectorConfig, taskConfig } = config
  const { settings } = parts
  const { log } = life
  const owner = { worker: parts.raw, connector: connectorConfig, connectorName: connector }

  const failing = new AbortController()
  const ending = AbortSignal.any([life.stopping, failing.signal])
  let failure: Error | undefined

  const converters = await taskConverters(connectorConfig, parts.raw, parts.catalog)
  const chain = await buildChain(connectorConfig, parts.catalog)
  const creation = parseTopicCreation(settings['topic.creation.enable'] ? connectorConfig : {})
  if (creation.problems.length > 0) throw new ConfigError(creation.problems.map(({ message }) => message).join('\n'))

  const plugins = taskPlugins(definition, converters, connectorConfig, parts.catalog)
  const counts = createTaskCounts('source', plugins, settings)
  const { metrics, calls } = counts
  parts.counts.set(life.id, counts)

  const errors = errorSettings(connectorConfig)
  const tolerance = createTolerance<SourceRecord>({
    settings: errors,
    reporters: errors['errors.log.enable']
      ? [logReporter(log, life.id, errors['errors.log.include.messages'], describeRecord, counts.errors)]
      : [],
    log,
    signal: life.cancelled,
    counts: counts.errors,
  })

  const offsets = createCommittableOffsets()
  counts.active = () => offsets.outstanding
  let task: SourceTask | undefined
  let deadLetters: OpenSourceDeadLetters | undefined

  const deliveries: Deliveries = {
    delivered(owner, count, landing, tokens) {
      counts.written += count
      counts.bytes += landing.bytes
      noteTopic(parts, connector, landing.topic)
      ;(owner as OffsetRun).done(count)
      metrics.acknowledged(count, offsets.outstanding)
      for (const [i, token] of tokens?.entries() ?? []) {
        const offset = landing.baseOffset < 0 ? -1 : landing.baseOffset + i
        const { topic, partition } = landing
        acknowledge(token as SourceRecord, { topic, partition, offset, timestamp: (token as SourceRecord).timestamp })
      }
    },
    failed(owner, count, error, tokens) {
      if (!tolerance.all) {
        fail(error)
        return
      }
      if (!errors['errors.log.enable']) {
        log.error(
          `WorkerSourceTask{id=${life.id}} ${count} records could not be written and are skipped (errors.tolerance=all)`,
          { error },
        )
      }
      const run = owner as OffsetRun
      for (const token of tokens ?? []) skipped(token as SourceRecord, run, error)
      // No poll may come that would send them.
      deadLetters?.room()
      // Nobody asked which they were.
      if (tokens === null) {
        run.done(count)
        tolerance.skipped(count)
      }
    },
  }

  const skipped = (raw: SourceRecord, run: OffsetRun, error: Error): void => {
    const failed = { stage: 'KAFKA_PRODUCE', className: SENDER_CLASS, error, raw } as const
    try {
      tolerance.failed(failed)
      if (deadLetters === undefined) {
        run.done(1)
        acknowledge(raw, null)
      } else deadLetters.take(failed, run)
    } catch (fatal) {
      fail(fatal)
    }
  }

  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error))
    failing.abort()
  }

  const acknowledge = (
    record: SourceRecord,
    metadata: Parameters<NonNullable<SourceTask['commitRecord']>>[1],
  ): void => {
    try {
      task?.commitRecord?.(record, metadata)
    } catch (error) {
      log.error(`WorkerSourceTask{id=${life.id}} Exception thrown while calling task.commitRecord()`, { error })
    }
  }

  const producerConfig = taskProducerConfig(owner, index)
  const producer = await createProducer(producerConfig, deliveries, log, parts.warnOnce)
  counts.clients = [{ clientId: producerConfig['client.id'] ?? '', figures: producer.figures }]
  const topics = createTopicMaker(creation.topicCreation, topicAdminConfig(owner, index), log)

  // What a task that did not stop in time still has under way must not arrive after its successor's records.
  const giveUp = (): void => {
    void producer.close().catch(() => undefined)
    void deadLetters?.close().catch(() => undefined)
  }
  life.cancelled.addEventListener('abort', giveUp, { once: true })

  const limits = isolationOf(connectorConfig)
  const isolated =
    limits === undefined || parts.startThread === undefined
      ? undefined
      : isolatedSource({
          ...{ start: parts.startThread, limits, log, signal: ending, cancelled: life.cancelled, onLost: fail },
          data: {
            kind: 'source',
            className: definition.className,
            version: definition.version,
            reports: false,
            ...threadConfig(config, parts),
          },
          readOffset: async (partition) => parts.offsets.get(connector, partition),
          classNames: converters.classNames,
          counts: () => counts.errors,
        })

  await everyStep(
    async () => {
      // A task that begins paused is not even opened until it is resumed.
      if (life.gate.paused) {
        life.onState('PAUSED')
        await life.gate.opened(ending)
      }
      if (ending.aborted) return
      deadLetters = await openSourceDeadLetters({
        ...{ connector, task: index, connectorConfig, worker: parts.raw, signal: ending, log, warn: parts.warnOnce },
        ...{ chain, key: converters.key, value: converters.value, header: converters.header },
        tolerant: tolerance.all,
        counts: counts.errors,
        onWritten: (record) => acknowledge(record, null),
        onLost: fail,
        ...(isolated === undefined ? {} : { letterOf: isolated.letterOf }),
      })
      const taskSettings = parseOrThrow(definition.taskConfig ?? definition.config, taskConfig)
      const keepsRecords = tolerance.all && (errors['errors.log.enable'] || deadLetters !== undefined)
      const context = {
        connector,
        task: index,
        log,
        signal: ending,
        readOffset: async (partition: OffsetFields) => parts.offsets.get(connector, partition),
        // Between the task and the converter nobody looks at values, and nobody keeps them.
        takesRows: chain === null && isolated === undefined && !keepsRecords && converters.value.takesRows === true,
      }
      task = await marked(
        calls.loop,
        'start',
        () => isolated?.open() ?? definition.openTask(taskSettings, context, taskConfig),
      )
      const committer = createOffsetCommitter({
        id: life.id,
        task,
        offsets,
        store: (entries) =>
          parts.offsets.set(entries.map(({ partition, offset }) => ({ connector, partition, offset }))),
        intervalMs: settings['offset.flush.interval.ms'],
        timeoutMs: settings['offset.flush.timeout.ms'],
        log,
        mark: calls.commit,
        onCommit: (milliseconds, ok) => {
          if (ok) counts.commits++
          else counts.failedCommits++
          metrics.committed(milliseconds, ok)
        },
      })
      const hearsOfRecords = task.commitRecord !== undefined
      const frames =
        isolated !== undefined || keepsRecords || hearsOfRecords
          ? undefined
          : createTextFrames({ chain, ...converters })
      await runSourceTask({
        id: life.id,
        task,
        deliver: withLetters(
          createDeliver({
            chain: isolated === undefined ? chain : isolated.chain,
            ...(isolated?.converters ?? converters),
            tolerance: isolated?.tolerance(tolerance) ?? tolerance,
            offsets,
            producer,
            signal: ending,
            prepareTopic: async (topic) => {
              await topics.make(topic, ending)
              await producer.learn(topic, ending)
            },
            onBatch: (_, milliseconds) => metrics.converted(milliseconds),
            ...(hearsOfRecords ? { onDropped: (record: SourceRecord) => acknowledge(record, null) } : {}),
            keepsRecords,
            frames,
            ...(deadLetters === undefined ? {} : { deadLetter: deadLetters.take }),
          }),
          deadLetters,
          ending,
        ),
        takesTexts: frames !== undefined,
        drain: async () => {
          const until = performance.now() + settings['offset.flush.timeout.ms']
          await producer.drain(settings['offset.flush.timeout.ms'])
          // Records that could not be written have become letters meanwhile.
          await deadLetters?.drain(Math.max(0, until - performance.now()))
        },
        committer,
        gate: life.gate,
        signal: ending,
        failure: () => failure,
        cancelled: life.cancelled,
        onState: life.onState,
        onPoll: (records, milliseconds) => {
          counts.polled += records
          metrics.polled(records, milliseconds, offsets.outstanding + records)
        },
        calls,
        log,
      })
    },
    () => life.cancelled.removeEventListener('abort', giveUp),
    () => isolated?.close(),
    () => producer.close(),
    () => deadLetters?.close(),
    () => topics.close(),
    () => closeConverters(converters),
  )
}

const threadConfig = ({ connector, index, connectorConfig, taskConfig }: SourceTaskConfig, { raw }: WorkerParts) => ({
  ...{ connector, index, connectorConfig, taskConfig, worker: raw },
})

const closeConverters = ({ key, value, header }: Awaited<ReturnType<typeof taskConverters>>): void => {
  key.close?.()
  value.close?.()
  header.close?.()
}

const describeRecord = (record: SourceRecord): string =>
  `source record is = SourceRecord{sourcePartition=${JSON.stringify(record.sourcePartition)}, sourceOffset=${JSON.stringify(record.sourceOffset)}} ` +
  `ConnectRecord{topic='${record.topic}', kafkaPartition=${record.partition}, timestamp=${record.timestamp}}`
