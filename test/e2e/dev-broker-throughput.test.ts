// What a million records of 85 bytes cost the development broker, in and out over a socket.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { readBatches } from '../../src/protocol/record-batch-reader.ts'
import { batchOf } from '../dev-broker/batches.ts'
import { rawClient } from '../dev-broker/raw-client.ts'
import { fetchFrom, produceTo } from '../dev-broker/scenarios-records.ts'
import { freePort, isListening, startProgram, waitUntil } from '../helpers/processes.ts'
import { repoRoot, temporaryDir } from '../helpers/services-dir.ts'

const records = 1_000_000
const perBatch = 1000
const inFlight = 5
/** Of processor time: 200,000 records/s in and as many out are 10 s on one core. It takes about 2. */
const mostCpuMs = 5000

test(`${records} records of 85 bytes in and out take less than ${mostCpuMs} ms of processor time`, {
  timeout: 120_000,
}, async (t) => {
  const folder = temporaryDir(t)
  const port = await freePort()
  const program = join(repoRoot, 'test/dev-broker/broker-process.ts')
  const args = ['--import', 'tsx', program, join(folder, 'data'), String(port)]
  const running = startProgram(process.execPath, args, { logFile: join(folder, 'broker.log'), cwd: repoRoot })
  t.after(() => running.kill())
  await waitUntil(() => isListening(port), { timeoutMs: 20_000, what: 'the broker' })
  const client = await rawClient(`127.0.0.1:${port}`)
  await client.call(metadata, 9, {
    topics: [{ name: 'many' }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  })
  const cpuBefore = cpuMs(running.pid)
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
    for (const { lastOffset, recordCount } of readBatches(responses[0]!.partitions[0]!.records)) {
      assert.equal(recordCount, perBatch)
      next = lastOffset + 1
    }
  }
  const read = (records / (performance.now() - began)) * 1000
  const cost = cpuMs(running.pid) - cpuBefore
  t.diagnostic(`${written.toFixed(0)} records/s in, ${read.toFixed(0)} out; ${cost} ms of processor time`)
  client.close()
  assert.ok(cost < mostCpuMs, `${cost} ms`)
})

/** User and system, in Linux's units of 10 ms. */
const cpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
