import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from '../../src/config/nearest-name.ts'

const KNOWN = [
  ...['name', 'topic', 'topics', 'topics.regex', 'file', 'tasks.max', 'connector.class', 'acks', 'linger.ms'],
  ...['bootstrap.servers', 'offset.flush.interval.ms', 'offset.flush.timeout.ms', 'key.converter', 'value.converter'],
  ...[
    'field',
    'schemas.enable',
    'errors.deadletterqueue.topic.name',
    'errors.deadletterqueue.topic.replication.factor',
  ],
]

for (const [written, meant] of [
  ['task.max', 'tasks.max'],
  ['tasksMax', 'tasks.max'],
  ['tasks_max', 'tasks.max'],
  ['Tasks.Max', 'tasks.max'],
  ['conector.class', 'connector.class'],
  ['bootstrap.server', 'bootstrap.servers'],
  ['bootstrap.serevrs', 'bootstrap.servers'],
  ['offset.flush.intervall.ms', 'offset.flush.interval.ms'],
  ['errors.deadletterqueue.topic.nmae', 'errors.deadletterqueue.topic.name'],
  ['nmae', 'name'],
  ['producer.ackss', 'producer.acks'],
  ['producer.override.linger_ms', 'producer.override.linger.ms'],
  ['consumer.bootstrap.server', 'consumer.bootstrap.servers'],
  ['transforms.hoist.feild', 'transforms.hoist.field'],
  ['value.converter.schema.enable', 'value.converter.schemas.enable'],
  ['listeners.https.topicz', 'listeners.https.topic'],
] as const) {
  test(`${written} probably means ${meant}`, () => assert.equal(nearestName(written, KNOWN), meant))
}

for (const written of [
  ...['topics', 'producer.acks', 'transforms.hoist.field', 'value.converter.schemas.enable'],
  ...[
    'batch.size',
    'x',
    '',
    'errors.deadletterqueue.topic.size',
    'transforms.hoist.spec',
    '__proto__',
    'offset.flush.x',
  ],
]) {
  test(`nothing is offered for '${written}'`, () => assert.equal(nearestName(written, KNOWN), undefined))
}

test('of two equally near names the first is offered', () => {
  assert.equal(nearestName('cats', ['bats', 'hats']), 'bats')
})
