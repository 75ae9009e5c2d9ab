import type { RawConfig } from '../config/define.ts'
import type { TopicCreation } from '../config/topic-creation.ts'
import { createAdmin, type KafkaAdmin } from '../kafka/admin.ts'
import { adminSettings } from '../kafka/admin-settings.ts'
import { KafkaError } from '../kafka/errors.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import { settledOrAborted, sleep } from './wait.ts'

/** Creates a source task's topics as `topic.creation.*` say, each before its first record. */
export interface TopicMaker {
  /** Tries again while the brokers cannot be reached; returns early when the signal aborts. @throws ConnectError */
  make(topic: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

const RETRY_MS = 100

/** @param creation undefined: topics are left to the brokers (`auto.create.topics.enable`) */
export const createTopicMaker = (creation: TopicCreation | undefined, admin: RawConfig, log: Logger): TopicMaker => {
  const made = new Set<string>()
  let client: KafkaAdmin | undefined

  const ensure = async (topic: string, { recipeFor }: TopicCreation, signal: AbortSignal): Promise<void> => {
    client ??= createAdmin(adminSettings(admin).settings, log)
    while (!signal.aborted) {
      try {
        if (await client.topicExists(topic)) return
        break
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable) throw failed(topic, error)
        if (!signal.aborted) log.warn(`Looking for topic ${topic} failed and will be tried again`, { error })
        await sleep(RETRY_MS, signal)
      }
    }
    if (signal.aborted) return
    const { partitions, replicationFactor, configs } = recipeFor(topic)
    await client.createTopic({ topic, partitions, replicationFactor, configs }).catch((error: unknown) => {
      throw failed(topic, error)
    })
    log.info(
      `Created topic ${topic} with ${partitions} partitions and replication factor ${replicationFactor} (-1: the broker's default)`,
    )
  }

  return {
    async make(topic, signal) {
      if (creation === undefined || made.has(topic)) return
      await settledOrAborted(ensure(topic, creation, signal), signal)
      if (!signal.aborted) made.add(topic)
    },
    async close() {
      await client?.close()
    },
  }
}

const failed = (topic: string, error: unknown): ConnectError =>
  new ConnectError(`Task failed to create new topic '${topic}'. ${error instanceof Error ? error.message : error}`, {
    cause: error,
  })
