import { sinkConnectorConfig } from '../config/connector-settings.ts'
import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import { createAdmin } from '../kafka/admin.ts'
import { adminSettings } from '../kafka/client-settings.ts'
import { dlqAdminConfig, dlqProducerConfig } from '../kafka/connect-clients.ts'
import { createProducer } from '../kafka/create-producer.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import { createDeadLetterQueue, type DeadLetterQueue } from './dead-letter-queue.ts'

export interface OpenDeadLetterQueue extends DeadLetterQueue {
  close(): Promise<void>
}

export interface OpenDeadLetterParts {
  readonly connector: string
  readonly task: number
  readonly connectorConfig: RawConfig
  readonly worker: RawConfig
  readonly signal: AbortSignal
  readonly log: Logger
  readonly warn: (warning: string) => void
}

/** Makes sure that the dead letter topic exists and opens its producer; undefined when none is configured. */
export const openDeadLetterQueue = async (parts: OpenDeadLetterParts): Promise<OpenDeadLetterQueue | undefined> => {
  const { connector, task, connectorConfig, worker, signal, log, warn } = parts
  const settings = parseOrThrow(sinkConnectorConfig, connectorConfig)
  const topic = settings['errors.deadletterqueue.topic.name']
  if (topic === '') return undefined
  const owner = { worker, connector: connectorConfig, connectorName: connector }
  await ensureTopic(
    topic,
    settings['errors.deadletterqueue.topic.replication.factor'],
    dlqAdminConfig(owner, task),
    log,
  )
  let queue: DeadLetterQueue | undefined
  const deliveries = {
    delivered: () => undefined,
    failed: (_owner: unknown, _count: number, error: Error) => queue?.failed(error),
  }
  const producer = await createProducer(dlqProducerConfig(owner, task), deliveries, log, warn)
  try {
    await producer.learn(topic, signal)
  } catch (error) {
    await producer.close()
    throw error
  }
  queue = createDeadLetterQueue({
    topic,
    contextHeaders: settings['errors.deadletterqueue.context.headers.enable'],
    connector,
    task,
    producer,
    log,
  })
  return { ...queue, close: () => producer.close() }
}

const ensureTopic = async (topic: string, replicationFactor: number, admin: RawConfig, log: Logger): Promise<void> => {
  const client = createAdmin(adminSettings(admin).settings, log)
  try {
    if (await client.topicExists(topic)) return
    await client.createTopic({ topic, partitions: 1, replicationFactor, configs: {} })
    log.info(`Created the dead letter queue topic ${topic} with replication factor ${replicationFactor}`)
  } catch (error) {
    const hint = `Create it beforehand, or set errors.deadletterqueue.topic.replication.factor to what the cluster can do`
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConnectError(`Could not initialize dead letter queue with topic=${topic}: ${reason}. ${hint}`, {
      cause: error,
    })
  } finally {
    await client.close()
  }
}
