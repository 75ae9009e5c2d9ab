import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Password } from '../../src/config/define.ts'
import type { ConnectionSettings } from '../../src/kafka/connection-settings.ts'
import { createConnections, type KafkaConnections } from '../../src/kafka/connections.ts'
import { KafkaError } from '../../src/kafka/errors.ts'
import type { KafkaLogger } from '../../src/kafka/kafka-log.ts'
import { producerSettings } from '../../src/kafka/producer-settings.ts'
import { freePort, waitUntil } from '../helpers/processes.ts'
import { type FakeBroker, type SeenRequest, startFakeBroker } from './fake-broker.ts'
import { makeStores } from './stores.ts'

const PRODUCE = 0
const FETCH = 1
const HEARTBEAT = 12

const soon = { timeoutMs: 20_000, intervalMs: 10 }

const quietLogger = (lines: string[] = []): KafkaLogger => ({
  warn: (message) => lines.push(`warn ${message}`),
  info: (message) => lines.push(`info ${message}`),
  debug: () => {},
  isEnabled: () => false,
})

const settingsFor = (address: string, more: Partial<ConnectionSettings> = {}): ConnectionSettings => ({
  bootstrapServers: [address],
  clientId: 'test-client',
  securityProtocol: 'PLAINTEXT',
  ssl: null,
  sasl: null,
  connectionTimeoutMs: 20_000,
  requestTimeoutMs: 20_000,
  reconnectBackoffMs: 10,
  reconnectBackoffMaxMs: 50,
  allowAutoTopicCreation: false,
  ...more,
})

/** Runs with a connected client and closes both sides. */
const withClient = async (
  onRequest: (request: SeenRequest) => void,
  use: (client: KafkaConnections, broker: FakeBroker, lines: string[]) => Promise<void>,
  more: Partial<ConnectionSettings> = {},
  listenOn = 0,
): Promise<void> => {
  const broker = await startFakeBroker(onRequest, listenOn)
  const lines: string[] = []
  const client = createConnections(settingsFor(broker.address, more), quietLogger(lines))
  try {
    await client.connect()
    await use(client, broker, lines)
  } finally {
    await client.disconnect()
    await broker.stop()
  }
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => assert.fail('should have failed'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof KafkaError, String(error))
  return `${error.code} ${error.retriable}`
}

test('connecting tells the brokers, the cluster and the topics, unknown ones too', async () => {
  await withClient(
    () => {},
    async (client, broker) => {
      assert.deepEqual(client.brokers(), [{ nodeId: 1, host: '127.0.0.1', port: broker.port, rack: null }])
      assert.equal(client.clusterId(), 'fake')
      assert.equal(client.controllerId(), 1)
      assert.equal(client.anyBroker(), 1)
      await client.refreshMetadata(['there', 'missing'])
      assert.deepEqual(
        client.partitionsOf('there').map(({ partition }) => partition),
        [0, 1],
      )
      assert.equal(client.leaderOf('there', 1), 1)
      assert.equal(client.leaderOf('there', 2), -1)
      assert.equal(client.topicOf('missing')?.errorCode, 3)
      assert.deepEqual(client.partitionsOf('missing'), [])
      assert.equal(client.topicOf('never asked'), undefined)
      assert.deepEqual(client.topics(), ['there'])
      assert.deepEqual((await client.apiVersions(1))[PRODUCE], { minVersion: 3, maxVersion: 9 })
    },
  )
})

test('a connect without topics asks for no topic, not for all', async () => {
  await withClient(
    () => {},
    async (_client, broker) => {
      const asked = broker.seen.find(({ apiKey }) => apiKey === 3)
      // tags, count 0 as compact array (1), no auto creation, no authorised operations, tags
      assert.deepEqual([...(asked?.rest ?? [])], [0, 1, 0, 0, 0, 0])
    },
  )
})

test('a body is sent as it is, in pieces, and the answer comes back without its header', async () => {
  await withClient(
    (request) => request.answer(Buffer.from([1, 7, 2, 9, 9, 4, 5])),
    async (client, broker) => {
      const pieces = [Buffer.from('one'), Buffer.alloc(200_000, 'x'), Buffer.from('two')]
      const answer = await client.request(1, { apiKey: PRODUCE, apiVersion: 8, body: pieces })
      assert.deepEqual([...answer], [1, 7, 2, 9, 9, 4, 5])
      const request = broker.seen.at(-1)
      assert.equal(request?.clientId, 'test-client')
      assert.equal(request?.apiVersion, 8)
      assert.ok(request?.rest.equals(Buffer.concat(pieces)))

      const flexible = { apiKey: PRODUCE, apiVersion: 9, flexibleRequest: true, flexibleResponse: true }
      // one tagged field, tag 7, two bytes long
      assert.deepEqual([...(await client.request(1, { ...flexible, body: Buffer.from('z') }))], [4, 5])
      assert.deepEqual([...(broker.seen.at(-1)?.rest ?? [])], [0, 'z'.charCodeAt(0)])
    },
  )
})

test('a request without an answer settles when it was written', async () => {
  await withClient(
    () => {},
    async (client, broker) => {
      const body = Buffer.from('no acks')
      assert.equal((await client.request(1, { apiKey: PRODUCE, apiVersion: 7, body, expectResponse: false })).length, 0)
      await waitUntil(() => broker.seen.at(-1)?.apiKey === PRODUCE, { ...soon, what: 'the request' })
      assert.ok(broker.seen.at(-1)?.rest.equals(body))
    },
  )
})

test('requests made before the connection is open leave in the order of the calls', async () => {
  await withClient(
    (request) => request.answer(request.rest),
    async (client, broker) => {
      const numbers = Array.from({ length: 50 }, (_, i) => i)
      const send = (i: number) => client.request(1, { apiKey: FETCH, apiVersion: 4, body: Buffer.from([i]) })
      const first = numbers.slice(0, 25).map(send)
      await first[0]
      const rest = numbers.slice(25).map(send)
      const answers = await Promise.all([...first, ...rest])
      assert.deepEqual(
        answers.map((answer) => answer[0]),
        numbers,
      )
      const fetches = broker.seen.filter(({ apiKey }) => apiKey === FETCH)
      assert.deepEqual(
        fetches.map(({ rest }) => rest[0]),
        numbers,
      )
      assert.equal(new Set(fetches.map(({ connection }) => connection)).size, 1)
    },
  )
})

test('fetches and group requests do not wait behind each other: each kind has its own connection', async () => {
  await withClient(
    (request) => request.apiKey !== FETCH && request.answer(request.rest),
    async (client, broker) => {
      const body = Buffer.from('f')
      // Its end is awaited from the start: on a slow machine it may come before the answers to the others
      const fetch = codeOf(client.request(1, { apiKey: FETCH, apiVersion: 4, body, timeoutMs: 300 }))
      await client.request(1, { apiKey: HEARTBEAT, apiVersion: 0, body: Buffer.from('h') })
      await client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from('p') })
      const used = new Map(broker.seen.map(({ apiKey, connection }) => [apiKey, connection]))
      assert.equal(new Set([used.get(FETCH), used.get(HEARTBEAT), used.get(PRODUCE)]).size, 3)
      assert.equal(await fetch, 'REQUEST_TIMED_OUT true')
    },
  )
})

test('a time-out counts for its own request, drops the connection, and the next request opens another', async () => {
  let answering = false
  await withClient(
    (request) => answering && request.answer(request.rest),
    async (client, broker) => {
      const started = performance.now()
      const [first, second] = [100, 60_000].map((timeoutMs) =>
        client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from('a'), timeoutMs }),
      )
      const codes = await Promise.all([codeOf(first!), codeOf(second!)])
      assert.deepEqual(codes, ['REQUEST_TIMED_OUT true', 'CONNECTION_FAILED true'])
      assert.ok(performance.now() - started < 30_000)
      answering = true
      const answer = await client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from('b') })
      assert.equal(answer.toString(), 'b')
      const [before, after] = [broker.seen.at(-2), broker.seen.at(-1)]
      assert.notEqual(before?.connection, after?.connection)
    },
  )
})

test('half an answer on a connection that breaks does not spoil the one that replaces it', async () => {
  let broken = 0
  await withClient(
    (request) => {
      if (broken++ > 0) return request.answer(request.rest)
      request.socket.write(Buffer.from([0, 0, 1, 0, 0, 0])) // of 256 bytes, two
      setTimeout(() => request.socket.destroy(), 20)
    },
    async (client) => {
      const ask = () => client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from('whole') })
      assert.equal(await codeOf(ask()), 'CONNECTION_FAILED true')
      assert.equal((await ask()).toString(), 'whole')
    },
  )
})

test('a broker that goes away is reported once, and a request succeeds when it is back', async () => {
  await withClient(
    (request) => request.answer(request.rest),
    async (client, broker, lines) => {
      const ask = () => client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from('x') })
      await ask()
      await broker.stop()
      for (let i = 0; i < 4; i++) assert.equal(await codeOf(ask()), 'CONNECTION_FAILED true')
      assert.equal(lines.length, 1, lines.join('\n'))
      assert.match(lines[0]!, /^warn Client test-client: broker 1: Could not connect \(broker 127.0.0.1:\d+\): /)
      const again = await startFakeBroker((request) => request.answer(request.rest), broker.port)
      assert.equal((await ask()).toString(), 'x')
      assert.equal(lines[1], 'info Client test-client: broker 1 is back')
      await again.stop()
    },
    {},
    await freePort(),
  )
})

test('closing fails what is under way at once and leaves no socket or timer', async () => {
  const broker = await startFakeBroker()
  const client = createConnections(settingsFor(broker.address), quietLogger())
  await client.connect()
  const pending = codeOf(
    client.request(1, { apiKey: FETCH, apiVersion: 4, body: Buffer.from('long'), timeoutMs: 60_000 }),
  )
  await sleep(50)
  const started = performance.now()
  await client.disconnect()
  assert.equal(await pending, 'CONNECTION_FAILED true')
  assert.ok(performance.now() - started < 30_000)
  assert.equal(
    await codeOf(client.request(1, { apiKey: FETCH, apiVersion: 4, body: Buffer.alloc(0) })),
    'CLIENT_CLOSED false',
  )
  assert.equal(await codeOf(client.refreshMetadata([])), 'CLIENT_CLOSED false')
  await client.disconnect()
  await waitUntil(() => broker.sockets.every(({ destroyed }) => destroyed), { ...soon, what: 'the end of the sockets' })
  await broker.stop()
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap')
  await waitUntil(() => sockets().length === 0, { ...soon, what: 'the last socket to be closed' })
})

test('an idle connection causes no wake-ups and no process warnings', async () => {
  const warnings: string[] = []
  const noteWarning = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`)
  process.on('warning', noteWarning)
  try {
    await withClient(
      (request) => request.answer(request.rest),
      async (client) => {
        for (const apiKey of [PRODUCE, FETCH, HEARTBEAT]) {
          await client.request(1, { apiKey, apiVersion: 4, body: Buffer.from('x') })
        }
        const timers = new Set<number>()
        let wakeUps = 0
        const hook = createHook({
          init: (id, type) => type === 'Timeout' && timers.add(id),
          before: (id) => {
            if (timers.has(id)) wakeUps++
          },
        }).enable()
        await sleep(1000)
        hook.disable()
        assert.ok(wakeUps <= 2, `${wakeUps} wake-ups in an idle second`) // our own sleep is one
      },
    )
  } finally {
    process.removeListener('warning', noteWarning)
  }
  assert.deepEqual(warnings, [])
})

test('a throttled broker is left alone for that long', async () => {
  await withClient(
    (request) => request.answer(request.rest),
    async (client) => {
      const ask = () => client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from('x') })
      await ask()
      client.throttle(1, 300)
      const started = performance.now()
      await Promise.all([ask(), ask()])
      const waited = performance.now() - started
      assert.ok(waited >= 280 && waited < 15_000, `${waited} ms`)
    },
  )
})

test('nobody at the bootstrap servers: the error names them, the limit and the last cause', async () => {
  const nobody = `127.0.0.1:${await freePort()}`
  const settings = settingsFor(nobody, { bootstrapServers: [nobody, '[::1]:1'] })
  const client = createConnections(settings, quietLogger())
  await assert.rejects(client.connect({ timeoutMs: 200 }), (error: KafkaError) => {
    assert.equal(error.code, 'NO_BROKER_REACHABLE')
    assert.match(
      error.message,
      /^No broker could be reached at bootstrap\.servers=127\.0\.0\.1:\d+,\[::1\]:1 within 200 ms \(client test-client\)\. Check that .* security\.protocol=PLAINTEXT .* Last error: .*(ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH)/,
    )
    return true
  })
  await client.disconnect()
})

test('an abort ends the attempts to connect', async () => {
  const client = createConnections(settingsFor('127.0.0.1:1'), quietLogger())
  const stopping = new AbortController()
  setTimeout(() => stopping.abort(), 50)
  await assert.rejects(client.connect({ timeoutMs: 10_000, signal: stopping.signal }), { name: 'AbortError' })
  await client.disconnect()
})

test('wrong credentials fail at once, without the password in the error', async () => {
  const broker = await startFakeBroker((request) => {
    if (request.apiKey === 17) request.answer(Buffer.from([0, 0, 0, 0, 0, 1, 0, 5, ...Buffer.from('PLAIN')]))
    // error 58 with a message
    else request.answer(Buffer.from([0, 58, 0, 6, ...Buffer.from('denied'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
  })
  const password = new Password('topsecret')
  const sasl = { mechanism: 'PLAIN', username: 'me', password } as const
  const client = createConnections(
    settingsFor(broker.address, { sasl, securityProtocol: 'SASL_PLAINTEXT' }),
    quietLogger(),
  )
  await assert.rejects(client.connect({ timeoutMs: 60_000 }), (error: KafkaError) => {
    assert.equal(error.code, 'AUTHENTICATION_FAILED')
    assert.equal(error.retriable, false)
    assert.match(error.message, /denied.*Check sasl\.mechanism and sasl\.jaas\.config/)
    assert.doesNotMatch(`${error.stack}${JSON.stringify(error)}`, /topsecret/)
    return true
  })
  const sent = broker.seen.find(({ apiKey }) => apiKey === 36)
  assert.match(sent?.rest.toString() ?? '', /\0me\0topsecret$/)
  await client.disconnect()
  await broker.stop()
})

test('a session that expires is renewed between requests, never among their answers', async () => {
  let authentications = 0
  const inFlight = new Set<number>()
  let mixed = false
  const broker = await startFakeBroker((request) => {
    if (request.apiKey === 17) {
      if (inFlight.size > 0) mixed = true
      request.answer(Buffer.from([0, 0, 0, 0, 0, 1, 0, 5, ...Buffer.from('PLAIN')]))
    } else if (request.apiKey === 36) {
      authentications++
      const lifetime = Buffer.alloc(8)
      lifetime.writeBigInt64BE(10_200n) // kafkajs renews 10 s before the end
      request.answer(Buffer.concat([Buffer.from([0, 0, 255, 255, 0, 0, 0, 0]), lifetime]))
    } else {
      inFlight.add(request.correlationId)
      setTimeout(() => {
        inFlight.delete(request.correlationId)
        request.answer(request.rest)
      }, 60)
    }
  })
  const sasl = { mechanism: 'PLAIN', username: 'me', password: new Password('x') } as const
  const client = createConnections(
    settingsFor(broker.address, { sasl, securityProtocol: 'SASL_PLAINTEXT' }),
    quietLogger(),
  )
  await client.connect()
  const answers: Promise<Buffer>[] = []
  for (let i = 0; i < 40; i++) {
    answers.push(client.request(1, { apiKey: PRODUCE, apiVersion: 7, body: Buffer.from([i]) }))
    await sleep(20)
  }
  const bodies = (await Promise.all(answers)).map((answer) => answer[0])
  assert.deepEqual(
    bodies,
    Array.from({ length: 40 }, (_, i) => i),
  )
  assert.ok(authentications >= 3, `${authentications} log-ins`)
  assert.equal(mixed, false)
  await client.disconnect()
  await broker.stop()
})

test('TLS: a trusted broker is talked to, an untrusted one refused at once with a hint', async () => {
  const stores = makeStores()
  const broker = await startFakeBroker((request) => request.answer(request.rest), 0, {
    key: stores.text('server.key'),
    cert: stores.text('server.pem'),
  })
  const raw = { 'bootstrap.servers': broker.address, 'security.protocol': 'SSL' }
  const trust = { 'ssl.truststore.location': stores.path('trust.jks'), 'ssl.endpoint.identification.algorithm': '' }
  const trusting = createConnections(producerSettings({ ...raw, ...trust }).settings.connection, quietLogger())
  const doubting = createConnections(producerSettings(raw).settings.connection, quietLogger())
  try {
    await trusting.connect()
    const body = Buffer.alloc(100_000, 'x')
    assert.ok((await trusting.request(1, { apiKey: PRODUCE, apiVersion: 7, body })).equals(body))
    const started = performance.now()
    await assert.rejects(doubting.connect(), (error: KafkaError) => {
      assert.equal(error.code, 'TLS_FAILED')
      assert.match(error.message, /self-signed certificate in certificate chain\. Check ssl\.truststore/)
      return true
    })
    assert.ok(performance.now() - started < 20_000)
  } finally {
    await trusting.disconnect()
    await doubting.disconnect()
    await broker.stop()
    stores.remove()
  }
})
