import { alterConfigs } from '../../src/protocol/messages/alter-configs.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { createPartitions } from '../../src/protocol/messages/create-partitions.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { incrementalAlterConfigs } from '../../src/protocol/messages/incremental-alter-configs.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { waitUntil } from '../helpers/processes.ts'
import type { Conversation } from './conversation.ts'
import type { Scenario } from './scenarios-records.ts'

const creating = (name: string, more: object = {}) => ({
  topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...more }],
})

const noOperations = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false }

const topics: Scenario = async (talk) => {
  const name = await talk.topic('plain', { partitions: 3 })
  for (const version of [0, 1, 4, 5, 7, 8, 9, 10, 12, 13]) {
    await talk.call(metadata, version, { topics: [{ name }], allowAutoTopicCreation: false, ...noOperations })
  }
  const missing = talk.name('missing')
  await talk.call(metadata, 9, { topics: [{ name: missing }], allowAutoTopicCreation: false, ...noOperations })
  await talk.call(metadata, 12, {
    topics: [{ name: null, topicId: '12345678-1234-1234-1234-123456789abc' }],
    ...noOperations,
  })
  await talk.call(metadata, 9, { topics: [{ name: 'not a name' }], allowAutoTopicCreation: true, ...noOperations })
  await talk.call(metadata, 9, { topics: [], ...noOperations })
  await talk.call(createTopics, 5, creating(name))
  for (const bad of ['', '.', '..', 'a/b', 'x'.repeat(250)]) await talk.call(createTopics, 5, creating(bad))
  await talk.call(createTopics, 5, creating(missing, { numPartitions: 0 }))
  await talk.call(createTopics, 5, creating(missing, { replicationFactor: 3 }))
  await talk.call(createTopics, 5, creating(missing, { configs: [{ name: 'no.such.setting', value: '1' }] }))
  await talk.call(createTopics, 5, creating(missing, { configs: [{ name: 'cleanup.policy', value: 'burn' }] }))
  await talk.call(createTopics, 5, creating(missing, { configs: [{ name: 'retention.ms', value: 'x' }] }))
  await talk.call(createTopics, 5, creating(missing, { configs: [{ name: 'retention.ms', value: null }] }))
  await talk.call(createTopics, 4, { ...creating(missing), validateOnly: true })
  await talk.call(createTopics, 5, { topics: [...creating(missing).topics, ...creating(missing).topics] })
  const assigned = talk.name('assigned')
  await talk.call(
    createTopics,
    5,
    creating(assigned, {
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [{ partitionIndex: 0, brokerIds: [9] }],
    }),
  )
  await talk.call(
    createTopics,
    4,
    creating(assigned, {
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [{ partitionIndex: 0, brokerIds: [1] }],
    }),
  )
}

const partitions: Scenario = async (talk) => {
  const name = await talk.topic('growing')
  const grow = (count: number, more: object = {}) =>
    talk.call(createPartitions, 3, {
      topics: [{ name, count, assignments: null }],
      timeoutMs: 60_000,
      validateOnly: false,
      ...more,
    })
  await grow(3, { validateOnly: true })
  await grow(3)
  await grow(3)
  await grow(2)
  await grow(4, { topics: [{ name: talk.name('missing'), count: 4, assignments: null }] })
  await grow(4, { topics: [{ name, count: 4, assignments: [{ brokerIds: [9] }] }] })
}

const deletion: Scenario = async (talk) => {
  const [first, second, third] = [await talk.topic('first'), await talk.topic('second'), await talk.topic('third')]
  await talk.call(deleteTopics, 3, { topicNames: [first, talk.name('missing')], timeoutMs: 60_000 })
  await gone(talk, first)
  await talk.call(deleteTopics, 6, { topics: [{ name: second }], timeoutMs: 60_000 })
  await talk.call(deleteTopics, 6, {
    topics: [{ name: null, topicId: '12345678-1234-1234-1234-123456789abc' }],
    timeoutMs: 60_000,
  })
  const { topics: found } = await talk.ask(metadata, 12, { topics: [{ name: third }], ...noOperations })
  await talk.call(deleteTopics, 6, { topics: [{ name: null, topicId: found[0]!.topicId }], timeoutMs: 60_000 })
  await gone(talk, third)
}

const gone = (talk: Conversation, name: string) =>
  waitUntil(
    async () => {
      const { topics: found } = await talk.ask(metadata, 9, {
        topics: [{ name }],
        allowAutoTopicCreation: false,
        ...noOperations,
      })
      return found[0]?.errorCode === 3
    },
    { timeoutMs: 60_000, what: `${name} to be gone` },
  )

const settings: Scenario = async (talk) => {
  const name = await talk.topic('configured', { config: { 'cleanup.policy': 'compact', 'retention.ms': '5000' } })
  const keys = [
    'cleanup.policy',
    'retention.ms',
    'retention.bytes',
    'max.message.bytes',
    'compression.type',
    'min.insync.replicas',
    'message.timestamp.type',
    'delete.retention.ms',
    'min.cleanable.dirty.ratio',
    'preallocate',
  ]
  const describe = async (version: number, resourceName = name, configurationKeys: string[] | null = keys) => {
    const { results } = await talk.ask(describeConfigs, version, {
      resources: [{ resourceType: 2, resourceName, configurationKeys }],
      includeSynonyms: false,
      includeDocumentation: false,
    })
    for (const { configs } of results) configs.sort((a, b) => (a.name < b.name ? -1 : 1))
    const shown = results.map(({ errorCode, configs }) => ({
      errorCode,
      configs: configs.map(({ documentation: _, ...rest }) => ({
        ...rest,
        configSource: [3, 4].includes(rest.configSource) ? 5 : rest.configSource,
      })),
    }))
    talk.transcript.push({ api: 'DescribeConfigs', version, answer: shown })
  }
  for (const version of [1, 3, 4]) await describe(version)
  await describe(4, talk.name('missing'))
  const change = (configs: { name: string; configOperation: number; value: string | null }[], more: object = {}) =>
    talk.call(incrementalAlterConfigs, 1, {
      resources: [{ resourceType: 2, resourceName: name, configs, ...more }],
      validateOnly: false,
    })
  const settled = (setting: string, value: string) =>
    waitUntil(
      async () => {
        const { results } = await talk.ask(describeConfigs, 4, {
          resources: [{ resourceType: 2, resourceName: name, configurationKeys: [setting] }],
          includeSynonyms: false,
          includeDocumentation: false,
        })
        return results[0]!.configs[0]!.value === value
      },
      { timeoutMs: 60_000, what: `${setting} to be ${value}` },
    )
  await change([
    { name: 'retention.ms', configOperation: 0, value: '7000' },
    { name: 'cleanup.policy', configOperation: 2, value: 'delete' },
  ])
  await settled('retention.ms', '7000')
  await describe(4)
  await change([
    { name: 'cleanup.policy', configOperation: 3, value: 'compact' },
    { name: 'retention.ms', configOperation: 1, value: null },
  ])
  await settled('retention.ms', (await defaultOf(talk, 'retention.ms')) ?? '')
  await describe(4, name, ['cleanup.policy'])
  await change([{ name: 'retention.ms', configOperation: 2, value: '1' }])
  await change([{ name: 'retention.ms', configOperation: 0, value: 'x' }])
  await change([{ name: 'no.such.setting', configOperation: 0, value: 'x' }])
  await change([{ name: 'retention.ms', configOperation: 0, value: '1' }], { resourceName: talk.name('missing') })
  await talk.call(alterConfigs, 1, {
    resources: [{ resourceType: 2, resourceName: name, configs: [{ name: 'max.message.bytes', value: '2000' }] }],
    validateOnly: false,
  })
  await settled('max.message.bytes', '2000')
  await describe(4, name, ['cleanup.policy', 'max.message.bytes'])
}

const defaultOf = async (talk: Conversation, setting: string): Promise<string | null> => {
  const name = await talk.topic('untouched')
  const { results } = await talk.ask(describeConfigs, 4, {
    resources: [{ resourceType: 2, resourceName: name, configurationKeys: [setting] }],
    includeSynonyms: false,
    includeDocumentation: false,
  })
  return results[0]!.configs[0]!.value
}

const cluster: Scenario = async (talk) => {
  for (const version of [0, 1, 2])
    await talk.call(describeCluster, version, { includeClusterAuthorizedOperations: false })
  await talk.call(describeCluster, 1, { includeClusterAuthorizedOperations: false, endpointType: 2 })
  const group = talk.name('group')
  await talk.coordinator(group, 0)
  await talk.coordinator(group, 1)
  for (const version of [0, 1, 2, 3]) await talk.call(findCoordinator, version, { key: group, keyType: 0 })
  for (const version of [4, 5, 6]) await talk.call(findCoordinator, version, { keyType: 1, coordinatorKeys: [group] })
  const { errorCode } = await talk.ask(apiVersions, 3, { clientSoftwareName: 'test', clientSoftwareVersion: '1.0' })
  const bad = await talk.ask(apiVersions, 3, { clientSoftwareName: '', clientSoftwareVersion: '' })
  talk.transcript.push({ api: 'ApiVersions', version: 3, answer: [errorCode, bad.errorCode] })
}

export const adminScenarios: Readonly<Record<string, Scenario>> = {
  'topics are created and described': topics,
  'topics get more partitions': partitions,
  'topics are deleted': deletion,
  'settings of topics are read and changed': settings,
  'the cluster is described': cluster,
}
