import type { RawConfig } from '../config/define.ts'
import type { TopicCreation } from '../config/topic-creation.ts'
import { createAdmin, type KafkaAdmin } from '../kafka/admin.ts'
import { adminSettings } from '../kafka/client-settings.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'

/** Creates a source task's topics as `topic.creation.*` say, each before its first record. */
export interface TopicMaker {
  make(topic: string): Promise<void>
  close(): Promise<void>
}

/** @param creation undefined: topics are left to the brokers (`auto.create.topics.enable`) */
export const createTopicMaker = (creation: TopicCreation | undefined, admin: RawConfig, log: Logger): TopicMaker => {
  const made = new Set<string>()
  let client: KafkaAdmin | undefined
  return {
    async make(topic) {
      if (creation === undefined || made.has(topic)) return
      client ??= createAdmin(adminSettings(admin).settings, log)
      if (!(await client.topicExists(topic))) {
        const { partitions, replicationFactor, configs } = creation.recipeFor(topic)
        try {
          await client.createTopic({ topic, partitions, replicationFactor, configs })
        } catch (error) {
          throw new ConnectError(
            `Task failed to create new topic '${topic}'. ${error instanceof Error ? error.message : error}`,
            { cause: error },
          )
        }
        log.info(
          `Created topic ${topic} with ${partitions} partitions and replication factor ${replicationFactor} (-1: the broker's default)`,
        )
      }
      made.add(topic)
    },
    async close() {
      await client?.close()
    },
  }
}
