import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { kafkajs } from '../../src/kafka/kafkajs-internals.ts'
import {
  AUTHENTICATE_SYMBOL,
  BROKER_MEMBERS,
  BROKER_POOL_MEMBERS,
  type Broker,
  type BrokerPool,
  CLUSTER_MEMBERS,
  type Cluster,
  CONNECTION_MEMBERS,
  CONNECTION_POOL_MEMBERS,
  type Connection,
  type ConnectionPool,
  REQUEST_QUEUE_MEMBERS,
  type RequestQueue,
  SOCKET_REQUEST_MEMBERS,
  type SocketRequest,
} from '../../src/kafka/kafkajs-types.ts'

/** Does not compile when a type has a member that its list leaves out. */
type Covers<T, Listed> = Exclude<keyof T, Listed> extends never ? true : never
const complete: [
  Covers<Cluster, (typeof CLUSTER_MEMBERS)[number]>,
  Covers<BrokerPool, (typeof BROKER_POOL_MEMBERS)[number]>,
  Covers<Broker, (typeof BROKER_MEMBERS)[number]>,
  Covers<ConnectionPool, (typeof CONNECTION_POOL_MEMBERS)[number]>,
  Covers<Connection, (typeof CONNECTION_MEMBERS)[number]>,
  Covers<RequestQueue, (typeof REQUEST_QUEUE_MEMBERS)[number]>,
  Covers<SocketRequest, (typeof SOCKET_REQUEST_MEMBERS)[number]>,
] = [true, true, true, true, true, true, true]

const logger = kafkajs.createLogger({ level: 0, logCreator: () => () => {} })
const options = {
  host: 'localhost',
  port: 1,
  logger,
  clientId: 'c',
  connectionTimeout: 10,
  requestTimeout: 10,
  socketFactory: () => assert.fail('no socket is opened here'),
}

const missing = (object: object, members: readonly string[]): string[] =>
  members.filter((member) => !(member in object))

test('kafkajs is the version whose inner workings we rely on', () => {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
  assert.equal(version, '2.2.4')
})

test('every inner member of kafkajs that we use is there', () => {
  assert.ok(complete.every(Boolean))
  const cluster = new kafkajs.Cluster({ logger, brokers: ['localhost:1'], clientId: 'c', requestTimeout: 10 })
  const pool = new kafkajs.ConnectionPool(options)
  const broker = new kafkajs.Broker({ connectionPool: pool, logger })
  const connection = new kafkajs.Connection(options)
  connection.requestQueue.push({
    entry: { apiKey: 0, apiName: 'x', apiVersion: 0, correlationId: 1, resolve: () => {}, reject: () => {} },
    expectResponse: true,
    requestTimeout: null,
    sendRequest: () => {},
  })
  const [request] = connection.requestQueue.inflight.values()
  assert.deepEqual(missing(cluster, CLUSTER_MEMBERS), [])
  assert.deepEqual(missing(cluster.brokerPool, BROKER_POOL_MEMBERS), [])
  assert.deepEqual(missing(broker, BROKER_MEMBERS), [])
  assert.deepEqual(missing(pool, CONNECTION_POOL_MEMBERS), [])
  // The socket appears when a connection is opened.
  assert.deepEqual(missing(connection, CONNECTION_MEMBERS), ['socket'])
  assert.deepEqual(missing(connection.requestQueue, REQUEST_QUEUE_MEMBERS), [])
  assert.deepEqual(missing(request!, SOCKET_REQUEST_MEMBERS), [])
  connection.requestQueue.destroy()
})

test('a new connection is as our cures expect it', () => {
  const connection = new kafkajs.Connection(options)
  assert.equal(connection.connectionStatus, 'disconnected')
  assert.equal(connection.authenticatedAt, null)
  assert.equal(connection.bytesNeeded, 4)
  assert.deepEqual(connection.chunks, [])
  assert.equal(connection.requestQueue.throttleCheckTimeoutId, null)
  const symbols = Object.getOwnPropertySymbols(connection).map(({ description }) => description)
  assert.ok(symbols.includes(AUTHENTICATE_SYMBOL))
  const pool = new kafkajs.ConnectionPool(options)
  assert.equal(pool.pool.length, 2) // main and fetch; ours is added behind
})
