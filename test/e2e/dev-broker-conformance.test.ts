// The same questions to the development broker and to Apache Kafka: the same answers.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type DevBroker, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { play, scenarios } from '../dev-broker/conformance.ts'
import { withoutApacheKafka } from '../helpers/choose-broker.ts'
import { kafka } from '../helpers/kafka-server.ts'

const skip = await withoutApacheKafka()

describe('The development broker and Apache Kafka answer alike', () => {
  let broker: DevBroker
  before(async () => {
    broker = await startDevBroker({ topicDefaults: { 'retention.ms': '-1' } })
  })
  after(() => broker.close())

  for (const [name, scenario] of Object.entries(scenarios)) {
    test(name, { skip, timeout: 200_000 }, async () => {
      const server = await kafka()
      assert.deepEqual(await play(broker.bootstrap, scenario), await play(server.bootstrap, scenario))
    })
  }
})
