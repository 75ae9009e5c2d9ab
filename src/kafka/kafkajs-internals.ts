/**
 * The one file that reaches into kafkajs 2.2.4 (pinned exactly): its cluster, broker pool and connections, which its public
 * types hide. `kafkajs-types.ts` says what is used of them; `test/kafka/kafkajs-internals.test.ts` fails if that changes.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
// Imported by name, not required: only so do they become part of the bundled program.
import BrokerClass from 'kafkajs/src/broker/index.js'
import ClusterClass from 'kafkajs/src/cluster/index.js'
import errors from 'kafkajs/src/errors.js'
import loggers from 'kafkajs/src/loggers/index.js'
import ConnectionClass from 'kafkajs/src/network/connection.js'
import ConnectionPoolClass from 'kafkajs/src/network/connectionPool.js'
import {
  commonVersion,
  decodeResponseBody,
  encodeRequestBody,
  requestHeaderVersion,
  responseHeaderVersion,
} from '../protocol/message.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import { Reader } from '../protocol/reader.ts'
import { Writer } from '../protocol/writer.ts'
import type { AnswerMemory } from './answer-memory.ts'
import { type ConnectionSettings, parseAddress, type SaslSettings } from './connection-settings.ts'
import { cureConnection } from './cure-connection.ts'
import { KafkaError } from './errors.ts'
import { type KafkaLogger, kafkajsLogLevel, logKafkajs } from './kafka-log.ts'
import type {
  Broker,
  Cluster,
  Connection,
  ConnectionPool,
  ConnectionPoolBuilder,
  KafkajsLogger,
  LogCreator,
  Metadata,
  SocketFactoryOptions,
} from './kafkajs-types.ts'
import { LANES, sendRaw } from './raw-request.ts'

type Constructor<T> = new (options: object) => T

/** kafkajs's own modules, as the test reads them too. */
export const kafkajs = {
  Cluster: ClusterClass as Constructor<Cluster>,
  Broker: BrokerClass as Constructor<Broker>,
  ConnectionPool: ConnectionPoolClass as Constructor<ConnectionPool>,
  Connection: ConnectionClass as Constructor<Connection>,
  createLogger: (loggers as { createLogger: (options: object) => KafkajsLogger }).createLogger,
  ConnectionClosedError: (errors as { KafkaJSConnectionClosedError: new (text: string, at: object) => Error })
    .KafkaJSConnectionClosedError,
}

/** Attempts once; who waits, how long and how often to try again is decided by the caller. */
const NO_RETRY = { retries: 0, initialRetryTime: 0, maxRetryTime: 0 }

/** A cluster of its own for one client: nothing is shared with any other. */
export const openCluster = (settings: ConnectionSettings, logger: KafkaLogger, memory: AnswerMemory): Cluster => {
  const cluster = buildCluster(settings, logger, memory)
  const { brokerPool } = cluster
  brokerPool.createBroker = (options) => {
    // Every broker is asked for its own versions: they differ while a cluster is being upgraded.
    const { versions: _, ...own } = options
    const broker = new kafkajs.Broker({ ...own, allowAutoTopicCreation: settings.allowAutoTopicCreation })
    broker.metadata = (topics) => requestMetadata(broker, topics, settings)
    return broker
  }
  return cluster
}

const buildCluster = (settings: ConnectionSettings, logger: KafkaLogger, memory: AnswerMemory): Cluster => {
  const cluster = new kafkajs.Cluster({
    logger: kafkajsLogger(settings, logger),
    brokers: settings.bootstrapServers,
    clientId: settings.clientId,
    connectionTimeout: settings.connectionTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    allowAutoTopicCreation: settings.allowAutoTopicCreation,
    retry: NO_RETRY,
  })
  const builder = poolBuilder(settings, kafkajsLogger(settings, logger), memory)
  cluster.connectionPoolBuilder = builder
  cluster.brokerPool.connectionPoolBuilder = builder
  return cluster
}

const kafkajsLogger = (settings: ConnectionSettings, logger: KafkaLogger): KafkajsLogger =>
  kafkajs.createLogger({
    level: kafkajsLogLevel(logger),
    logCreator: logKafkajs(logger, settings.clientId) satisfies LogCreator,
  })

/** Replaces kafkajs's own builder: that one cannot read IPv6 addresses, and has no connection for the group. */
const poolBuilder = (
  settings: ConnectionSettings,
  logger: KafkajsLogger,
  memory: AnswerMemory,
): ConnectionPoolBuilder => {
  const closedError = (at: object) => () => new kafkajs.ConnectionClosedError('Closed connection', at)
  const seeds = settings.bootstrapServers.map((server) => {
    const address = parseAddress(server)
    if (address === undefined) throw new Error(`Invalid url in bootstrap.servers: ${server}`)
    return address
  })
  const sasl = settings.sasl === null ? null : kafkajsSasl(settings.sasl)
  // Clients of one worker should not all knock at the same door first.
  let next = Math.floor(Math.random() * seeds.length)
  return {
    build: async (destination) => {
      const { host, port } = destination?.host === undefined ? seeds[next++ % seeds.length]! : destination
      const options = {
        host,
        port,
        rack: destination?.rack,
        ssl: settings.ssl,
        sasl,
        clientId: settings.clientId,
        connectionTimeout: settings.connectionTimeoutMs,
        requestTimeout: settings.requestTimeoutMs,
        socketFactory: openSocket,
        logger,
      }
      const connections = new kafkajs.ConnectionPool(options)
      while (connections.pool.length < LANES.length) connections.pool.push(new kafkajs.Connection(options))
      for (const connection of connections.pool) cureConnection(connection, closedError({ host, port }), memory)
      return connections
    },
  }
}

const KEEP_ALIVE_MS = 60_000

const openSocket = ({ host, port, ssl, onConnect }: SocketFactoryOptions): Socket => {
  const to = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }
  if (ssl === null) return connectTcp(to, onConnect)
  return connectTls({ ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl, ...to }, onConnect)
}

/** In kafkajs's shape. A new object for each client, as kafkajs keeps state in it. */
const kafkajsSasl = (sasl: SaslSettings): object =>
  sasl.mechanism === 'OAUTHBEARER'
    ? {
        mechanism: 'oauthbearer',
        oauthBearerProvider: async () => ({ value: await sasl.token(), extensions: sasl.extensions }),
      }
    : { mechanism: sasl.mechanism.toLowerCase(), username: sasl.username, password: sasl.password.value }

/**
 * Metadata as the broker tells it, errors of single topics included: kafkajs's own method throws away the whole answer when
 * one topic has an error, and takes "no topics" for "all topics". `null`: all topics.
 */
const requestMetadata = async (
  broker: Broker,
  topics: readonly string[] | null,
  { allowAutoTopicCreation, requestTimeoutMs }: ConnectionSettings,
): Promise<Metadata> => {
  const connection = broker.connectionPool.pool[0]!
  await readyToSend(connection)
  const offered = broker.versions?.[metadata.key]
  const apiVersion = offered && commonVersion(metadata, offered)
  if (apiVersion === undefined) {
    throw new KafkaError('UNSUPPORTED_VERSION', `Broker ${connection.broker} has no version of Metadata that we know`)
  }
  const writer = new Writer()
  const names = topics?.map((name) => ({ name })) ?? null
  encodeRequestBody(metadata, apiVersion, { topics: names, allowAutoTopicCreation }, writer)
  const request = {
    apiKey: metadata.key,
    apiVersion,
    body: writer.written(),
    flexibleRequest: requestHeaderVersion(metadata, apiVersion) >= 2,
    flexibleResponse: responseHeaderVersion(metadata, apiVersion) >= 1,
  }
  return decodeResponseBody(metadata, apiVersion, new Reader(await sendRaw(connection, request, requestTimeoutMs)))
}

/** Opens and authenticates the connection unless it is ready already. */
export const readyToSend = async (connection: Connection): Promise<void> => {
  if (!connection.isConnected()) await connection.connect()
  if (!isReady(connection)) await connection.authenticate()
}

export const isReady = (connection: Connection): boolean =>
  connection.isConnected() && (connection.sasl === null || connection.isAuthenticated())
