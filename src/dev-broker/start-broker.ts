import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { type Broker, nodeId } from './broker.ts'
import { brokerSettings } from './broker-settings.ts'
import { serveConnection } from './connection.ts'
import { lockDataFolder } from './data-folder.ts'
import { openGroups } from './groups/groups.ts'
import { allHandlers } from './handlers.ts'
import { type Journal, memoryJournal, openJournal } from './journal.ts'
import { lazyCodecs } from './lazy-codecs.ts'
import { fileLogStorage } from './log/file-log-storage.ts'
import type { LogKeeping } from './log/log-settings.ts'
import { memoryLogStorage } from './log/log-storage.ts'
import { memoryBound } from './memory-bound.ts'
import { checkTopicSettings } from './topic-settings.ts'
import { openTopics, type Topics } from './topics.ts'
import { openTransactions } from './transactions/transactions.ts'

export interface DevBrokerOptions {
  /** Address to listen on. Default 127.0.0.1; any other than loopback is warned of: nothing is encrypted. */
  readonly host?: string
  /** Default 0: whichever is free. */
  readonly port?: number
  /** Folder that topics, groups and transactions are kept in. Default: none, all is in memory and ends with the broker. */
  readonly dataDir?: string
  /** Most bytes of records in memory, beyond which the oldest are dropped; without `dataDir` only. Default 256 MiB. */
  readonly maxMemoryBytes?: number
  /** Partitions of a topic that is created without a number. Default 1. */
  readonly partitions?: number
  /** Whether a topic is created when a client first names it. Default true. */
  readonly autoCreateTopics?: boolean
  /** Settings of every topic that has no value of its own, for example `{ 'retention.ms': '-1' }`. */
  readonly topicDefaults?: Readonly<Record<string, string>>
  /** Waits for the disk before it acknowledges, so that a power failure loses nothing. Default false; kill -9 never does. */
  readonly fsync?: boolean
  /**
   * Whether members of groups are so still after a restart, until their session ends, as in Kafka. Default true; false
   * where they live in the broker's own process and so ended with it: nobody is to wait for them.
   */
  readonly keepMembers?: boolean
  /** User names and passwords: asks for SASL/PLAIN. Default: everybody may come in. */
  readonly sasl?: Readonly<Record<string, string>>
  /** Gets warnings and what went wrong, a line each. Default: nobody does. */
  readonly log?: (message: string) => void
}

export interface DevBroker {
  readonly host: string
  readonly port: number
  /** For `bootstrap.servers`. */
  readonly bootstrap: string
  /** Ends all connections and writes down what is needed for a quick start. Can be called more than once. */
  close(): Promise<void>
}

const mebibyte = 1024 * 1024
const segmentBytes = { memory: 4 * mebibyte, file: 64 * mebibyte }
/** log.retention.check.interval.ms of Kafka. */
const tidyEveryMs = 300_000

/**
 * Starts a broker of one node that speaks Kafka's protocol, in this process. It is for development and tests: no
 * replication, no encryption, no quotas, no access rules.
 *
 * @throws Error when the address cannot be listened on, the data folder is in use, or a topic default is not valid
 */
export const startDevBroker = async (options: DevBrokerOptions = {}): Promise<DevBroker> => {
  const { host = '127.0.0.1', partitions = 1, autoCreateTopics = true, fsync = false, log = () => {} } = options
  const topicDefaults = new Map(Object.entries(options.topicDefaults ?? {}))
  checkTopicSettings(topicDefaults)
  const codecs = lazyCodecs()
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir)
  const unlock = dataDir === undefined ? () => {} : lockDataFolder(dataDir)
  const server = createServer()
  try {
    const port = await listen(server, options.port ?? 0, host)
    const now = Date.now
    const journal = dataDir === undefined ? memoryJournal() : openJournal(join(dataDir, 'broker.journal'), fsync)
    const bound = memoryBound(
      dataDir === undefined ? (options.maxMemoryBytes ?? 256 * mebibyte) : Number.POSITIVE_INFINITY,
      () => topics.all().flatMap((topic) => topic.partitions),
      log,
    )
    const keeping: LogKeeping = {
      maxSegmentBytes: dataDir === undefined ? segmentBytes.memory : segmentBytes.file,
      fsync: fsync && dataDir !== undefined,
      now,
      codecs,
      log,
      onSize: bound.add,
    }
    const storageOf = (topic: string, partition: number) =>
      dataDir === undefined
        ? memoryLogStorage(now)
        : fileLogStorage(join(dataDir, `${topic}-${partition}`), { fsync, now, log })
    const topics: Topics = openTopics({ journal, keeping, defaults: topicDefaults, storageOf })
    const groups = openGroups(journal, now, options.keepMembers)
    const transactions = openTransactions({ journal, topics, groups, now, log })
    const allLogs = () => topics.all().flatMap((topic) => topic.partitions)
    const broker: Broker = {
      clusterId: clusterIdOf(journal),
      topics,
      groups,
      transactions,
      journal,
      codecs,
      autoCreateTopics,
      defaultPartitions: partitions,
      topicDefaults,
      settings: brokerSettings({ nodeId, host, port, partitions, autoCreateTopics, dataDir }),
      sasl: options.sasl === undefined ? undefined : new Map(Object.entries(options.sasl)),
      limits: { maxProduceBytes: 100 * mebibyte, maxRequestBytes: 8 * mebibyte },
      log,
      endpointFor: ({ localHost }) => ({ host: isWildcard(host) ? withoutMapping(localHost) : host, port }),
      flush: () => (keeping.fsync ? Promise.all([journal.flush(), ...allLogs().map((one) => one.flush())]) : undefined),
    }
    const tidy = setInterval(() => {
      for (const one of allLogs()) one.tidy()
    }, tidyEveryMs)
    tidy.unref()
    for (const one of allLogs()) one.tidy()
    const sockets = serve(server, broker)
    if (!isLoopback(host)) {
      log(
        `The development broker listens on ${host}: whoever reaches it can read and write everything. It is meant for loopback`,
      )
    }
    const close = async (): Promise<void> => {
      clearInterval(tidy)
      const closed = new Promise<void>((done) => server.close(() => done()))
      for (const socket of sockets) socket.destroy()
      await closed
      transactions.close()
      groups.close()
      topics.close()
      journal.close()
      unlock()
    }
    let closing: Promise<void> | undefined
    const shownHost = isWildcard(host) ? '127.0.0.1' : host
    return {
      host,
      port,
      bootstrap: `${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`,
      close: () => {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    server.close()
    unlock()
    throw error
  }
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      done((server.address() as AddressInfo).port)
    })
  })

const serve = (server: Server, broker: Broker): ReadonlySet<Socket> => {
  const handlers = allHandlers()
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serveConnection(socket, broker, handlers)
  })
  return sockets
}

const clusterIdOf = (journal: Journal): string => {
  const known = journal.get(['clusterId'])
  if (typeof known === 'string') return known
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A') // tools take a leading dash for an option
  journal.set(['clusterId'], id)
  return id
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === ''
const withoutMapping = (address: string): string => address.replace(/^::ffff:/, '')
