import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSinkTopics, sinkTopics } from '../../src/config/sink-topics.ts'

const rows: readonly [string, Record<string, string | null>, readonly string[]][] = [
  ['topics alone are fine', { topics: 'a' }, []],
  ['a pattern alone is fine', { 'topics.regex': 'a.*' }, []],
  ['blank is as good as missing', { topics: 'a', 'topics.regex': '  ' }, []],
  ['one of both is needed', { topics: null }, ['topics', 'topics.regex']],
  ['both are too much', { topics: 'a', 'topics.regex': 'b' }, ['topics', 'topics.regex']],
  [
    'a pattern has to match the whole dead letter topic',
    { 'topics.regex': 'a', 'errors.deadletterqueue.topic.name': 'ab' },
    [],
  ],
  ['a broken pattern is left to its own check', { 'topics.regex': '(', 'errors.deadletterqueue.topic.name': 'ab' }, []],
]
for (const [name, raw, keys] of rows) {
  test(name, () => {
    assert.deepEqual(
      checkSinkTopics(raw).map(({ key }) => key),
      keys,
    )
  })
}

test('each topic counts once, and empty ones not at all', () => {
  assert.deepEqual(sinkTopics({ topics: ' a ,b,,a' }), ['a', 'b'])
  assert.deepEqual(sinkTopics({}), [])
})
