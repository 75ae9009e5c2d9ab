import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig } from '../../src/config/define.ts'
import type { GroupOffset } from '../../src/kafka/admin-group-offsets.ts'
import { KafkaError } from '../../src/kafka/errors.ts'
import { defineSink, defineSource, type SinkDefinition, type SourceDefinition } from '../../src/plugin/connector.ts'
import { ConnectError } from '../../src/plugin/errors.ts'
import {
  alterConnectorOffsets,
  type ConnectorOffsetParts,
  connectorOffsetParts,
  type OffsetsAdmin,
  readConnectorOffsets,
  resetConnectorOffsets,
} from '../../src/runtime/connector-offsets.ts'
import type { ConnectorOffset } from '../../src/runtime/sink-offset-change.ts'
import { FakeLogger } from '../helpers/fake-context.ts'

const common = { className: 'C', taskClassName: 'T', version: '1', doc: '', config: defineConfig({}) }
const task = { poll: async () => null, put: () => undefined, stop: () => undefined }
const source = (alterOffsets?: SourceDefinition['alterOffsets']) =>
  defineSource({ ...common, kind: 'source', openTask: () => task, ...(alterOffsets && { alterOffsets }) })
const sink = (alterOffsets?: SinkDefinition['alterOffsets']) =>
  defineSink({ ...common, kind: 'sink', openTask: () => task, ...(alterOffsets && { alterOffsets }) })

/** A group on one topic `t` with two partitions. */
const fakeGroup = (offsets: readonly GroupOffset[] = []) => {
  const group = { offsets: [...offsets], exists: true, closed: 0, error: undefined as Error | undefined }
  const admin: OffsetsAdmin = {
    fetchGroupOffsets: async () => {
      if (group.error) throw group.error
      return group.offsets
    },
    alterGroupOffsets: async (_name, changed) => {
      if (group.error) throw group.error
      for (const one of changed) {
        group.offsets = [...group.offsets.filter((each) => each.partition !== one.partition), one]
      }
    },
    deleteGroupOffsets: async (_name, removed) => {
      group.offsets = group.offsets.filter((each) => !removed.some((one) => one.partition === each.partition))
    },
    deleteGroup: async () => {
      group.offsets = []
      group.exists = false
      return true
    },
    describeTopics: async (names) =>
      names
        .filter((name) => name === 't')
        .map((topic) => ({ topic, errorCode: 0, isInternal: false, partitions: [partition(0), partition(1)] })),
    close: async () => {
      group.closed++
    },
  }
  return { group, openAdmin: () => admin }
}
const partition = (number: number) => ({ partition: number, leader: 1, errorCode: 0 }) as never

const parts = (
  definition: SourceDefinition | SinkDefinition,
  { openAdmin }: { openAdmin: () => OffsetsAdmin } = fakeGroup(),
  stored: ConnectorOffset[] = [],
): ConnectorOffsetParts => ({
  name: 'c',
  definition,
  config: {},
  group: 'connect-c',
  openAdmin,
  store: {
    get: () => undefined,
    entries: () => stored.filter(({ offset }) => offset !== null) as never,
    set: async (changes) => void stored.push(...changes.map(({ partition, offset }) => ({ partition, offset }))),
  },
})

const at = (number: number | string, offset: unknown) => ({
  partition: { kafka_topic: 't', kafka_partition: number },
  offset: offset === null ? null : { kafka_offset: offset },
})

test('offsets of a source are those in the store', async () => {
  const stored = [{ partition: { f: 'a' }, offset: { at: 1 } }]
  assert.deepEqual(await readConnectorOffsets(parts(source(), fakeGroup(), stored)), stored)
})

test('offsets of a sink are those of its group, by topic and partition', async () => {
  const fake = fakeGroup([
    { topic: 'u', partition: 0, offset: 1 },
    { topic: 't', partition: 1, offset: 9 },
    { topic: 't', partition: 0, offset: 5 },
  ])
  assert.equal(
    JSON.stringify(await readConnectorOffsets(parts(sink(), fake))),
    '[{"partition":{"kafka_partition":0,"kafka_topic":"t"},"offset":{"kafka_offset":5}},{"partition":{"kafka_partition":1,"kafka_topic":"t"},"offset":{"kafka_offset":9}},{"partition":{"kafka_partition":0,"kafka_topic":"u"},"offset":{"kafka_offset":1}}]',
  )
  assert.equal(fake.group.closed, 1)
})

test('a source connector is asked before its offsets change, and may refuse', async () => {
  const stored: ConnectorOffset[] = []
  const changes = [{ partition: { f: 'a' }, offset: { at: 2 } }]
  const message = 'The offsets for this connector have been altered successfully'
  assert.equal(
    await alterConnectorOffsets(
      parts(
        source(() => true),
        fakeGroup(),
        stored,
      ),
      changes,
    ),
    message,
  )
  assert.deepEqual(stored, changes)
  const refusing = source(() => {
    throw new ConnectError('not like this')
  })
  await assert.rejects(alterConnectorOffsets(parts(refusing, fakeGroup(), stored), changes), {
    status: 400,
    message: 'not like this',
  })
  assert.equal(stored.length, 1)
})

test('when the connector did not take care itself, the user is told so', async () => {
  const framework =
    /^The Connect framework-managed offsets for this connector have been (altered|reset) successfully\. However, if/
  assert.match(await alterConnectorOffsets(parts(source()), []), framework)
  assert.match(await alterConnectorOffsets(parts(sink(() => false)), [at(0, 1)]), framework)
  assert.match(await resetConnectorOffsets(parts(source(() => false))), framework)
  assert.match(await resetConnectorOffsets(parts(sink())), framework)
})

test('offsets of a sink are set and removed; of one partition twice the last counts', async () => {
  const fake = fakeGroup([{ topic: 't', partition: 1, offset: 7 }])
  await alterConnectorOffsets(
    parts(
      sink(() => true),
      fake,
    ),
    [at('0', 1), at(0, '3'), at(1, null)],
  )
  assert.deepEqual(fake.group.offsets, [{ topic: 't', partition: 0, offset: 3 }])
})

test('resetting forgets every offset of a source and the whole group of a sink', async () => {
  const stored = [{ partition: { f: 'a' }, offset: { at: 1 } }] as ConnectorOffset[]
  const message = 'The offsets for this connector have been reset successfully'
  assert.equal(
    await resetConnectorOffsets(
      parts(
        source(() => true),
        fakeGroup(),
        stored,
      ),
    ),
    message,
  )
  assert.deepEqual(stored[1], { partition: { f: 'a' }, offset: null })
  const asked: unknown[] = []
  const fake = fakeGroup([{ topic: 't', partition: 1, offset: 7 }])
  const definition = sink((_raw, offsets) => asked.push(...offsets.values()) > 0)
  assert.equal(await resetConnectorOffsets(parts(definition, fake)), message)
  assert.deepEqual(asked, [{ topic: 't', partition: 1, offset: null }])
  assert.equal(fake.group.exists, false)
})

const keys = "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'"
const badPartition = (text: string) =>
  `Failed to parse the following Kafka partition value in the provided offsets: '${text}'. Partition values for sink connectors need to be integers.`
const badOffset = (text: string) =>
  `Failed to parse the following Kafka offset value in the provided offsets: '${text}'. Offset values for sink connectors need to be integers.`

const refusals: readonly (readonly [ConnectorOffset, string])[] = [
  [{ partition: null, offset: null }, 'The partition for a sink connector offset cannot be null or missing'],
  [{ partition: { kafka_topic: 't' }, offset: null }, keys],
  [
    { partition: { kafka_topic: null, kafka_partition: 0 }, offset: null },
    'Kafka topic names must be valid strings and may not be null',
  ],
  [
    { partition: { kafka_topic: 't', kafka_partition: null }, offset: null },
    'Kafka partitions must be valid numbers and may not be null',
  ],
  [at('x', 1), badPartition('x')],
  [at(1.5, 1), badPartition('1.5')],
  [at(2 ** 31, 1), badPartition('2147483648')],
  [
    { partition: at(0, 1).partition, offset: {} },
    "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
  ],
  [at(0, 'x'), badOffset('x')],
  [{ partition: at(0, 1).partition, offset: { kafka_offset: null } }, badOffset('null')],
  [at(0, -1), 'Kafka offset -1 is negative; offsets begin at 0'],
  [
    { partition: { kafka_topic: 'u', kafka_partition: 0 }, offset: { kafka_offset: 1 } },
    'Kafka topic u does not exist',
  ],
  [at(2, 1), 'Kafka topic t has no partition 2; it has 2, from 0'],
]

for (const [change, message] of refusals) {
  test(`a sink's offset is refused: ${message}`, async () => {
    const fake = fakeGroup()
    await assert.rejects(
      alterConnectorOffsets(
        parts(
          sink(() => true),
          fake,
        ),
        [change],
      ),
      { status: 400, message },
    )
    assert.deepEqual(fake.group.offsets, [])
  })
}

test('what Kafka refuses is told with its reason', async () => {
  const fake = fakeGroup()
  fake.group.error = new KafkaError('UNKNOWN_MEMBER_ID', 'members')
  await assert.rejects(alterConnectorOffsets(parts(sink(), fake), [at(0, 1)]), (error: Error) => {
    assert.match(
      error.message,
      /^Failed to alter consumer group offsets for connector c: its consumer group still has members/,
    )
    return true
  })
  fake.group.error = new KafkaError('CONNECTION_FAILED', 'no route')
  await assert.rejects(readConnectorOffsets(parts(sink(), fake)), {
    status: 500,
    message: 'Failed to retrieve consumer group offsets for sink connector c: no route',
  })
  assert.equal(fake.group.closed, 2)
})

test('the group is the one that the tasks of the connector read with', () => {
  const worker = { raw: { 'bootstrap.servers': 'b:1', 'consumer.group.id': 'g' }, logFor: () => new FakeLogger() }
  const { store } = parts(sink())
  const groupOf = (config: Record<string, string>) =>
    connectorOffsetParts('c', sink(), config, { ...worker, offsets: store }).group
  assert.equal(groupOf({}), 'g')
  assert.equal(groupOf({ 'consumer.override.group.id': 'own' }), 'own')
  assert.equal(connectorOffsetParts('c', sink(), {}, { ...worker, raw: {}, offsets: store }).group, 'connect-c')
})
