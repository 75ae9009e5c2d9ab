import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicNameMatches } from '../../src/transforms/predicates/topic-name-matches.ts'
import { regexRouter } from '../../src/transforms/regex-router.ts'
import { timestampRouter } from '../../src/transforms/timestamp-router.ts'
import { recordOf, run } from './records.ts'

const route = (regex: string, replacement: string, topic: string) =>
  run(regexRouter, { regex, replacement }, recordOf(null, 'v', { topic }))?.topic

test('a topic is renamed only when the pattern matches all of it', () => {
  assert.equal(route('(.*)-v\\d+', '$1', 'orders-v12'), 'orders')
  assert.equal(route('orders', 'x', 'orders-v12'), 'orders-v12')
  assert.equal(route('.*', 'pre-$0', 'orders'), 'pre-orders')
})

test('the first match is replaced, which may be shorter than the topic', () => {
  assert.equal(route('a|ab', 'x', 'ab'), 'xb')
})

test('topic and time are filled in wherever they stand', () => {
  const settings = {
    'topic.format': '$\u007btimestamp}_$\u007btopic}_$\u007btopic}',
    'timestamp.format': 'yyyy.MM.dd.HH',
  }
  assert.equal(run(timestampRouter, settings, recordOf(null, 'v'))?.topic, '2023.11.14.22_orders_orders')
})

test('a record without a timestamp is an error that shows the record', () => {
  assert.throws(
    () => run(timestampRouter, {}, recordOf(null, 'v', { timestamp: null, sourcePartition: {}, sourceOffset: {} })),
    {
      message:
        "Timestamp missing on record: SourceRecord{sourcePartition={}, sourceOffset={}} ConnectRecord{topic='orders', kafkaPartition=3, key=null, keySchema=null, value=v, valueSchema=null, timestamp=null, headers=ConnectHeaders(headers=)}",
    },
  )
})

test('a predicate on the topic looks at all of its name, record by record', () => {
  const matches = topicNameMatches.create({ pattern: 'my-.*' })
  const topics = ['my-a', 'x-my-a', 'my-b']
  assert.deepEqual(
    topics.map((topic) => matches(recordOf(null, 'v', { topic }))),
    [true, false, true],
  )
})
