import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import { sinkConnectorConfig } from '../config/sink-connector-settings.ts'
import type { Logger } from '../plugin/logger.ts'
import { createDeadLetterQueue, type DeadLetterQueue } from './dead-letter-queue.ts'
import { openDeadLetterTopic } from './dead-letter-topic.ts'
import type { ErrorCounts } from './tolerance.ts'

export interface OpenDeadLetterQueue extends DeadLetterQueue {
  close(): Promise<void>
}

export interface OpenDeadLetterParts {
  readonly connector: string
  readonly task: number
  readonly connectorConfig: RawConfig
  readonly worker: RawConfig
  readonly signal: AbortSignal
  readonly counts?: ErrorCounts
  readonly log: Logger
  readonly warn: (warning: string) => void
}

const REPLICATION = 'errors.deadletterqueue.topic.replication.factor'

/** Makes sure that the dead letter topic exists and opens its producer; undefined when none is configured. */
export const openDeadLetterQueue = async (parts: OpenDeadLetterParts): Promise<OpenDeadLetterQueue | undefined> => {
  const { connector, task, connectorConfig, worker, signal, log, warn } = parts
  const settings = parseOrThrow(sinkConnectorConfig, connectorConfig)
  const topic = settings['errors.deadletterqueue.topic.name']
  if (topic === '') return undefined
  const owner = { worker, connector: connectorConfig, connectorName: connector }
  let queue: DeadLetterQueue | undefined
  const deliveries = {
    delivered: () => undefined,
    failed: (_owner: unknown, _count: number, error: Error) => queue?.failed(error),
  }
  const producer = await openDeadLetterTopic({
    ...{ topic, owner, task, deliveries, signal, log, warn },
    replicationFactor: settings[REPLICATION],
    replicationKey: REPLICATION,
  })
  queue = createDeadLetterQueue({
    topic,
    contextHeaders: settings['errors.deadletterqueue.context.headers.enable'],
    connector,
    task,
    producer,
    counts: parts.counts,
    log,
  })
  return { ...queue, close: () => producer.close() }
}
