import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTopicCreation } from '../../src/config/topic-creation.ts'

const prefixed = (settings: Record<string, string>) =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`topic.creation.${key}`, value]))

const DEFAULTS = { 'default.replication.factor': '-1', 'default.partitions': '3' }

test('without a key that starts with topic.creation. nothing is created', () => {
  assert.deepEqual(parseTopicCreation({ topic: 't' }), { topicCreation: undefined, problems: [], warnings: [] })
})

test('the first group that wants a topic makes it, and inherits what it does not say', () => {
  const { topicCreation, problems } = parseTopicCreation(
    prefixed({
      ...DEFAULTS,
      'default.cleanup.policy': 'delete',
      groups: 'logs, all',
      'logs.include': 'log-.*,audit',
      'logs.exclude': 'log-secret',
      'logs.partitions': '1',
      'logs.cleanup.policy': 'compact',
      'logs.retention.ms': '10',
      'all.include': '.*',
      'all.replication.factor': '2',
    }),
  )
  assert.deepEqual(problems, [])
  const logs = { partitions: 1, replicationFactor: -1, configs: { 'cleanup.policy': 'compact', 'retention.ms': '10' } }
  const all = { partitions: 3, replicationFactor: 2, configs: {} }
  assert.deepEqual(topicCreation?.recipeFor('log-a'), logs)
  assert.deepEqual(topicCreation?.recipeFor('audit'), logs)
  assert.deepEqual(topicCreation?.recipeFor('log-secret'), all)
  assert.deepEqual(topicCreation?.recipeFor('my-audit'), all)
})

test('topics that no group wants are made as the default group says, whatever it includes', () => {
  const { topicCreation } = parseTopicCreation(
    prefixed({
      ...DEFAULTS,
      'default.include': 'x',
      'default.compression.type': 'lz4',
      groups: 'none',
      'none.partitions': '9',
    }),
  )
  assert.deepEqual(topicCreation?.recipeFor('t'), {
    partitions: 3,
    replicationFactor: -1,
    configs: { 'compression.type': 'lz4' },
  })
})

test('the default group has to be complete', () => {
  const { topicCreation, problems } = parseTopicCreation(prefixed({ 'default.partitions': '1' }))
  assert.equal(topicCreation, undefined)
  assert.deepEqual(
    problems.map((problem) => problem.message),
    ['Missing required configuration "topic.creation.default.replication.factor" which has no default value.'],
  )
})

test('sizes are positive, or -1 for what the broker says', () => {
  const { problems } = parseTopicCreation(
    prefixed({ 'default.replication.factor': '0', 'default.partitions': '-2', groups: 'g', 'g.include': 'a(' }),
  )
  assert.deepEqual(
    problems.slice(0, 2).map((problem) => problem.message),
    [
      "Invalid value 0 for configuration topic.creation.default.replication.factor: Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
      "Invalid value -2 for configuration topic.creation.default.partitions: Number of partitions must be positive, or -1 to use the broker's default",
    ],
  )
  assert.equal(problems[2]?.key, 'topic.creation.g.include')
})

test('listing the default group is only worth a warning', () => {
  const { topicCreation, warnings } = parseTopicCreation(prefixed({ ...DEFAULTS, groups: 'default' }))
  assert.equal(topicCreation?.recipeFor('t').partitions, 3)
  assert.equal(warnings.length, 1)
})
