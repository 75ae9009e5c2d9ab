/**
 * The members of kafkajs 2.2.4's inner objects that we use: its own types do not cover them. The lists beside the types are
 * what the test checks against the installed package.
 */
import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { ResponseOf } from '../protocol/message.ts'
import type { metadata } from '../protocol/messages/metadata.ts'
import type { KafkajsLogEntry } from './kafka-log.ts'

/** One request on its way. Made by {@link RequestQueue.createSocketRequest}. */
export interface SocketRequest {
  readonly expectResponse: boolean
  requestTimeout: number
  timeoutRequest(): void
}
export const SOCKET_REQUEST_MEMBERS = ['expectResponse', 'requestTimeout', 'timeoutRequest'] as const

export interface PushedRequest {
  readonly entry: {
    readonly apiKey: number
    readonly apiName: string
    readonly apiVersion: number
    readonly correlationId: number
    readonly resolve: (answer: { readonly payload: Buffer | null }) => void
    readonly reject: (error: Error) => void
  }
  readonly expectResponse: boolean
  readonly requestTimeout: number | null
  readonly sendRequest: () => void
}

export interface RequestQueue extends Pick<EventEmitter, 'once'> {
  readonly inflight: Map<number, SocketRequest>
  readonly pending: readonly SocketRequest[]
  /** Epoch milliseconds, or -1. */
  readonly throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  push(request: PushedRequest): void
  createSocketRequest(request: PushedRequest): SocketRequest
  sendSocketRequest(request: SocketRequest): void
  scheduleRequestTimeoutCheck(): void
  scheduleCheckPendingRequests(): void
  checkPendingRequests(): void
  waitForPendingRequests(): Promise<void>
  maybeThrottle(milliseconds: number): void
  destroy(): void
}
export const REQUEST_QUEUE_MEMBERS = [
  'once',
  'inflight',
  'pending',
  'throttledUntil',
  'throttleCheckTimeoutId',
  'push',
  'createSocketRequest',
  'sendSocketRequest',
  'scheduleRequestTimeoutCheck',
  'scheduleCheckPendingRequests',
  'checkPendingRequests',
  'waitForPendingRequests',
  'maybeThrottle',
  'destroy',
] as const

export interface SocketFactoryOptions {
  readonly host: string
  readonly port: number
  readonly ssl: object | null
  readonly onConnect: () => void
}

export interface Connection {
  /** `host:port`. */
  readonly broker: string
  readonly clientId: string
  readonly connectionStatus: string
  readonly sasl: object | null
  readonly requestQueue: RequestQueue
  socket: Socket | undefined
  socketFactory: (options: SocketFactoryOptions) => Socket
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  authHandlers: object | null
  /** Null before the first authentication. */
  readonly authenticatedAt: readonly [number, number] | null
  connect(): Promise<boolean>
  disconnect(): Promise<boolean>
  isConnected(): boolean
  isAuthenticated(): boolean
  authenticate(): Promise<void>
  processData(data: Buffer): void
  rejectRequests(error: Error): void
  nextCorrelationId(): number
}
export const CONNECTION_MEMBERS = [
  'broker',
  'clientId',
  'connectionStatus',
  'sasl',
  'requestQueue',
  'socket',
  'socketFactory',
  'chunks',
  'bytesBuffered',
  'bytesNeeded',
  'authHandlers',
  'authenticatedAt',
  'connect',
  'disconnect',
  'isConnected',
  'isAuthenticated',
  'authenticate',
  'processData',
  'rejectRequests',
  'nextCorrelationId',
] as const

/** Description of the symbol under which a connection keeps the function that authenticates it. */
export const AUTHENTICATE_SYMBOL = 'private:Connection:authenticate'

export interface ConnectionPool {
  readonly host: string
  readonly port: number
  readonly pool: Connection[]
}
export const CONNECTION_POOL_MEMBERS = ['host', 'port', 'pool'] as const

export interface ApiVersionRange {
  readonly minVersion: number
  readonly maxVersion: number
}

export interface Broker {
  readonly nodeId: number | null
  readonly connectionPool: ConnectionPool
  readonly versions: Readonly<Record<string, ApiVersionRange>> | null
  metadata(topics: readonly string[] | null): Promise<Metadata>
  findGroupCoordinator(group: { groupId: string }): Promise<{ coordinator: { nodeId: number } }>
  connect(): Promise<void>
  isConnected(): boolean
}
export const BROKER_MEMBERS = [
  'nodeId',
  'connectionPool',
  'versions',
  'metadata',
  'findGroupCoordinator',
  'connect',
  'isConnected',
] as const

/** As our own tables read it. kafkajs itself uses only the brokers and the controller. */
export type Metadata = ResponseOf<typeof metadata>

export interface BrokerPool {
  readonly brokers: Readonly<Record<string, Broker>>
  readonly metadata: Metadata | null
  connectionPoolBuilder: ConnectionPoolBuilder
  createBroker: (options: BrokerOptions) => Broker
  refreshMetadata(topics: readonly string[] | null): Promise<void>
  findBroker(wanted: { nodeId: number }): Promise<Broker>
  findConnectedBroker(): Promise<Broker>
}
export const BROKER_POOL_MEMBERS = [
  'brokers',
  'metadata',
  'connectionPoolBuilder',
  'createBroker',
  'refreshMetadata',
  'findBroker',
  'findConnectedBroker',
] as const

export interface BrokerOptions {
  readonly connectionPool: ConnectionPool
  readonly versions?: object
}

export interface ConnectionPoolBuilder {
  build(destination?: { host?: string; port?: number; rack?: string | null }): Promise<ConnectionPool>
}

export interface Cluster {
  connectionPoolBuilder: ConnectionPoolBuilder
  readonly brokerPool: BrokerPool
  connect(): Promise<void>
  disconnect(): Promise<void>
}
export const CLUSTER_MEMBERS = ['connectionPoolBuilder', 'brokerPool', 'connect', 'disconnect'] as const

export interface KafkajsLogger {
  namespace(name: string): KafkajsLogger
}

export type LogCreator = (level: number) => (entry: KafkajsLogEntry) => void
