import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DevBrokerOptions, startDevBroker } from '../../src/dev-broker/start-broker.ts'
import { decodeResponse, encodeRequest } from '../../src/protocol/message.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { saslAuthenticate } from '../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../src/protocol/messages/sasl-handshake.ts'
import { inTime } from '../helpers/in-time.ts'
import { within } from '../helpers/processes.ts'
import { batchOf, recordsOf } from './batches.ts'
import { type RawClient, rawClient } from './raw-client.ts'
import { fetchFrom, produceTo } from './scenarios-records.ts'

const withBroker = async (
  options: DevBrokerOptions,
  work: (client: RawClient, bootstrap: string) => Promise<void>,
): Promise<void> => {
  const broker = await startDevBroker(options)
  const client = await rawClient(broker.bootstrap)
  try {
    await work(client, broker.bootstrap)
  } finally {
    client.close()
    await broker.close()
  }
}

const noTopics = { topics: [], includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false }

test('it listens on loopback alone, on a free port, and says nothing', async () => {
  const lines: string[] = []
  const broker = await startDevBroker({ log: (line) => lines.push(line) })
  assert.equal(broker.bootstrap, `127.0.0.1:${broker.port}`)
  assert.ok(broker.port > 0)
  await broker.close()
  assert.deepEqual(lines, [])
})

test('any other address is warned of', async () => {
  const lines: string[] = []
  const broker = await startDevBroker({ host: '0.0.0.0', log: (line) => lines.push(line) })
  const client = await rawClient(broker.bootstrap)
  const { brokers } = await client.call(metadata, 9, noTopics)
  assert.deepEqual([brokers[0]!.host, brokers[0]!.port], ['127.0.0.1', broker.port])
  client.close()
  await broker.close()
  assert.equal(lines.length, 1)
  assert.match(lines[0]!, /0\.0\.0\.0.*loopback/)
})

test('a start takes less than 30 ms once its code is loaded', async () => {
  await inTime(30, 100, async () => {
    const began = performance.now()
    const broker = await startDevBroker()
    const took = performance.now() - began
    await broker.close()
    return took
  })
})

test('a port in use, a data folder in use and a topic default that is not valid are errors', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dev-broker-'))
  const broker = await startDevBroker({ dataDir })
  await assert.rejects(startDevBroker({ port: broker.port }), /EADDRINUSE/)
  await assert.rejects(startDevBroker({ dataDir }), /in use by the broker with process id/)
  await assert.rejects(startDevBroker({ topicDefaults: { 'retention.ms': 'long' } }), /retention\.ms/)
  await broker.close()
  await (await startDevBroker({ dataDir })).close()
  rmSync(dataDir, { recursive: true })
})

test('answers come in the order of the requests, also behind a fetch that waits', () =>
  withBroker({}, async (client) => {
    await client.call(metadata, 9, { ...noTopics, topics: [{ name: 't' }], allowAutoTopicCreation: true })
    const order: string[] = []
    await Promise.all([
      client.call(fetchApi, 12, fetchFrom('t', 0, { maxWaitMs: 150 })).then(() => order.push('fetch')),
      client.call(metadata, 9, noTopics).then(() => order.push('metadata')),
      client.call(produce, 9, produceTo('t', batchOf(['x']))).then(() => order.push('produce')),
    ])
    assert.deepEqual(order, ['fetch', 'metadata', 'produce'])
  }))

test('a fetch that waits is answered as soon as records come, and after its time when none do', () =>
  withBroker({}, async (client, bootstrap) => {
    await client.call(metadata, 9, { ...noTopics, topics: [{ name: 't' }], allowAutoTopicCreation: true })
    const other = await rawClient(bootstrap)
    let began = performance.now()
    const waiting = client.call(fetchApi, 12, fetchFrom('t', 0, { maxWaitMs: 19_000 }))
    await other.call(produce, 9, produceTo('t', batchOf(['here'])))
    const { responses } = await waiting
    assert.deepEqual(
      recordsOf(responses[0]!.partitions[0]!.records).map(({ value }) => value),
      ['here'],
    )
    assert.ok(performance.now() - began < 15_000)
    began = performance.now()
    const nothing = await client.call(fetchApi, 12, fetchFrom('t', 1, { maxWaitMs: 200 }))
    assert.equal(nothing.responses[0]!.partitions[0]!.records!.length, 0)
    const took = performance.now() - began
    assert.ok(took >= 190 && took < 15_000, `${took}`)
    other.close()
  }))

test('a fetch keeps to its limits, but a batch that is larger comes all the same', () =>
  withBroker({}, async (client) => {
    await client.call(metadata, 9, { ...noTopics, topics: [{ name: 't' }], allowAutoTopicCreation: true })
    for (let i = 0; i < 10; i++) await client.call(produce, 9, produceTo('t', batchOf([`${i}`, 'y'.repeat(1000)])))
    const sizeOf = async (more: object) =>
      (await client.call(fetchApi, 12, fetchFrom('t', 0, more))).responses[0]!.partitions[0]!.records!.length
    const all = await sizeOf({})
    assert.equal(await sizeOf({ partitionMaxBytes: 10 }), all / 10)
    assert.equal(await sizeOf({ maxBytes: 1 }), all / 10)
    assert.equal(await sizeOf({ partitionMaxBytes: all / 2 + 7 }), all / 2)
  }))

test('a version of ApiVersions that is too new is answered in version 0', () =>
  withBroker({}, async (client) => {
    const request = encodeRequest(
      apiVersions,
      3,
      { correlationId: 5, clientId: 'new' },
      { clientSoftwareName: 'a', clientSoftwareVersion: '1' },
    )
    request.writeInt16BE(99, 6)
    const { correlationId, body } = decodeResponse(apiVersions, 0, await client.send(request))
    assert.equal(correlationId, 5)
    assert.equal(body.errorCode, 35)
    assert.deepEqual(body.apiKeys, [{ apiKey: 18, minVersion: 0, maxVersion: 4 }])
  }))

test('a request that is not known gets UNSUPPORTED_VERSION and the connection goes on', () =>
  withBroker({}, async (client) => {
    for (const [api, version] of [
      [999, 0],
      [3, 99],
    ] as const) {
      const request = encodeRequest(metadata, 9, { correlationId: 6, clientId: 'x' }, noTopics)
      request.writeInt16BE(api, 4)
      request.writeInt16BE(version, 6)
      const answer = await client.send(request)
      assert.deepEqual([answer.readInt32BE(0), answer.readInt16BE(4)], [6, 35])
    }
    assert.equal((await client.call(metadata, 9, noTopics)).brokers.length, 1)
  }))

test('a malformed request closes its connection with a line in the log, and no other', async () => {
  const lines: string[] = []
  await withBroker({ log: (line) => lines.push(line) }, async (client, bootstrap) => {
    const bad = await rawClient(bootstrap)
    const request = encodeRequest(metadata, 9, { correlationId: 1, clientId: 'bad' }, noTopics)
    const cut = request.subarray(0, request.length - 3)
    cut.writeInt32BE(cut.length - 4, 0)
    await assert.rejects(bad.send(cut), /closed the connection/)
    const huge = await rawClient(bootstrap)
    huge.socket.write(Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]))
    await within(huge.closed, 20_000, 'the connection to be closed')
    assert.equal((await client.call(metadata, 9, noTopics)).brokers.length, 1)
  })
  assert.equal(lines.length, 2)
  assert.match(lines[0]!, /Closing the connection of .*Metadata request version 9/)
  assert.match(lines[1]!, /A request of 2147483647 bytes/)
})

test('with SASL/PLAIN nobody comes in without the password', async () => {
  const lines: string[] = []
  await withBroker({ sasl: { ann: 'secret' }, log: (line) => lines.push(line) }, async (client, bootstrap) => {
    const stranger = await rawClient(bootstrap)
    await assert.rejects(stranger.call(metadata, 9, noTopics), /closed the connection/)
    assert.equal(
      (await client.call(apiVersions, 3, { clientSoftwareName: 'a', clientSoftwareVersion: '1' })).errorCode,
      0,
    )
    assert.deepEqual(await client.call(saslHandshake, 1, { mechanism: 'SCRAM-SHA-256' }), {
      errorCode: 33,
      mechanisms: ['PLAIN'],
    })
    const login = (text: string) => client.call(saslAuthenticate, 1, { authBytes: Buffer.from(text) })
    assert.equal((await login('\0ann\0secret')).errorCode, 34)
    await client.call(saslHandshake, 1, { mechanism: 'PLAIN' })
    assert.equal((await login('\0ann\0wrong')).errorCode, 58)
    assert.equal((await login('\0__proto__\0x')).errorCode, 58)
    assert.equal((await login('\0ann\0secret')).errorCode, 0)
    assert.equal((await client.call(metadata, 9, noTopics)).brokers.length, 1)
  })
  assert.ok(lines.every((line) => !line.includes('secret')))
})

test('a client that goes away is noticed, also behind a request that waits and many that wait for it', () =>
  withBroker({}, async (client, bootstrap) => {
    await client.call(metadata, 9, { ...noTopics, topics: [{ name: 't' }], allowAutoTopicCreation: true })
    const other = await rawClient(bootstrap)
    other.call(fetchApi, 12, fetchFrom('t', 0, { maxWaitMs: 60_000 })).catch(() => undefined)
    const large = produceTo('t', batchOf(['x'.repeat(1_000_000)]))
    for (let i = 0; i < 9; i++) other.call(produce, 9, large).catch(() => undefined)
    other.socket.end()
    await within(other.closed, 60_000, 'the broker to end the connection')
  }))
