import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseTopicCreation } from '../../src/config/topic-creation.ts'
import { createTopicMaker } from '../../src/runtime/topic-maker.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { waitUntil, within } from '../helpers/processes.ts'

const RULES = {
  'topic.creation.default.partitions': '2',
  'topic.creation.default.replication.factor': '1',
}
const UNREACHABLE = { 'bootstrap.servers': '127.0.0.1:1', 'default.api.timeout.ms': '100', 'request.timeout.ms': '100' }

test('without topic.creation settings topics are left to the brokers', async () => {
  const maker = createTopicMaker(undefined, UNREACHABLE, new FakeLogger())
  await maker.make('t', new AbortController().signal)
  await maker.close()
})

test('while no broker can be reached it tries again, until the task shall stop', async () => {
  const log = new FakeLogger()
  const stop = new AbortController()
  const maker = createTopicMaker(parseTopicCreation(RULES).topicCreation, UNREACHABLE, log)
  after(() => maker.close())
  const making = maker.make('t', stop.signal)
  const isTriedAgain = () => log.messages('warn').filter((line) => line.startsWith('Looking for topic t')).length >= 2
  await waitUntil(isTriedAgain, { timeoutMs: 20_000, what: 'two tries', intervalMs: 10 })
  stop.abort()
  await within(making, 20_000, 'the end')
  assert.deepEqual(log.messages('error'), [])
})
