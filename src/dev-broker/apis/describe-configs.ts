import { errorCode } from '../../protocol/error-codes.ts'
import type { RequestOf } from '../../protocol/message.ts'
import { describeConfigs } from '../../protocol/messages/describe-configs.ts'
import { type Broker, nodeId } from '../broker.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { settingTypes, settingValueOf, topicSettings } from '../topic-settings.ts'

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
    const topic = broker.topics.get(resourceName)
    if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
    return [...topicSettings.keys()].filter(isAsked).map((name) => {
      const value = settingValueOf(name, topic.settings, broker.topicDefaults)
      const ofTopic = topic.settings.get(name)
      const byDefault = settingValueOf(name, new Map(), broker.topicDefaults)
      const configSource = ofTopic === undefined ? settingSources.default : settingSources.topic
      const synonyms = [
        ...(ofTopic === undefined ? [] : [{ name, value: ofTopic, source: settingSources.topic }]),
        { name: brokerName(name), value: byDefault, source: settingSources.default },
      ]
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
  if (resourceName !== String(nodeId) && resourceName !== '') return 'INVALID_REQUEST'
  return [...broker.settings]
    .filter(([name]) => isAsked(name))
    .map(([name, value]) => ({
      name,
      value,
      readOnly: true,
      configSource: settingSources.staticBroker,
      isSensitive: false,
      synonyms: withSynonyms ? [{ name, value, source: settingSources.staticBroker }] : [],
      configType: settingTypes.string,
      documentation: null,
    }))
}

/** What the broker's own setting behind a topic's is called. */
const brokerName = (name: string): string =>
  ({
    'max.message.bytes': 'message.max.bytes',
    'min.insync.replicas': 'min.insync.replicas',
    'compression.type': 'compression.type',
    'unclean.leader.election.enable': 'unclean.leader.election.enable',
    'cleanup.policy': 'log.cleanup.policy',
  })[name] ?? `log.${name}`
