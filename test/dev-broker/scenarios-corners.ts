import { topicSettings } from '../../src/dev-broker/topic-settings.ts'
import { loadCodec } from '../../src/protocol/compression.ts'
import { zeroUuid } from '../../src/protocol/message-fields.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { describeTopicPartitions } from '../../src/protocol/messages/describe-topic-partitions.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { waitUntil } from '../helpers/processes.ts'
import { batchOf, noon } from './batches.ts'
import { fetchFrom, offsetsAt, produceTo, type Scenario } from './scenarios-records.ts'

/** The empty name is a group for offsets, and for nothing else. */
const withoutName: Scenario = async (talk) => {
  const topic = await talk.topic('t')
  const commit = (committedOffset: number, generation = -1, memberId = '') => ({
    groupId: '',
    generationIdOrMemberEpoch: generation,
    memberId,
    groupInstanceId: null,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: null }] }],
  })
  const topics = [{ name: topic, partitionIndexes: [0] }]
  await talk.call(findCoordinator, 4, { keyType: 0, coordinatorKeys: [''] })
  await talk.call(offsetFetch, 7, { groupId: '', topics, requireStable: false })
  for (const version of [2, 7, 8, 9]) await talk.call(offsetCommit, version, commit(version))
  await talk.call(offsetCommit, 8, commit(1, 3, 'member'))
  await talk.call(offsetFetch, 7, { groupId: '', topics, requireStable: false })
  await talk.call(offsetFetch, 8, { groups: [{ groupId: '', topics }] })
  await talk.call(describeGroups, 5, { groups: [''], includeAuthorizedOperations: false })
  await talk.call(heartbeat, 4, { groupId: '', generationId: 0, memberId: 'm', groupInstanceId: null })
  await talk.call(offsetDelete, 0, { groupId: '', topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }] })
  await talk.call(offsetFetch, 7, { groupId: '', topics, requireStable: false })
  await talk.call(offsetCommit, 8, commit(4))
  await talk.call(deleteGroups, 2, { groupsNames: [''] })
  await talk.call(deleteGroups, 2, { groupsNames: [''] })
}

/** zstd came with Produce 7 and Fetch 10. */
const oldVersions: Scenario = async (talk) => {
  const topic = await talk.topic('old')
  const codec = await loadCodec('zstd')
  for (const version of [3, 6, 7]) await talk.call(produce, version, produceTo(topic, batchOf(['packed'], { codec })))
  for (const version of [4, 9, 10, 11]) await talk.call(fetchApi, version, fetchFrom(topic, 0))
  await talk.call(listOffsets, 1, offsetsAt(topic, noon))
  await talk.call(listOffsets, 3, offsetsAt(topic, noon + 1))
}

const byId: Scenario = async (talk) => {
  const topic = await talk.topic('named', { partitions: 2 })
  const none = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false }
  const { topics } = await talk.ask(metadata, 12, { topics: [{ name: topic }], ...none })
  const topicId = topics[0]!.topicId
  for (const version of [12, 13]) {
    await talk.call(metadata, version, { topics: [{ name: null, topicId }], ...none })
    await talk.call(metadata, version, { topics: [{ name: topic }], allowAutoTopicCreation: false, ...none })
    const unknown = '12345678-1234-1234-1234-123456789abc'
    await talk.call(metadata, version, { topics: [{ name: null, topicId: unknown }], ...none })
    await talk.call(metadata, version, { topics: [{ name: topic, topicId: zeroUuid }, { name: topic }], ...none })
  }
}

/** Without those that Kafka can change while it runs: message.max.bytes, min.insync.replicas. */
const shownSettings = [
  'auto.create.topics.enable',
  'broker.id',
  'default.replication.factor',
  'delete.topic.enable',
  'group.max.session.timeout.ms',
  'group.min.session.timeout.ms',
  'node.id',
  'num.partitions',
  'offsets.topic.replication.factor',
  'transaction.max.timeout.ms',
]

/** Kafka has hundreds of settings of a broker; we have those that are asked for. */
const ofResources: Scenario = async (talk) => {
  const topic = await talk.topic('shown', { config: { 'retention.ms': '60000' } })
  const ask = (resourceType: number, resourceName: string, configurationKeys: string[] | null, version = 4) =>
    talk.call(describeConfigs, version, {
      resources: [{ resourceType, resourceName, configurationKeys }],
      includeSynonyms: false,
      includeDocumentation: false,
    })
  for (const version of [1, 2, 3, 4]) await ask(2, topic, ['retention.ms', 'segment.ms', 'no.such'], version)
  await ask(2, 'a/b', null)
  await ask(2, talk.name('missing'), null)
  await ask(4, '77', null)
  await ask(4, 'one', null)
  await ask(4, '1', [...shownSettings])
  await ask(4, '', ['num.partitions'])
  await ask(1, 'x', null)
  await ask(99, 'x', null)
}

const withSynonyms: Scenario = async (talk) => {
  const topic = await talk.topic('synonyms', { config: { 'segment.bytes': '2000000' } })
  // Kafka sets min.insync.replicas for all brokers by itself
  const configurationKeys = [...topicSettings.keys()].filter((name) => name !== 'min.insync.replicas')
  const small = { name: talk.name('small'), numPartitions: 1, replicationFactor: 1, assignments: [] }
  await talk.call(createTopics, 5, { topics: [{ ...small, configs: [{ name: 'segment.bytes', value: '1048575' }] }] })
  await talk.call(describeConfigs, 4, {
    resources: [{ resourceType: 2, resourceName: topic, configurationKeys }],
    includeSynonyms: true,
    includeDocumentation: false,
  })
}

const partitionsInParts: Scenario = async (talk) => {
  const [a, b] = [await talk.topic('a-topic', { partitions: 3 }), await talk.topic('b-topic', { partitions: 2 })]
  const ask = (names: string[], responsePartitionLimit = 2000, cursor: [string, number] | null = null) =>
    talk.call(describeTopicPartitions, 0, {
      topics: names.map((name) => ({ name })),
      responsePartitionLimit,
      cursor: cursor && { topicName: cursor[0], partitionIndex: cursor[1] },
    })
  await ask([b, a, a])
  await ask([a, talk.name('missing'), 'not/a/name'])
  await ask([a, b], 2)
  await ask([a, b], 3)
  await ask([a, b], 2, [a, 2])
  await ask([a, b], 2, [b, 1])
  await ask([a], 0)
}

const whatIsAllowed: Scenario = async (talk) => {
  const topic = await talk.topic('allowed')
  const group = talk.name('allowed-group')
  await talk.coordinator(group, 0)
  const all = { includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true }
  for (const version of [8, 10, 12]) {
    const topics = [{ name: topic }, { name: talk.name('missing') }]
    await talk.call(metadata, version, { topics, allowAutoTopicCreation: false, ...all })
  }
  for (const version of [0, 1, 2])
    await talk.call(describeCluster, version, { includeClusterAuthorizedOperations: true })
  await talk.call(offsetCommit, 8, {
    groupId: group,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }] }],
  })
  const groups = [group, talk.name('missing-group')]
  for (const version of [3, 5, 6])
    await talk.call(describeGroups, version, { groups, includeAuthorizedOperations: true })
}

/** Names that differ in '.' and '_' only. */
const collisions: Scenario = async (talk) => {
  const name = await talk.topic('a.b_c')
  const create = async (other: string) => {
    const topic = { name: other, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    const { topics } = await talk.ask(createTopics, 5, { topics: [topic], validateOnly: true })
    talk.transcript.push({ api: 'CreateTopics', version: 5, answer: topics[0]!.errorCode })
  }
  await create(name.replace('.', '_'))
  await create(name.replaceAll('_', '.'))
  await create(`${name}_`)
}

const timesOfMarkers: Scenario = async (talk) => {
  const topic = await talk.topic('marked')
  const transactionalId = talk.name('marker')
  await talk.coordinator(transactionalId, 1)
  const { producerId, producerEpoch } = await talk.ask(initProducerId, 4, {
    transactionalId,
    transactionTimeoutMs: 60_000,
  })
  const producer = { transactionalId, producerId, producerEpoch }
  const start = Date.now()
  const write = (baseSequence: number, timestamp: number) =>
    talk.ask(
      produce,
      9,
      produceTo(
        topic,
        batchOf([{ value: 'x', timestamp }], { producerId, producerEpoch, baseSequence, transactional: true }),
        { transactionalId },
      ),
    )
  for (const [sequence, timestamp] of [
    [0, start - 60_000],
    [1, start + 1_800_000],
  ] as const) {
    await talk.ask(addPartitionsToTxn, 3, { ...producer, topics: [{ name: topic, partitions: [0] }] })
    await write(sequence, timestamp)
    await talk.ask(endTxn, 4, { ...producer, committed: true })
    await waitUntil(
      async () => {
        const { topics } = await talk.ask(listOffsets, 7, offsetsAt(topic, -1, { committed: true }))
        return topics[0]!.partitions[0]!.offset === 2 * sequence + 2
      },
      { timeoutMs: 60_000, what: 'the marker' },
    )
  }
  // Times are those of this run: the offsets alone are compared
  for (const time of [start - 60_000, start - 59_999, start + 1_000_000]) {
    const { topics } = await talk.ask(listOffsets, 7, offsetsAt(topic, time))
    talk.transcript.push({ api: 'ListOffsets', version: 7, answer: topics[0]!.partitions[0]!.offset })
  }
}

export const cornerScenarios: Readonly<Record<string, Scenario>> = {
  'a group without a name has offsets': withoutName,
  'old versions and zstd': oldVersions,
  'topics are found by their ids': byId,
  'settings of all kinds of resources': ofResources,
  'settings with those of the broker behind them': withSynonyms,
  'partitions are described in parts': partitionsInParts,
  'everything is allowed': whatIsAllowed,
  'names of topics that collide': collisions,
  'transactions are looked up by time': timesOfMarkers,
}
