import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import { parseTopicCreation } from '../config/topic-creation.ts'
import { taskProducerConfig, topicAdminConfig } from '../kafka/connect-clients.ts'
import { createProducer } from '../kafka/create-producer.ts'
import type { Deliveries } from '../kafka/produce-types.ts'
import type { SourceDefinition, SourceTask } from '../plugin/connector.ts'
import { ConfigError } from '../plugin/errors.ts'
import type { SourceRecord } from '../plugin/record.ts'
import { createCommittableOffsets, type OffsetRun } from './committable-offsets.ts'
import { createDeliver } from './deliver.ts'
import { everyStep } from './every-step.ts'
import { createOffsetCommitter } from './offset-committer.ts'
import { runSourceTask } from './run-source-task.ts'
import type { TaskLife } from './task.ts'
import { taskConverters } from './task-converters.ts'
import { errorSettings } from './task-errors.ts'
import { createTolerance, logReporter } from './tolerance.ts'
import { createTopicMaker } from './topic-maker.ts'
import { buildChain } from './transform-chain.ts'
import { noteTopic, type TaskCounts, type WorkerParts } from './worker-parts.ts'

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

  const counts: TaskCounts = {
    kind: 'source',
    polled: 0,
    written: 0,
    bytes: 0,
    lag: () => 0,
    commits: 0,
    failedCommits: 0,
  }
  parts.counts.set(life.id, counts)

  const errors = errorSettings(connectorConfig)
  const tolerance = createTolerance<SourceRecord>({
    settings: errors,
    reporters: errors['errors.log.enable']
      ? [logReporter(log, life.id, errors['errors.log.include.messages'], describeRecord)]
      : [],
    log,
    signal: life.cancelled,
  })

  const offsets = createCommittableOffsets()
  let task: SourceTask | undefined

  const deliveries: Deliveries = {
    delivered(owner, count, landing, tokens) {
      counts.written += count
      counts.bytes += landing.bytes
      noteTopic(parts, connector, landing.topic)
      ;(owner as OffsetRun).done(count)
      for (const [i, token] of tokens?.entries() ?? []) {
        const offset = landing.baseOffset < 0 ? -1 : landing.baseOffset + i
        const { topic, partition } = landing
        acknowledge(token as SourceRecord, { topic, partition, offset, timestamp: (token as SourceRecord).timestamp })
      }
    },
    failed(owner, count, error, tokens) {
      if (!tolerance.all) {
        failure ??= error
        failing.abort()
        return
      }
      log.error(
        `WorkerSourceTask{id=${life.id}} ${count} records could not be written and are skipped (errors.tolerance=all)`,
        { error },
      )
      ;(owner as OffsetRun).done(count)
      for (const token of tokens ?? []) acknowledge(token as SourceRecord, null)
    },
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

  const producer = await createProducer(taskProducerConfig(owner, index), deliveries, log, parts.warnOnce)
  const topics = createTopicMaker(creation.topicCreation, topicAdminConfig(owner, index), log)

  // What a task that did not stop in time still has under way must not arrive after its successor's records.
  const giveUp = (): void => void producer.close().catch(() => undefined)
  life.cancelled.addEventListener('abort', giveUp, { once: true })

  await everyStep(
    async () => {
      // A task that begins paused is not even opened until it is resumed.
      if (life.gate.paused) {
        life.onState('PAUSED')
        await life.gate.opened(ending)
      }
      if (ending.aborted) return
      task = await definition.openTask(
        parseOrThrow(definition.taskConfig ?? definition.config, taskConfig),
        {
          connector,
          task: index,
          log,
          signal: ending,
          readOffset: async (partition) => parts.offsets.get(connector, partition),
        },
        taskConfig,
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
        onCommit: (_, ok) => {
          if (ok) counts.commits++
          else counts.failedCommits++
        },
      })
      const hearsOfRecords = task.commitRecord !== undefined
      await runSourceTask({
        id: life.id,
        task,
        deliver: createDeliver({
          chain,
          ...converters,
          tolerance,
          offsets,
          producer,
          signal: ending,
          prepareTopic: async (topic) => {
            await topics.make(topic, ending)
            await producer.learn(topic, ending)
          },
          ...(hearsOfRecords ? { onDropped: (record: SourceRecord) => acknowledge(record, null) } : {}),
        }),
        drain: async () => {
          await producer.drain(settings['offset.flush.timeout.ms'])
        },
        committer,
        gate: life.gate,
        signal: ending,
        failure: () => failure,
        cancelled: life.cancelled,
        onState: life.onState,
        onPoll: (records) => {
          counts.polled += records
        },
        log,
      })
    },
    () => life.cancelled.removeEventListener('abort', giveUp),
    () => producer.close(),
    () => topics.close(),
    () => closeConverters(converters),
  )
}

const closeConverters = ({ key, value, header }: Awaited<ReturnType<typeof taskConverters>>): void => {
  key.close?.()
  value.close?.()
  header.close?.()
}

const describeRecord = (record: SourceRecord): string =>
  `source record is = SourceRecord{sourcePartition=${JSON.stringify(record.sourcePartition)}, sourceOffset=${JSON.stringify(record.sourceOffset)}} ` +
  `ConnectRecord{topic='${record.topic}', kafkaPartition=${record.partition}, timestamp=${record.timestamp}}`
