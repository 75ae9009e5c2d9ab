import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdmin, type KafkaAdmin } from '../../src/kafka/admin.ts'
import { adminSettings } from '../../src/kafka/admin-settings.ts'
import { decodeRequestBody, encodeResponseBody } from '../../src/protocol/message.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { Reader } from '../../src/protocol/reader.ts'
import { Writer } from '../../src/protocol/writer.ts'
import { type SeenRequest, startFakeBroker } from './fake-broker.ts'

const quiet = { warn: () => {}, info: () => {}, debug: () => {}, isEnabled: () => false }

/** A broker that answers CreateTopics with these error codes, one after the other. */
const withAdmin = async (
  codes: readonly number[],
  use: (admin: KafkaAdmin, asked: ReturnType<typeof read>[]) => Promise<void>,
): Promise<void> => {
  const asked: ReturnType<typeof read>[] = []
  const broker = await startFakeBroker((request) => {
    asked.push(read(request))
    const errorCode = codes[asked.length - 1] ?? 0
    const writer = new Writer()
    writer.uvarint(0) // no tagged fields in the header
    const topics = [{ name: 'new', errorCode, errorMessage: errorCode === 0 ? null : 'because', configs: null }]
    encodeResponseBody(createTopics, request.apiVersion, { throttleTimeMs: 0, topics: topics as never }, writer)
    request.answer(writer.written())
  })
  const admin = createAdmin(
    adminSettings({ 'bootstrap.servers': broker.address, 'retry.backoff.ms': '5' }).settings,
    quiet,
  )
  try {
    await use(admin, asked)
  } finally {
    await admin.close()
    await broker.stop()
  }
}

const read = ({ apiVersion, rest }: SeenRequest) =>
  decodeRequestBody(createTopics, apiVersion, new Reader(rest.subarray(1)))

const topic = { topic: 'new', partitions: -1, replicationFactor: -1, configs: { 'cleanup.policy': 'compact' } }

test('a topic is created as asked, with the defaults of the cluster for -1', async () => {
  await withAdmin([0], async (admin, asked) => {
    assert.equal(await admin.createTopic(topic), true)
    const [created] = asked[0]?.topics ?? []
    assert.deepEqual([created?.name, created?.numPartitions, created?.replicationFactor], ['new', -1, -1])
    assert.deepEqual(created?.configs, [{ name: 'cleanup.policy', value: 'compact' }])
  })
})

test('a topic that exists is no error', async () => {
  await withAdmin([36], async (admin) => assert.equal(await admin.createTopic(topic), false))
})

test('what may pass is tried again, what may not is an error with the reason of the broker', async () => {
  await withAdmin([41, 7, 0], async (admin, asked) => {
    assert.equal(await admin.createTopic(topic), true)
    assert.equal(asked.length, 3)
  })
  await withAdmin([44], async (admin, asked) => {
    await assert.rejects(admin.createTopic(topic), {
      name: 'KafkaError',
      code: 'POLICY_VIOLATION',
      retriable: false,
      message: 'Could not create topic new: POLICY_VIOLATION. because',
    })
    assert.equal(asked.length, 1)
  })
})

test('topics that exist are told from those that do not', async () => {
  await withAdmin([], async (admin) => {
    assert.equal(await admin.clusterId(), 'fake')
    assert.equal(await admin.topicExists('there'), true)
    assert.equal(await admin.topicExists('missing'), false)
    assert.deepEqual(
      (await admin.describeTopics(['there', 'missing'])).map((found) => [found.topic, found.partitions.length]),
      [['there', 2]],
    )
    assert.deepEqual(await admin.listTopics(), ['there'])
  })
})
