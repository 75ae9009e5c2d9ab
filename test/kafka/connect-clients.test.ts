import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dlqAdminConfig,
  dlqProducerConfig,
  offsetsAdminConfig,
  sinkConsumerConfig,
  taskProducerConfig,
  topicAdminConfig,
  workerAdminConfig,
} from '../../src/kafka/connect-clients.ts'

const worker = {
  'bootstrap.servers': 'w:1',
  'security.protocol': 'SSL',
  'producer.linger.ms': '7',
  'producer.acks': '1',
  'consumer.max.poll.records': '9',
  'admin.request.timeout.ms': '11',
}
const connector = {
  name: 'c',
  'producer.override.acks': '0',
  'consumer.override.group.id': 'mine',
  'admin.override.client.id': 'own',
}
const owner = { worker, connector, connectorName: 'c' }

test("a task's producer has Connect's fixed settings under the worker's under the connector's", () => {
  assert.deepEqual(taskProducerConfig(owner, 2), {
    'bootstrap.servers': 'w:1',
    'max.block.ms': '9223372036854775807',
    acks: '0',
    'batch.size': '491520',
    'delivery.timeout.ms': '2147483647',
    'client.id': 'connector-producer-c-2',
    'linger.ms': '7',
  })
  assert.equal(taskProducerConfig({ ...owner, connector: {} }, 2)['acks'], '1')
  assert.equal(dlqProducerConfig(owner, 0)['client.id'], 'connector-dlq-producer-c-0')
})

test("the worker's own security settings do not reach producers and consumers", () => {
  assert.equal(taskProducerConfig(owner, 0)['security.protocol'], undefined)
  assert.equal(sinkConsumerConfig(owner, 0)['security.protocol'], undefined)
})

test("a sink's consumer reads from the earliest offset in a group named after the connector", () => {
  assert.deepEqual(sinkConsumerConfig({ ...owner, connector: {} }, 1), {
    'group.id': 'connect-c',
    'client.id': 'connector-consumer-c-1',
    'bootstrap.servers': 'w:1',
    'enable.auto.commit': 'false',
    'auto.offset.reset': 'earliest',
    'max.poll.records': '9',
  })
  assert.equal(sinkConsumerConfig(owner, 1)['group.id'], 'mine')
})

test("admin clients have the worker's settings without prefix, then admin., then the connector's", () => {
  assert.deepEqual(topicAdminConfig({ ...owner, connector: {} }, 3), {
    'bootstrap.servers': 'w:1',
    'client.id': 'connector-adminclient-c-3',
    'security.protocol': 'SSL',
    'request.timeout.ms': '11',
  })
  assert.equal(dlqAdminConfig(owner, 3)['client.id'], 'own')
  assert.equal(dlqAdminConfig({ ...owner, connector: {} }, 3)['client.id'], 'connector-dlq-adminclient-c-3')
  assert.equal(offsetsAdminConfig({ ...owner, connector: {} })['client.id'], 'connector-worker-adminclient-c')
})

test("the worker's look-up of the cluster takes the worker's settings as they are", () => {
  assert.deepEqual(workerAdminConfig(worker), { 'client.id': 'adminclient-1', ...worker })
})

test('a key called __proto__ is a key like any other', () => {
  const odd = JSON.parse('{"producer.__proto__": "x"}') as Record<string, string>
  assert.ok(Object.hasOwn(taskProducerConfig({ ...owner, worker: { ...worker, ...odd } }, 0), '__proto__'))
})
