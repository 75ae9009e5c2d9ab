// kill -9 of the development broker's process while records are written: none that was acknowledged is missing.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { batchOf } from '../dev-broker/batches.ts'
import { type RawClient, rawClient } from '../dev-broker/raw-client.ts'
import { fetchFrom, produceTo } from '../dev-broker/scenarios-records.ts'
import { startBrokerProcess } from '../dev-broker/start-broker-process.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const soak = process.env['SOAK'] === '1'
const perBatch = 100
const partitions = 2
const topic = 'numbers'

interface Run {
  /** In all partitions together. */
  readonly records: number
  readonly kills: number
  readonly fsync: boolean
}

const runs: readonly Run[] = soak
  ? [
      { records: 2_000_000, kills: 40, fsync: false },
      { records: 200_000, kills: 20, fsync: true },
    ]
  : [
      { records: 200_000, kills: 4, fsync: false },
      { records: 20_000, kills: 2, fsync: true },
    ]

for (const run of runs) {
  const { records, kills, fsync } = run
  const name = `${records} numbered records and ${kills} kills${fsync ? ', with fsync' : ''}: each is there once, in order`
  test(name, { timeout: soak ? 1_800_000 : 280_000 }, (t) => writeThroughKills(t, run))
}

const writeThroughKills = async (t: TestContext, { records, kills, fsync }: Run): Promise<void> => {
  const folder = temporaryDir(t)
  const broker = await startBrokerProcess(folder, { dataDir: join(folder, 'data'), fsync })
  let isOver = false
  t.after(() => {
    isOver = true // whoever still writes or kills when something has failed
    return broker.kill()
  })
  const { bootstrap } = broker
  const admin = await rawClient(bootstrap)
  await admin.call(createTopics, 5, {
    topics: [{ name: topic, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }],
  })
  admin.close()
  const each = records / partitions
  const written = Array.from({ length: partitions }, () => 0)
  let again = 0

  /** Writes one partition. A batch is sent again and again, with the same sequence number, until it is acknowledged. */
  const write = async (index: number): Promise<void> => {
    let client = await rawClient(bootstrap)
    const { producerId, producerEpoch } = await client.call(initProducerId, 4, {
      transactionalId: null,
      transactionTimeoutMs: 1000,
    })
    for (let first = 0; first < each && !isOver; ) {
      const values = Array.from({ length: perBatch }, (_, i) => `${first + i}`)
      try {
        const batch = batchOf(values, { producerId, producerEpoch, baseSequence: first })
        const { responses } = await client.call(produce, 9, produceTo(topic, batch, { index }))
        const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!
        assert.deepEqual({ errorCode, baseOffset }, { errorCode: 0, baseOffset: first })
        first += perBatch
        written[index] = first
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        again++
        client = await reconnect(bootstrap)
      }
    }
    client.close()
  }
  const began = performance.now()
  const writing = Promise.all(written.map((_, index) => write(index)))
  const killing = (async () => {
    for (let kill = 1; kill <= kills; kill++) {
      const reached = (records * kill) / (kills + 1)
      await waitUntil(() => written.reduce((sum, one) => sum + one, 0) >= reached, {
        timeoutMs: soak ? 600_000 : 120_000,
        intervalMs: 2,
        what: `${reached} records`,
        giveUp: () => (isOver ? 'the test is over' : undefined),
      })
      await broker.restart() // while they go on writing
    }
  })()
  await Promise.all([writing, killing])
  const seconds = (performance.now() - began) / 1000
  await broker.restart()
  const client = await reconnect(bootstrap)
  for (let partition = 0; partition < partitions; partition++) await readBack(client, partition, each)
  client.close()
  t.diagnostic(
    `${records} records in ${partitions} partitions, ${kills} kills in ${seconds.toFixed(1)} s (one every ${(seconds / kills).toFixed(1)} s), ${again} requests sent again`,
  )
}

const readBack = async (client: RawClient, partition: number, count: number): Promise<void> => {
  let next = 0
  while (next < count) {
    const { responses } = await client.call(fetchApi, 12, fetchFrom(topic, next, { partition }))
    const { highWatermark, records } = responses[0]!.partitions[0]!
    assert.equal(highWatermark, count)
    const before = next
    for (const batch of readBatches(records)) {
      const cursor = batch.records()
      while (cursor.next()) {
        assert.equal(cursor.offset, next)
        assert.equal(cursor.value()!.toString(), `${next++}`)
      }
    }
    assert.ok(next > before, `the log ends at ${next}`)
  }
}

const reconnect = (bootstrap: string): Promise<RawClient> =>
  waitUntil(() => rawClient(bootstrap), { timeoutMs: 90_000, intervalMs: 20, what: 'the broker to be back' })
