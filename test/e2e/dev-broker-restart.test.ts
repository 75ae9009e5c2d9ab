// Groups after a kill -9 of the broker: the development broker answers as Apache Kafka.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playRestart } from '../dev-broker/group-restart.ts'
import type { Broker } from '../helpers/broker-program.ts'
import { withoutApacheKafka } from '../helpers/choose-broker.ts'
import { startDevBrokerProcess } from '../helpers/dev-broker-process.ts'
import { startApacheKafka } from '../helpers/kafka-broker.ts'

const skip = await withoutApacheKafka()

test('members of groups are known after a kill -9 of the broker, to the development broker and to Apache Kafka', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const play = async (broker: Broker) => {
    t.after(() => broker.close())
    return playRestart(broker.bootstrap, async () => {
      await broker.kill()
      await broker.start()
    })
  }
  const [ours, theirs] = [await play(await startDevBrokerProcess()), await play(await startApacheKafka())]
  assert.ok(theirs.length > 20)
  assert.deepEqual(ours, theirs)
})
