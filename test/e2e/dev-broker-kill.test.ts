// kill -9 of the development broker's process while records are written: none that was acknowledged is missing.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { batchOf } from '../dev-broker/batches.ts'
import { type RawClient, rawClient } from '../dev-broker/raw-client.ts'
import { fetchFrom, produceTo } from '../dev-broker/scenarios-records.ts'
import { freePort, isListening, type Running, startProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

const records = process.env['SOAK'] ? 2_000_000 : 200_000
const perBatch = 100
const kills = process.env['SOAK'] ? 40 : 4

test(`${records} numbered records and ${kills} kills: each is there once, in order`, {
  timeout: 600_000,
}, async (t) => {
  const folder = temporaryDir(t)
  const port = await freePort()
  let running: Running | undefined
  const start = async (): Promise<void> => {
    const program = join(repoRoot, 'test/dev-broker/broker-process.ts')
    const args = ['--import', 'tsx', program, join(folder, 'data'), String(port)]
    running = startProgram(process.execPath, args, { logFile: join(folder, 'broker.log'), cwd: repoRoot })
    await waitUntil(() => isListening(port), {
      timeoutMs: 20_000,
      what: 'the broker',
      giveUp: () => (running!.exit === undefined ? undefined : running!.output()),
    })
  }
  await start()
  t.after(() => running?.kill())
  const bootstrap = `127.0.0.1:${port}`
  let client = await rawClient(bootstrap)
  await client.call(metadata, 9, {
    topics: [{ name: 'numbers' }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  })
  const { producerId, producerEpoch } = await client.call(initProducerId, 4, {
    transactionalId: null,
    transactionTimeoutMs: 1000,
  })

  const restart = async (): Promise<void> => {
    await running!.kill()
    await start()
  }
  /** Sends the batch again and again, with the same sequence number, until it is acknowledged. */
  const write = async (first: number): Promise<void> => {
    const values = Array.from({ length: perBatch }, (_, i) => `${first + i}`)
    for (;;) {
      try {
        const batch = batchOf(values, { producerId, producerEpoch, baseSequence: first })
        const { responses } = await client.call(produce, 9, produceTo('numbers', batch))
        assert.equal(responses[0]!.partitionResponses[0]!.errorCode, 0)
        return
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        client = await reconnect(bootstrap)
      }
    }
  }
  let restarting = Promise.resolve()
  const between = records / (kills + 1)
  let nextKill = between
  for (let first = 0; first < records; first += perBatch) {
    if (first >= nextKill) {
      nextKill += between
      await restarting
      restarting = restart() // while we go on writing
    }
    await write(first)
  }
  await restarting
  await restart()
  client = await reconnect(bootstrap)
  let next = 0
  while (next < records) {
    const { responses } = await client.call(fetchApi, 12, fetchFrom('numbers', next))
    const before = next
    for (const batch of readBatches(responses[0]!.partitions[0]!.records)) {
      const cursor = batch.records()
      while (cursor.next()) {
        assert.equal(cursor.offset, next)
        assert.equal(cursor.value()!.toString(), `${next++}`)
      }
    }
    assert.ok(next > before, `the log ends at ${next}`)
  }
  client.close()
})

const reconnect = (bootstrap: string): Promise<RawClient> =>
  waitUntil(() => rawClient(bootstrap), { timeoutMs: 30_000, intervalMs: 20, what: 'the broker to be back' })
