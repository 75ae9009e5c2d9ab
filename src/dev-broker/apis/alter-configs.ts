import { alterConfigs } from '../../protocol/messages/alter-configs.ts'
import { incrementalAlterConfigs } from '../../protocol/messages/incremental-alter-configs.ts'
import type { Broker } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { listOf, settingValueOf, type TopicSettings, topicSettings } from '../topic-settings.ts'
import { resourceTypes } from './describe-configs.ts'

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

interface Change {
  readonly name: string
  readonly configOperation: number
  readonly value: string | null
}

export const incrementalAlterConfigsHandler = handler(incrementalAlterConfigs, async (request, { broker }) => {
  const responses = request.resources.map((resource) =>
    alter(broker, resource, request.validateOnly, (settings) => changed(settings, resource.configs, broker)),
  )
  await broker.journal.flush()
  return { responses }
})

/** What is not named goes back to its default. */
export const alterConfigsHandler = handler(alterConfigs, async (request, { broker }) => {
  const responses = request.resources.map((resource) =>
    alter(broker, resource, request.validateOnly, () =>
      changed(
        new Map(),
        resource.configs.map((one) => ({ ...one, configOperation: operations.set })),
        broker,
      ),
    ),
  )
  await broker.journal.flush()
  return { responses }
})

const alter = (
  { topics }: Broker,
  { resourceType, resourceName }: Resource,
  dryRun: boolean,
  change: (settings: TopicSettings) => TopicSettings,
) => {
  const answer = (errorCode: number, errorMessage: string | null) => ({
    errorCode,
    errorMessage,
    resourceType,
    resourceName,
  })
  try {
    if (resourceType !== resourceTypes.topic) {
      throw new BrokerError('INVALID_REQUEST', 'Only settings of topics can be changed on this broker')
    }
    const topic = topics.get(resourceName)
    if (topic === undefined) throw new BrokerError('UNKNOWN_TOPIC_OR_PARTITION')
    topics.setSettings(topic, change(topic.settings), dryRun)
    return answer(noError, null)
  } catch (error) {
    if (error instanceof BrokerError) return answer(error.code, error.message)
    throw error
  }
}

const changed = (settings: TopicSettings, changes: readonly Change[], broker: Broker): TopicSettings => {
  const result = new Map(settings)
  for (const { name, configOperation, value } of changes) {
    if (configOperation === operations.delete) {
      result.delete(name)
      continue
    }
    if (value === null) throw new BrokerError('INVALID_REQUEST', `There is no value for ${name}`)
    if (configOperation === operations.set) {
      result.set(name, value)
      continue
    }
    if (topicSettings.get(name)?.type !== 'list') {
      throw new BrokerError('INVALID_CONFIG', `Can't append to or subtract from config key ${name}: it is not a list`)
    }
    const present = listOf(settingValueOf(name, result, broker.topicDefaults))
    const named = listOf(value)
    const others = present.filter((one) => !named.includes(one))
    result.set(name, (configOperation === operations.append ? [...others, ...named] : others).join(','))
  }
  return result
}
