import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '../helpers/kafka-broker.ts'
import { kafka, kafkaServer } from '../helpers/kafka-server.ts'

test('records that a test writes come back with partition, key, headers and timestamp', async () => {
  const server = await kafka()
  const topic = await server.newTopic('server', { partitions: 2 })
  assert.deepEqual(await server.consume(topic), [])
  await server.produce(topic, [
    { key: 'k', value: 'one', partition: 1, timestamp: 1_700_000_000_000, headers: { a: ['x', 'y'], b: 'z' } },
    { value: null, partition: 0, timestamp: 1_700_000_000_001 },
  ])
  assert.deepEqual(await server.consume(topic), [
    { partition: 0, offset: 0, timestamp: 1_700_000_000_001, key: null, value: null, headers: [] },
    {
      partition: 1,
      offset: 0,
      timestamp: 1_700_000_000_000,
      key: Buffer.from('k'),
      value: Buffer.from('one'),
      headers: [
        ['a', Buffer.from('x')],
        ['a', Buffer.from('y')],
        ['b', Buffer.from('z')],
      ],
    },
  ])
  assert.deepEqual(await server.endOffsets(topic), [1, 1])
  assert.deepEqual(await server.groupOffsets('nobody', topic), [-1, -1])
})

test('a broker of one test keeps its port and its records when it is stopped, or killed, and started again', async (t) => {
  const broker = await startBroker()
  t.after(() => broker.close())
  const server = kafkaServer(broker.bootstrap)
  const topic = await server.newTopic('kept')
  await server.produce(topic, [{ value: 'before' }])
  await broker.stop()
  await assert.rejects(fetch(`http://${broker.bootstrap}`))
  await broker.start()
  assert.equal((await server.consume(topic, { count: 1 }))[0]?.value?.toString(), 'before')
  const { pid } = broker
  await broker.kill()
  await broker.start()
  assert.notEqual(broker.pid, pid)
  assert.equal((await server.consume(topic, { count: 1 })).length, 1)
})
