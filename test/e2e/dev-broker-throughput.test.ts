// What records of 85 bytes cost the development broker, in and out over a socket, beside a client on the same machine.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { batchOf } from '../dev-broker/batches.ts'
import { rawClient } from '../dev-broker/raw-client.ts'
import { fetchFrom, produceTo } from '../dev-broker/scenarios-records.ts'
import { startBrokerProcess } from '../dev-broker/start-broker-process.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { slowness } from '../helpers/slowness.ts'

const records = 1_000_000
const perBatch = 1000
const inFlight = 5
/** Records per second in, and as many out, on this project's machine of two cores. */
const floor = 200_000
/** A machine that has other work meanwhile may take longer by the clock, but not by the processor. */
const patience = process.env['SOAK'] === '1' ? 1 : 4
/** Of the broker's processor time: at the floor, in and out are 10 s on one core. It takes about 2. */
const mostCpuMs = 5000

for (const where of ['in memory', 'in files'] as const) {
  test(`${where}: ${records} records of 85 bytes go in and out, ${floor} a second or more each way`, {
    timeout: 300_000,
  }, async (t) => {
    const folder = temporaryDir(t)
    const broker = await startBrokerProcess(folder, where === 'in files' ? { dataDir: join(folder, 'data') } : {})
    t.after(() => broker.kill())
    const client = await rawClient(broker.bootstrap)
    await client.call(metadata, 9, {
      topics: [{ name: 'many' }],
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    })
    const cpuBefore = broker.cpuMs()
    const batch = batchOf(Array.from({ length: perBatch }, () => 'x'.repeat(85)))
    let began = performance.now()
    const waiting: Promise<unknown>[] = []
    for (let sent = 0; sent < records; sent += perBatch) {
      waiting.push(client.call(produce, 9, produceTo('many', batch)))
      if (waiting.length >= inFlight) await waiting.shift()
    }
    await Promise.all(waiting)
    const written = (records / (performance.now() - began)) * 1000
    began = performance.now()
    let next = 0
    while (next < records) {
      const { responses } = await client.call(fetchApi, 12, fetchFrom('many', next))
      const before = next
      for (const { lastOffset, recordCount } of readBatches(responses[0]!.partitions[0]!.records)) {
        assert.equal(recordCount, perBatch)
        next = lastOffset + 1
      }
      assert.ok(next > before, `the log ends at ${next}`)
    }
    const read = (records / (performance.now() - began)) * 1000
    const cost = broker.cpuMs() - cpuBefore
    t.diagnostic(
      `${written.toFixed(0)} records/s in, ${read.toFixed(0)} out; ${cost} ms of the broker's processor time for both`,
    )
    client.close()
    const slow = slowness()
    const of = `on a processor ${slow.toFixed(1)} times slower than usual`
    assert.ok(cost < mostCpuMs * slow, `${cost} ms of processor time ${of}`)
    assert.ok(written * patience * slow > floor, `${written.toFixed(0)} records/s in ${of}`)
    assert.ok(read * patience * slow > floor, `${read.toFixed(0)} records/s out ${of}`)
  })
}
