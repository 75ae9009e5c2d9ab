import { setTimeout as sleep } from 'node:timers/promises'
import { AnswerMemory } from './answer-memory.ts'
import { BrokerOutages, reconnectPause } from './broker-outages.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import { clientClosed, KafkaError, noBrokerReachable, toKafkaError } from './errors.ts'
import type { KafkaLogger } from './kafka-log.ts'
import { isReady, openCluster, readyToSend } from './kafkajs-internals.ts'
import type { ApiVersionRange, Broker, Connection } from './kafkajs-types.ts'
import { type BrokerNode, KnownCluster, type PartitionInfo, type TopicInfo } from './known-cluster.ts'
import { LANES, laneOf, type RawRequest, sendRaw } from './raw-request.ts'

/**
 * One client's own connections to a cluster, and what it knows of it. Every method that talks to a broker rejects with a
 * {@link KafkaError}; after a retriable one call `refreshMetadata` and try again.
 */
export interface KafkaConnections {
  readonly settings: ConnectionSettings
  /**
   * Reaches any bootstrap server and learns the brokers. Tries again until `timeoutMs` (default: request timeout) is over,
   * but gives up at once on wrong credentials or certificates.
   */
  connect(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>
  /** Fails what is under way, closes all sockets. Can be called twice; nothing works afterwards. */
  disconnect(): Promise<void>
  /**
   * Asks any reachable broker, once, about these topics ('all': every topic of the cluster) and about the brokers. Topics
   * with an error do not make it fail: see `topicOf`. What was known of other topics stays.
   */
  refreshMetadata(topics: readonly string[] | 'all'): Promise<void>
  /** What the last refresh said of the topic. Undefined: never asked. */
  topicOf(topic: string): TopicInfo | undefined
  /** Names of the topics known from refreshes, those with an error left out. */
  topics(): string[]
  /** Empty for a topic that is unknown, here or to the cluster. */
  partitionsOf(topic: string): readonly PartitionInfo[]
  /** Node id of the leader; -1: none known. */
  leaderOf(topic: string, partition: number): number
  brokers(): readonly BrokerNode[]
  /** Any known broker's node id, preferably of one that is connected. Undefined before `connect`. */
  anyBroker(): number | undefined
  clusterId(): string | null
  /** -1: none known. */
  controllerId(): number
  /** The broker's version ranges by api key (connects to it if need be). */
  apiVersions(nodeId: number): Promise<Readonly<Record<number, ApiVersionRange>>>
  /** Node id of the broker that coordinates the group. */
  findCoordinator(groupId: string): Promise<number>
  /** Sends a request that the caller encoded; resolves with the answer's body. Requests of one lane leave in call order. */
  request(nodeId: number, request: RawRequest): Promise<Buffer>
  /** Since when no broker answers, in milliseconds since the epoch; undefined: the last request was answered. */
  unreachableSince(): number | undefined
  /** What long answers stand in: see {@link AnswerMemory}. */
  readonly answers: AnswerMemory
  /** Holds back requests to this broker, as its answer's `throttle_time_ms` asked for. */
  throttle(nodeId: number, milliseconds: number): void
}

export const createConnections = (settings: ConnectionSettings, logger: KafkaLogger): KafkaConnections =>
  new ClusterConnections(settings, logger)

class ClusterConnections implements KafkaConnections {
  readonly settings: ConnectionSettings
  readonly answers = new AnswerMemory()
  readonly #logger: KafkaLogger
  readonly #cluster
  readonly #known = new KnownCluster()
  readonly #outages: BrokerOutages
  /** By node id and lane. */
  readonly #opening = new Map<number, Promise<Connection>>()
  #refreshing: Promise<unknown> = Promise.resolve()
  #closed = false
  #unreachableSince: number | undefined

  constructor(settings: ConnectionSettings, logger: KafkaLogger) {
    this.settings = settings
    this.#logger = logger
    this.#outages = new BrokerOutages(settings, logger)
    this.#cluster = openCluster(settings, logger, this.answers)
  }

  async connect({
    timeoutMs = this.settings.requestTimeoutMs,
    signal,
  }: {
    timeoutMs?: number
    signal?: AbortSignal
  } = {}) {
    const deadline = performance.now() + timeoutMs
    for (let failures = 0; ; ) {
      signal?.throwIfAborted()
      try {
        this.#failIfClosed()
        await this.#cluster.connect()
        return await this.refreshMetadata([])
      } catch (thrown) {
        const error = toKafkaError(thrown, 'connect')
        if (this.#closed || !error.retriable) throw error
        this.#unreachableSince ??= Date.now()
        const pause = reconnectPause(this.settings, failures++)
        if (performance.now() + pause >= deadline) throw noBrokerReachable(this.settings, Math.round(timeoutMs), error)
        const line = `Client ${this.settings.clientId}: ${error.message}; trying again`
        if (failures === 1) this.#logger.warn(line)
        else this.#logger.debug(line)
        await sleep(pause, undefined, signal === undefined ? {} : { signal })
      }
    }
  }

  async disconnect() {
    this.#closed = true
    await this.#cluster.disconnect()
  }

  async refreshMetadata(topics: readonly string[] | 'all') {
    // One after the other: kafkajs would otherwise make two connection pools for one new broker.
    const refresh = this.#refreshing.then(() => this.#refresh(topics))
    this.#refreshing = refresh.catch(() => {})
    await refresh
  }

  async #refresh(topics: readonly string[] | 'all') {
    this.#failIfClosed()
    try {
      await this.#cluster.brokerPool.refreshMetadata(topics === 'all' ? null : topics)
      this.#unreachableSince = undefined
    } catch (thrown) {
      this.#unreachableSince ??= Date.now()
      throw toKafkaError(thrown, 'ask for metadata')
    }
    const { metadata } = this.#cluster.brokerPool
    if (metadata === null) throw clientClosed(this.settings.clientId) // disconnected meanwhile
    this.#known.update(metadata, topics === 'all')
  }

  topicOf(topic: string) {
    return this.#known.topicOf(topic)
  }

  topics() {
    return this.#known.topics()
  }

  partitionsOf(topic: string) {
    return this.#known.partitionsOf(topic)
  }

  leaderOf(topic: string, partition: number) {
    return this.#known.leaderOf(topic, partition)
  }

  brokers() {
    return this.#known.brokers()
  }

  anyBroker() {
    const nodes = this.brokers()
    const pool = this.#cluster.brokerPool.brokers
    return (nodes.find(({ nodeId }) => pool[nodeId]?.isConnected()) ?? nodes[0])?.nodeId
  }

  clusterId() {
    return this.#known.clusterId()
  }

  controllerId() {
    return this.#known.controllerId()
  }

  async apiVersions(nodeId: number) {
    return (await this.#connectedBroker(nodeId)).versions ?? {}
  }

  async findCoordinator(groupId: string) {
    this.#failIfClosed()
    try {
      const broker = await this.#cluster.brokerPool.findConnectedBroker()
      const { coordinator } = await broker.findGroupCoordinator({ groupId })
      if (this.#cluster.brokerPool.brokers[coordinator.nodeId] === undefined) await this.refreshMetadata([])
      return coordinator.nodeId
    } catch (thrown) {
      throw toKafkaError(thrown, `find the coordinator of group ${groupId}`)
    }
  }

  async request(nodeId: number, request: RawRequest) {
    const lane = LANES.indexOf(laneOf(request))
    const key = nodeId * LANES.length + lane
    let connection = this.#cluster.brokerPool.brokers[nodeId]?.connectionPool.pool[lane]
    if (this.#closed || connection === undefined || !isReady(connection) || this.#opening.has(key)) {
      connection = await this.#openInOrder(key, nodeId, lane)
    }
    try {
      const answer = await sendRaw(connection, request, request.timeoutMs ?? this.settings.requestTimeoutMs)
      this.#unreachableSince = undefined
      return answer
    } catch (thrown) {
      const error = toKafkaError(thrown, `get an answer to api ${request.apiKey}`, connection.broker)
      // Its late answer, and those of the requests behind it, are of no use any more.
      if (error.code === 'REQUEST_TIMED_OUT') {
        this.#unreachableSince ??= Date.now()
        void connection.disconnect()
      }
      throw error
    }
  }

  unreachableSince() {
    return this.#unreachableSince
  }

  throttle(nodeId: number, milliseconds: number) {
    if (milliseconds <= 0) return
    for (const { requestQueue } of this.#cluster.brokerPool.brokers[nodeId]?.connectionPool.pool ?? []) {
      requestQueue.maybeThrottle(milliseconds)
    }
  }

  /** Whoever asks while a lane is being opened waits behind the others, so that requests leave in the order of the calls. */
  #openInOrder(key: number, nodeId: number, lane: number): Promise<Connection> {
    const current = this.#opening.get(key)
    if (current !== undefined) return current
    const done = () => this.#opening.delete(key)
    const opening = this.#openLane(nodeId, lane).then(
      (connection) => {
        setImmediate(done) // after those that wait have sent theirs
        return connection
      },
      (error: unknown) => {
        done()
        throw error
      },
    )
    this.#opening.set(key, opening)
    return opening
  }

  async #openLane(nodeId: number, lane: number): Promise<Connection> {
    const connection = (await this.#connectedBroker(nodeId)).connectionPool.pool[lane]!
    try {
      await readyToSend(connection)
    } catch (thrown) {
      throw toKafkaError(thrown, 'connect', connection.broker)
    }
    return connection
  }

  async #connectedBroker(nodeId: number): Promise<Broker> {
    this.#failIfClosed()
    const { brokerPool } = this.#cluster
    const known = brokerPool.brokers[nodeId]
    if (known?.isConnected()) return known
    if (known === undefined) {
      throw new KafkaError('BROKER_NOT_FOUND', `The cluster lists no broker ${nodeId} now`, { retriable: true })
    }
    await this.#outages.wait(nodeId)
    this.#failIfClosed()
    try {
      const broker = await brokerPool.findBroker({ nodeId })
      this.#outages.end(nodeId)
      return broker
    } catch (thrown) {
      const { host, port } = known.connectionPool
      const error = toKafkaError(thrown, 'connect', `${host}:${port}`)
      this.#unreachableSince ??= Date.now()
      this.#outages.begin(nodeId, error)
      throw error
    }
  }

  #failIfClosed() {
    if (this.#closed) throw clientClosed(this.settings.clientId)
  }
}
