import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import { checkSinkTopics, sinkTopics } from '../config/sink-topics.ts'
import { compileJavaRegex } from '../data/java-regex.ts'
import { sinkConsumerConfig } from '../kafka/connect-clients.ts'
import type { Subscription } from '../kafka/consume.ts'
import { createConsumer } from '../kafka/create-consumer.ts'
import type { SinkDefinition } from '../plugin/connector.ts'
import { ConfigError } from '../plugin/errors.ts'
import { type ConsumedRecord, createDeserialize } from './deserialize.ts'
import { createErrantReporter } from './errant-reporter.ts'
import { everyStep } from './every-step.ts'
import { isolatedSink } from './isolation/isolated-sink.ts'
import { isolationOf } from './isolation/isolation-settings.ts'
import { taskPlugins } from './metrics/task-plugins.ts'
import { openDeadLetterQueue } from './open-dead-letter-queue.ts'
import { createSinkLoop } from './run-sink-task.ts'
import type { RebalanceListener, SinkConsumer, SinkRequests } from './sink-consumer.ts'
import { createSinkContext } from './sink-context.ts'
import { createSinkPositions } from './sink-offsets.ts'
import type { TaskLife } from './task.ts'
import { marked } from './task-calls.ts'
import { taskConverters } from './task-converters.ts'
import { createTaskCounts } from './task-counts.ts'
import { errorSettings } from './task-errors.ts'
import { createTolerance, logReporter } from './tolerance.ts'
import { buildChain } from './transform-chain.ts'
import { settledOrAborted } from './wait.ts'
import { noteTopic, type WorkerParts } from './worker-parts.ts'

export interface SinkTaskConfig {
  readonly definition: SinkDefinition
  readonly connector: string
  readonly index: number
  /** The connector's config, variables replaced. */
  readonly connectorConfig: RawConfig
  /** The task's own config, variables replaced. */
  readonly taskConfig: RawConfig
}

/** The whole life of a sink task: makes its parts, opens it, runs the loop, closes everything. */
export const sinkTask = async (life: TaskLife, config: SinkTaskConfig, parts: WorkerParts): Promise<void> => {
  const { definition, connector, index, connectorConfig, taskConfig } = config
  const { settings } = parts
  const { log, stopping } = life
  const owner = { worker: parts.raw, connector: connectorConfig, connectorName: connector }
  const converters = await taskConverters(connectorConfig, parts.raw, parts.catalog)
  const chain = await buildChain(connectorConfig, parts.catalog)
  const subscription = subscriptionOf(taskConfig)
  const errors = errorSettings(connectorConfig)
  const counts = createTaskCounts('sink', taskPlugins(definition, converters, connectorConfig, parts.catalog), settings)
  const { metrics, calls } = counts
  parts.counts.set(life.id, counts)

  if (life.gate.paused) {
    life.onState('PAUSED')
    await life.gate.opened(stopping)
    if (stopping.aborted) return
  }

  const deadLetters = await openDeadLetterQueue({
    connector,
    task: index,
    connectorConfig,
    worker: parts.raw,
    signal: stopping,
    counts: counts.errors,
    log,
    warn: parts.warnOnce,
  })
  const reporters = errors['errors.log.enable']
    ? [logReporter(log, life.id, errors['errors.log.include.messages'], describeConsumed, counts.errors)]
    : []
  const tolerance = createTolerance<ConsumedRecord>({
    settings: errors,
    reporters: deadLetters === undefined ? reporters : [...reporters, deadLetters.report],
    log,
    signal: life.cancelled,
    counts: counts.errors,
  })

  const requests: SinkRequests = { commit: false, timeoutMs: null, seeks: new Map(), paused: new Map(), held: false }
  const errant =
    deadLetters !== undefined || errors['errors.log.enable'] ? createErrantReporter(converters, tolerance) : undefined
  const deserialize = createDeserialize({
    chain,
    ...converters,
    tolerance,
    ...(errant === undefined ? {} : { origins: errant.origins }),
  })

  // The loop and its consumer know each other: the consumer calls the loop's listener.
  let listener: RebalanceListener | undefined
  const consumerConfig = sinkConsumerConfig(owner, index)
  const consumer = await createConsumer(
    consumerConfig,
    subscription,
    {
      assigned: async (partitions) => listener?.assigned(partitions),
      revoked: async (partitions) => listener?.revoked(partitions),
      lost: async (partitions) => listener?.lost(partitions),
    },
    log,
    parts.warnOnce,
  )
  const positions = createSinkPositions()
  counts.lag = () => consumer.lag()
  counts.active = positions.uncommitted
  counts.clients = [{ clientId: consumerConfig['client.id'] ?? '', figures: consumer.figures }]
  const wake = (): void => consumer.wakeup()
  stopping.addEventListener('abort', wake, { once: true })
  life.gate.watch(wake)

  const limits = isolationOf(connectorConfig)
  let lost: Error | undefined
  const isolated =
    limits === undefined || parts.startThread === undefined
      ? undefined
      : isolatedSink({
          ...{ start: parts.startThread, limits, log, signal: stopping, cancelled: life.cancelled, tolerance, errant },
          data: {
            ...{ kind: 'sink', className: definition.className, version: definition.version },
            ...{ connector, index, connectorConfig, taskConfig, worker: parts.raw, reports: errant !== undefined },
          },
          onLost(error) {
            lost ??= error
            consumer.wakeup()
          },
        })

  // A task may report records later than its put returns: then what they came from is still needed.
  const loopConsumer: SinkConsumer = errant === undefined ? consumer : { ...consumer, release: () => undefined }
  let handedOver = false
  await everyStep(
    async () => {
      const taskSettings = parseOrThrow(definition.taskConfig ?? definition.config, taskConfig)
      const context = createSinkContext({
        connector,
        task: index,
        log,
        signal: stopping,
        consumer: () => loopConsumer,
        requests,
        errantRecordReporter: errant?.report,
      })
      const task = await marked(
        calls.loop,
        'start',
        () => isolated?.open(context) ?? definition.openTask(taskSettings, context, taskConfig),
      )
      const loop = createSinkLoop({
        id: life.id,
        task,
        consumer: loopConsumer,
        deserialize: async (consumed) => {
          if (lost !== undefined) throw lost
          errant?.origins.clear()
          counts.polled += consumed.length
          metrics.fetched(consumed.length)
          note(consumed)
          const began = performance.now()
          const records = await (isolated?.deserialize(consumed) ?? deserialize(consumed))
          if (consumed.length > 0) metrics.converted(performance.now() - began)
          const room = deadLetters?.room()
          if (room !== undefined) await settledOrAborted(room, stopping)
          return records
        },
        afterPut: () => {
          errant?.throwFailure()
          deadLetters?.throwFailure()
        },
        positions,
        requests,
        flushReports: async () => {
          await deadLetters?.flush(settings['offset.flush.timeout.ms'])
        },
        gate: life.gate,
        signal: stopping,
        cancelled: life.cancelled,
        commitIntervalMs: settings['offset.flush.interval.ms'],
        commitTimeoutMs: settings['offset.flush.timeout.ms'],
        onState: life.onState,
        onPut: (records, _, milliseconds) => {
          counts.written += records
          metrics.put(records, milliseconds, positions.uncommitted())
        },
        onCommitBegun: () => {
          metrics.commitNumber++
        },
        onCommit: (milliseconds, ok) => {
          if (ok) counts.commits++
          else counts.failedCommits++
          metrics.committed(milliseconds, ok)
        },
        onLateCommit: () => metrics.commitSkipped(),
        calls,
        log,
      })
      listener = loop.listener
      handedOver = true
      await loop.run()
    },
    () => stopping.removeEventListener('abort', wake),
    () => (handedOver ? undefined : consumer.close()),
    () => isolated?.close(),
    () => deadLetters?.close(),
    () => converters.key.close?.(),
    () => converters.value.close?.(),
    () => converters.header.close?.(),
  )

  function note(consumed: readonly ConsumedRecord[]): void {
    let last: string | undefined
    for (const record of consumed) {
      const { topic } = record
      counts.bytes += record.size ?? (record.key?.length ?? 0) + (record.value?.length ?? 0)
      if (topic !== last) noteTopic(parts, connector, topic)
      last = topic
    }
  }
}

const subscriptionOf = (config: RawConfig): Subscription => {
  const problems = checkSinkTopics(config)
  if (problems.length > 0) throw new ConfigError(problems[0]!.message)
  const pattern = config['topics.regex']?.trim()
  if (!pattern) return { topics: sinkTopics(config) }
  const regex = compileJavaRegex(pattern)
  return { matches: (topic) => regex.matches(topic) }
}

const describeConsumed = ({ topic, partition, offset, timestamp, timestampType }: ConsumedRecord): string => {
  const time = timestamp === -1 ? '' : `, timestamp=${timestamp}, timestampType=${timestampType}`
  return `consumed record is {topic='${topic}', partition=${partition}, offset=${offset}${time}}`
}
