import { randomUUID } from 'node:crypto'
import { BrokerError } from './broker-error.ts'
import type { Journal } from './journal.ts'
import type { LogKeeping } from './log/log-settings.ts'
import type { LogStorage } from './log/log-storage.ts'
import { PartitionLog } from './log/partition-log.ts'
import { checkTopicSettings, logSettingsOf, type TopicSettings } from './topic-settings.ts'

export interface Topic {
  readonly name: string
  readonly id: string
  readonly partitions: readonly PartitionLog[]
  /** Those that were set; see topic-settings.ts for the others. */
  readonly settings: TopicSettings
}

export interface Topics {
  get(name: string): Topic | undefined
  byId(id: string): Topic | undefined
  all(): Topic[]
  /** @throws BrokerError when the name, count or a setting is not valid; with `dryRun` nothing else happens */
  create(name: string, partitions: number, settings: TopicSettings, dryRun?: boolean): Topic | undefined
  /** @throws BrokerError INVALID_PARTITIONS when it is not more than there are, or too many */
  addPartitions(topic: Topic, count: number, dryRun: boolean): void
  /** @throws BrokerError INVALID_CONFIG */
  setSettings(topic: Topic, settings: TopicSettings, dryRun: boolean): void
  delete(topic: Topic): void
  close(): void
}

export interface TopicsParts {
  readonly journal: Journal
  readonly keeping: LogKeeping
  /** Of this broker, before those of Kafka. */
  readonly defaults: TopicSettings
  readonly storageOf: (topic: string, partition: number) => LogStorage
}

/** Each costs a folder and an open file. */
const maxPartitions = 10_000

/** As it is in the journal. */
interface StoredTopic {
  readonly id: string
  readonly partitions: number
  readonly settings: readonly (readonly [string, string])[]
}

export const openTopics = ({ journal, keeping, defaults, storageOf }: TopicsParts): Topics => {
  const topics = new Map<string, Topic>()
  const byId = new Map<string, Topic>()
  let partitionCount = 0

  const openLog = (name: string, partition: number, settings: TopicSettings): PartitionLog =>
    new PartitionLog(name, partition, logSettingsOf(settings, defaults), keeping, storageOf(name, partition))
  const keep = (topic: Topic): Topic => {
    partitionCount += topic.partitions.length - (topics.get(topic.name)?.partitions.length ?? 0)
    topics.set(topic.name, topic)
    byId.set(topic.id, topic)
    return topic
  }
  const store = ({ name, id, partitions, settings }: Topic): void => {
    journal.set(['topic', name], { id, partitions: partitions.length, settings: [...settings] } satisfies StoredTopic)
  }
  const checkCount = (added: number): void => {
    if (partitionCount + added <= maxPartitions) return
    throw new BrokerError('INVALID_PARTITIONS', `This broker has at most ${maxPartitions} partitions`)
  }
  const newLogs = (name: string, from: number, to: number, settings: TopicSettings): PartitionLog[] =>
    range(from, to).map((partition) => {
      storageOf(name, partition).delete() // what was left when the process was killed while it deleted a topic
      return openLog(name, partition, settings)
    })

  for (const [[, name], value] of journal.entries('topic')) {
    const stored = value as StoredTopic
    const settings = new Map(stored.settings)
    const partitions = range(0, stored.partitions).map((index) => openLog(String(name), index, settings))
    keep({ name: String(name), id: stored.id, partitions, settings })
  }

  return {
    get: (name) => topics.get(name),
    byId: (id) => byId.get(id),
    all: () => [...topics.values()],
    create: (name, partitions, settings, dryRun = false) => {
      checkTopicName(name)
      if (topics.has(name)) throw new BrokerError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
      const other = /[._]/.test(name)
        ? [...topics.keys()].find((one) => metricName(one) === metricName(name))
        : undefined
      if (other !== undefined) {
        throw new BrokerError('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${other}`)
      }
      if (partitions <= 0) throw new BrokerError('INVALID_PARTITIONS', 'The number of partitions must be at least 1')
      checkCount(partitions)
      checkTopicSettings(settings)
      if (dryRun) return undefined
      const topic = { name, id: randomUUID(), partitions: newLogs(name, 0, partitions, settings), settings }
      store(topic)
      return keep(topic)
    },
    addPartitions: (topic, count, dryRun) => {
      const { name, settings, partitions } = topic
      if (count <= partitions.length) {
        const message = `The topic ${name} currently has ${partitions.length} partition(s); ${count} would not be an increase.`
        throw new BrokerError('INVALID_PARTITIONS', message)
      }
      checkCount(count - partitions.length)
      if (dryRun) return
      store(keep({ ...topic, partitions: [...partitions, ...newLogs(name, partitions.length, count, settings)] }))
    },
    setSettings: (topic, settings, dryRun) => {
      checkTopicSettings(settings)
      if (dryRun) return
      for (const log of topic.partitions) log.settings = logSettingsOf(settings, defaults)
      store(keep({ ...topic, settings }))
    },
    delete: (topic) => {
      journal.delete(['topic', topic.name])
      topics.delete(topic.name)
      byId.delete(topic.id)
      partitionCount -= topic.partitions.length
      for (const log of topic.partitions) log.delete()
    },
    close: () => {
      for (const { partitions } of topics.values()) for (const log of partitions) log.close()
    },
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** Kafka's metrics do not tell '.' and '_' apart: it takes one of such topics only. */
const metricName = (name: string): string => name.replaceAll('.', '_')

export const isTopicName = (name: string): boolean =>
  /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..'

/** @throws BrokerError INVALID_TOPIC_EXCEPTION */
export const checkTopicName = (name: string): void => {
  if (isTopicName(name)) return
  throw new BrokerError(
    'INVALID_TOPIC_EXCEPTION',
    `Topic name is invalid: '${name.slice(0, 300)}'. It has 1 to 249 letters, digits, '.', '_' and '-', and is not '.' or '..'`,
  )
}

/** @throws BrokerError UNKNOWN_TOPIC_OR_PARTITION */
export const partitionOf = (topics: Topics, topic: string, partition: number): PartitionLog => {
  const log = topics.get(topic)?.partitions[partition]
  if (log === undefined) throw new BrokerError('UNKNOWN_TOPIC_OR_PARTITION')
  return log
}
