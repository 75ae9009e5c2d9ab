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
import { openDeadLetterQueue } from './open-dead-letter-queue.ts'
import { createSinkLoop, type RebalanceListener, type SinkConsumer, type SinkRequests } from './run-sink-task.ts'
import { createSinkContext } from './sink-context.ts'
import { createSinkPositions } from './sink-offsets.ts'
import type { TaskLife } from './task.ts'
import { taskConverters } from './task-converters.ts'
import { errorSettings } from './task-errors.ts'
import { createTolerance, logReporter } from './tolerance.ts'
import { buildChain } from './transform-chain.ts'
import { settledOrAborted } from './wait.ts'
import { noteTopic, type TaskCounts, type WorkerParts } from './worker-parts.ts'

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
    log,
    warn: parts.warnOnce,
  })
  const reporters = errors['errors.log.enable']
    ? [logReporter(log, life.id, errors['errors.log.include.messages'], describeConsumed)]
    : []
  const tolerance = createTolerance<ConsumedRecord>({
    settings: errors,
    reporters: deadLetters === undefined ? reporters : [...reporters, deadLetters.report],
    log,
    signal: life.cancelled,
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
  const consumer = await createConsumer(
    sinkConsumerConfig(owner, index),
    subscription,
    {
      assigned: async (partitions) => listener?.assigned(partitions),
      revoked: async (partitions) => listener?.revoked(partitions),
      lost: async (partitions) => listener?.lost(partitions),
    },
    log,
    parts.warnOnce,
  )
  const counts: TaskCounts = {
    kind: 'sink',
    polled: 0,
    written: 0,
    bytes: 0,
    lag: () => consumer.lag(),
    commits: 0,
    failedCommits: 0,
  }
  parts.counts.set(life.id, counts)
  const wake = (): void => consumer.wakeup()
  stopping.addEventListener('abort', wake, { once: true })
  life.gate.watch(wake)

  const loopConsumer: SinkConsumer = consumer
  let handedOver = false
  await everyStep(
    async () => {
      const task = await definition.openTask(
        parseOrThrow(definition.taskConfig ?? definition.config, taskConfig),
        createSinkContext({
          connector,
          task: index,
          log,
          signal: stopping,
          consumer: () => loopConsumer,
          requests,
          errantRecordReporter: errant?.report,
        }),
        taskConfig,
      )
      const loop = createSinkLoop({
        id: life.id,
        task,
        consumer: loopConsumer,
        deserialize: async (consumed) => {
          errant?.origins.clear()
          counts.polled += consumed.length
          note(consumed)
          const records = await deserialize(consumed)
          const room = deadLetters?.room()
          if (room !== undefined) await settledOrAborted(room, stopping)
          return records
        },
        afterPut: () => {
          errant?.throwFailure()
          deadLetters?.throwFailure()
        },
        positions: createSinkPositions(),
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
        onPut: (records) => {
          counts.written += records
        },
        onCommit: (_, ok) => {
          if (ok) counts.commits++
          else counts.failedCommits++
        },
        log,
      })
      listener = loop.listener
      handedOver = true
      await loop.run()
    },
    () => stopping.removeEventListener('abort', wake),
    () => (handedOver ? undefined : consumer.close()),
    () => deadLetters?.close(),
    () => converters.key.close?.(),
    () => converters.value.close?.(),
    () => converters.header.close?.(),
  )

  function note(consumed: readonly ConsumedRecord[]): void {
    let last: string | undefined
    for (const { topic, key, value } of consumed) {
      counts.bytes += (key?.length ?? 0) + (value?.length ?? 0)
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
