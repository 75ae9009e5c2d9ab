import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type DevBroker, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { play, scenarios } from './conformance.ts'

/** Written by record-conformance.ts; test/e2e/dev-broker-conformance.test.ts asks Apache Kafka again. */
const recorded: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(new URL('recorded/conformance.json', import.meta.url), 'utf8'),
)

describe('The development broker answers as Apache Kafka did', () => {
  let broker: DevBroker
  before(async () => {
    broker = await startDevBroker({ topicDefaults: { 'retention.ms': '-1' } })
  })
  after(() => broker.close())

  for (const [name, scenario] of Object.entries(scenarios)) {
    test(name, async () => assert.deepEqual(await play(broker.bootstrap, scenario), recorded[name]))
  }

  test('the record has at least 350 answers', () => {
    const count = Object.values(recorded).reduce((sum: number, list) => sum + (list as unknown[]).length, 0)
    assert.ok(count >= 350, `${count}`)
  })
})
