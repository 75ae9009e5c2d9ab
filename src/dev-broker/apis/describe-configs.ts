import { errorCode } from '../../protocol/error-codes.ts'
import type { RequestOf } from '../../protocol/message.ts'
import { describeConfigs } from '../../protocol/messages/describe-configs.ts'
import { type Broker, nodeId } from '../broker.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { settingTypes, settingValueOf, topicSettings } from '../topic-settings.ts'
import { isTopicName } from '../topics.ts'

/** Where a value comes from, as the protocol numbers it. */
export const settingSources = { topic: 1, staticBroker: 4, default: 5 } as const
export const resourceTypes = { topic: 2, broker: 4 } as const

type Asked = RequestOf<typeof describeConfigs>['resources'][number]

export const describeConfigsHandler = handler(describeConfigs, ({ resources, includeSynonyms }, { broker }) => ({
  results: resources.map((asked) => {
    const { resourceType, resourceName } = asked
    const configs = configsOf(asked, broker, includeSynonyms)
    if (typeof configs === 'string') {
      return { errorCode: errorCode(configs), errorMessage: configs, resourceType, resourceName, configs: [] }
    }
    return { errorCode: noError, errorMessage: null, resourceType, resourceName, configs }
  }),
}))

/** The settings, or the name of the error. */
const configsOf = ({ resourceType, resourceName, configurationKeys }: Asked, broker: Broker, withSynonyms: boolean) => {
  const isAsked = (name: string): boolean => configurationKeys === null || configurationKeys.includes(name)
  if (resourceType === resourceTypes.topic) {
    if (!isTopicName(resourceName)) return 'INVALID_TOPIC_EXCEPTION'
    const topic = broker.topics.get(resourceName)
    if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
    return [...topicSettings.keys()].filter(isAsked).map((name) => {
      const value = settingValueOf(name, topic.settings, broker.topicDefaults)
      const ofTopic = topic.settings.get(name)
      const behind = synonymsOf(name, broker)
      const synonyms = [
        ...(ofTopic === undefined ? [] : [{ name, value: ofTopic, source: settingSources.topic }]),
        ...behind,
      ]
      const configSource = synonyms[0]?.source ?? settingSources.default
      return {
        name,
        value,
        readOnly: false,
        configSource,
        isSensitive: false,
        synonyms: withSynonyms ? synonyms : [],
        configType: settingTypes[topicSettings.get(name)!.type],
        documentation: null,
      }
    })
  }
  if (resourceType !== resourceTypes.broker) return 'INVALID_REQUEST'
  if (resourceName === '') return [] // what was changed for all brokers: nothing can be
  if (resourceName !== String(nodeId)) return 'INVALID_REQUEST'
  return [...broker.settings]
    .filter(([name]) => isAsked(name))
    .map(([name, { value, type, isDefault }]) => {
      const configSource = isDefault ? settingSources.default : settingSources.staticBroker
      return {
        name,
        value,
        readOnly: true,
        configSource,
        isSensitive: false,
        synonyms: withSynonyms ? [{ name, value, source: configSource }] : [],
        configType: settingTypes[type],
        documentation: null,
      }
    })
}

/** The settings of the broker behind a topic's, the one that counts first. Some have none. */
const synonymsOf = (name: string, broker: Broker) => {
  if (withoutSynonym.has(name)) return []
  const brokerName = brokerNames.get(name) ?? `log.${name}`
  const ofBroker = broker.topicDefaults.get(name)
  const first =
    ofBroker === undefined ? [] : [{ name: brokerName, value: ofBroker, source: settingSources.staticBroker }]
  // Kafka's default of this one is another setting
  if (name === 'retention.ms')
    return [...first, { name: 'log.retention.hours', value: '168', source: settingSources.default }]
  return [...first, { name: brokerName, value: topicSettings.get(name)!.default, source: settingSources.default }]
}

const withoutSynonym: ReadonlySet<string> = new Set([
  'flush.ms',
  'follower.replication.throttled.replicas',
  'leader.replication.throttled.replicas',
  'remote.log.copy.disable',
  'remote.log.delete.on.disable',
  'remote.storage.enable',
  'segment.jitter.ms',
  'segment.ms',
])

/** Where it is not that of the topic with `log.` in front. */
const brokerNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'compression.gzip.level': 'compression.gzip.level',
    'compression.lz4.level': 'compression.lz4.level',
    'compression.type': 'compression.type',
    'compression.zstd.level': 'compression.zstd.level',
    'delete.retention.ms': 'log.cleaner.delete.retention.ms',
    'file.delete.delay.ms': 'log.segment.delete.delay.ms',
    'flush.messages': 'log.flush.interval.messages',
    'max.compaction.lag.ms': 'log.cleaner.max.compaction.lag.ms',
    'max.message.bytes': 'message.max.bytes',
    'min.cleanable.dirty.ratio': 'log.cleaner.min.cleanable.ratio',
    'min.compaction.lag.ms': 'log.cleaner.min.compaction.lag.ms',
    'min.insync.replicas': 'min.insync.replicas',
    'segment.index.bytes': 'log.index.size.max.bytes',
    'unclean.leader.election.enable': 'unclean.leader.election.enable',
  }),
)
