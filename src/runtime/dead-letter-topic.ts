import type { RawConfig } from '../config/define.ts'
import { createAdmin } from '../kafka/admin.ts'
import { adminSettings } from '../kafka/admin-settings.ts'
import { type ClientOwner, dlqAdminConfig, dlqProducerConfig } from '../kafka/connect-clients.ts'
import { createProducer } from '../kafka/create-producer.ts'
import type { Deliveries, RecordProducer } from '../kafka/produce-types.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'

export interface DeadLetterTopic {
  readonly topic: string
  readonly replicationFactor: number
  /** Of the setting that tells it, for a message. */
  readonly replicationKey: string
  readonly owner: ClientOwner
  readonly task: number
  readonly deliveries: Deliveries
  /** Ends the wait for the topic. */
  readonly signal: AbortSignal
  readonly log: Logger
  readonly warn: (warning: string) => void
}

/** Makes sure that a dead letter topic exists, and opens a producer that knows it. @throws ConnectError, KafkaError */
export const openDeadLetterTopic = async (parts: DeadLetterTopic): Promise<RecordProducer> => {
  const { owner, task, topic, log } = parts
  await ensureTopic(parts, dlqAdminConfig(owner, task))
  const producer = await createProducer(dlqProducerConfig(owner, task), parts.deliveries, log, parts.warn)
  try {
    await producer.learn(topic, parts.signal)
  } catch (error) {
    await producer.close()
    throw error
  }
  return producer
}

const ensureTopic = async (parts: DeadLetterTopic, admin: RawConfig): Promise<void> => {
  const { topic, replicationFactor, replicationKey, log } = parts
  const client = createAdmin(adminSettings(admin).settings, log)
  try {
    if (await client.topicExists(topic)) return
    await client.createTopic({ topic, partitions: 1, replicationFactor, configs: {} })
    log.info(`Created the dead letter queue topic ${topic} with replication factor ${replicationFactor}`)
  } catch (error) {
    const hint = `Create it beforehand, or set ${replicationKey} to what the cluster can do`
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConnectError(`Could not initialize dead letter queue with topic=${topic}: ${reason}. ${hint}`, {
      cause: error,
    })
  } finally {
    await client.close()
  }
}
