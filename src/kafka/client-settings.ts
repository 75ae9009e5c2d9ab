import type { ConfigDef, ConfigOf, ConfigProblem, RawConfig } from '../config/define.ts'
import { ConfigParseError, invalidValue, parseConfig } from '../config/parse.ts'
import {
  ADMIN_KEYS,
  CONSUMER_KEYS,
  COOPERATIVE_STICKY_ASSIGNOR,
  durationMs,
  PRODUCER_KEYS,
  RANGE_ASSIGNOR,
  UNSUPPORTED,
  WITHOUT_MEANING,
} from './client-keys.ts'
import type { ConnectionSettings, SecurityProtocol } from './connection-settings.ts'
import { parseAddress } from './connection-settings.ts'
import { saslSettings } from './sasl-settings.ts'
import { tlsOptions } from './tls-options.ts'

/** Times are in milliseconds, sizes in bytes; time-outs are at most `Number.MAX_SAFE_INTEGER`. */
export interface ProducerSettings {
  readonly connection: ConnectionSettings
  /** -1: all in-sync replicas. */
  readonly acks: -1 | 0 | 1
  readonly batchSize: number
  readonly lingerMs: number
  readonly bufferMemory: number
  readonly maxRequestSize: number
  readonly maxBlockMs: number
  readonly deliveryTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly maxInFlight: number
  readonly idempotence: boolean
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
  readonly ignoreKeys: boolean
  readonly compression: Compression
}

/** `level` null: the codec has none, or its own default is wanted. */
export interface Compression {
  readonly codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly level: number | null
}

export interface ConsumerSettings {
  readonly connection: ConnectionSettings
  readonly groupId: string
  /** Name of a static member; null: a dynamic one. */
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly maxPollIntervalMs: number
  readonly maxPollRecords: number
  readonly fetchMinBytes: number
  readonly fetchMaxBytes: number
  readonly fetchMaxWaitMs: number
  /** The same for a broker that had nothing for a while. */
  readonly fetchIdleWaitMs: number
  readonly maxPartitionFetchBytes: number
  /** `agoMs`: at the first record not older than that. */
  readonly autoOffsetReset: 'earliest' | 'latest' | 'none' | { readonly agoMs: number }
  readonly isolationLevel: 'read_uncommitted' | 'read_committed'
  /** In order of preference, at least one. */
  readonly assignors: readonly AssignorName[]
  readonly rackId: string
  readonly checkCrcs: boolean
  readonly requestTimeoutMs: number
  readonly defaultApiTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
}

/** As they stand in join requests. */
export type AssignorName = 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky'

export interface AdminSettings {
  readonly connection: ConnectionSettings
  /** Longest time of one call, tries included. */
  readonly apiTimeoutMs: number
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
}

/** `warnings`: sentences about what was given and has no effect here, each key once. */
export interface WithWarnings<T> {
  readonly settings: T
  readonly warnings: readonly string[]
}

/** @throws ConfigParseError with every problem, in Apache Kafka's wording */
export const producerSettings = (raw: RawConfig): WithWarnings<ProducerSettings> => {
  const { values, warnings, problems } = parseClient('producer', PRODUCER_KEYS, raw)
  const whole = (message: string) => problems.push({ key: '', value: null, message })
  const connection = connectionSettings(values, problems, 'producer', true)
  const explicit = (key: string) => raw[key] !== undefined && raw[key] !== null
  const idempotence = wantsIdempotence(values, explicit, whole)
  const requestMs = safe(values['request.timeout.ms'])
  const lingerMs = Math.min(safe(values['linger.ms']), 2 ** 31 - 1)
  const delivery = values['delivery.timeout.ms']
  if (delivery < lingerMs + requestMs && explicit('delivery.timeout.ms')) {
    whole('delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms')
  }
  if (values['transactional.id'] !== null) warnings.push(unsupported('producer', 'transactional.id'))
  if (values['partitioner.class'] !== null) {
    warnings.push(`${unsupported('producer', 'partitioner.class')}: the default partitioner is used`)
  }
  failOn(problems)
  return {
    warnings,
    settings: {
      connection,
      acks: values.acks === 'all' ? -1 : (Number(values.acks) as -1 | 0 | 1),
      batchSize: values['batch.size'],
      lingerMs,
      bufferMemory: safe(values['buffer.memory']),
      maxRequestSize: values['max.request.size'],
      maxBlockMs: safe(values['max.block.ms']),
      deliveryTimeoutMs: Math.max(delivery, lingerMs + requestMs),
      requestTimeoutMs: requestMs,
      maxInFlight: values['max.in.flight.requests.per.connection'],
      idempotence,
      retries: values.retries,
      retryBackoffMs: safe(values['retry.backoff.ms']),
      retryBackoffMaxMs: safe(values['retry.backoff.max.ms']),
      metadataMaxAgeMs: safe(values['metadata.max.age.ms']),
      ignoreKeys: values['partitioner.ignore.keys'],
      compression: compressionOf(values),
    },
  }
}

type ProducerValues = ConfigOf<typeof PRODUCER_KEYS>

/** The default gives way to settings it does not go with; asked for explicitly, they are an error. */
const wantsIdempotence = (
  values: ProducerValues,
  explicit: (key: string) => boolean,
  problem: (message: string) => void,
): boolean => {
  if (values['enable.idempotence'] === false) return false
  const insists = explicit('enable.idempotence')
  const inFlight = values['max.in.flight.requests.per.connection']
  if (values.retries === 0) {
    if (insists) problem('Must set retries to non-zero when using the idempotent producer.')
    return false
  }
  if (values.acks !== 'all' && values.acks !== '-1') {
    if (insists) {
      problem(
        'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
      )
    }
    return false
  }
  if (inFlight > 5) {
    if (insists) {
      problem(
        'To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. ' +
          `Current value is ${inFlight}.`,
      )
    }
    return false
  }
  return true
}

const compressionOf = (values: ProducerValues): Compression => {
  const codec = values['compression.type'] as Compression['codec']
  switch (codec) {
    case 'gzip': {
      const level = values['compression.gzip.level']
      return { codec, level: level === -1 ? null : level }
    }
    case 'lz4':
      return { codec, level: values['compression.lz4.level'] }
    case 'zstd':
      return { codec, level: values['compression.zstd.level'] }
    default:
      return { codec, level: null }
  }
}

/** @throws ConfigParseError with every problem, in Apache Kafka's wording */
export const consumerSettings = (raw: RawConfig): WithWarnings<ConsumerSettings> => {
  const { values, warnings, problems } = parseClient('consumer', CONSUMER_KEYS, raw)
  const connection = connectionSettings(values, problems, 'consumer', values['allow.auto.create.topics'] !== false)
  if (values['heartbeat.interval.ms'] >= values['session.timeout.ms']) {
    problems.push({ key: '', value: null, message: 'Heartbeat must be set lower than the session timeout' })
  }
  const groupId = values['group.id'] ?? ''
  if (groupId === '') {
    const message = 'The configured group.id should not be an empty string or whitespace.'
    problems.push({ key: 'group.id', value: values['group.id'], message })
  }
  const assignors = assignorsOf(values['partition.assignment.strategy'], problems)
  if (values['group.protocol']?.toLowerCase() === 'consumer') {
    warnings.push(`${unsupported('consumer', 'group.protocol=consumer')}: the classic protocol is used`)
  }
  failOn(problems)
  const reset = values['auto.offset.reset']
  const agoMs = durationMs(reset)
  return {
    warnings,
    settings: {
      connection,
      groupId,
      groupInstanceId: values['group.instance.id'],
      sessionTimeoutMs: values['session.timeout.ms'],
      heartbeatIntervalMs: values['heartbeat.interval.ms'],
      maxPollIntervalMs: values['max.poll.interval.ms'],
      maxPollRecords: values['max.poll.records'],
      fetchMinBytes: values['fetch.min.bytes'],
      fetchMaxBytes: values['fetch.max.bytes'],
      fetchMaxWaitMs: values['fetch.max.wait.ms'],
      fetchIdleWaitMs: idleWaitOf(raw, values['fetch.min.bytes'], values['fetch.max.wait.ms']),
      maxPartitionFetchBytes: values['max.partition.fetch.bytes'],
      autoOffsetReset: agoMs === undefined ? (reset as 'earliest' | 'latest' | 'none') : { agoMs },
      isolationLevel: values['isolation.level'] as 'read_uncommitted' | 'read_committed',
      assignors,
      rackId: values['client.rack'],
      checkCrcs: values['check.crcs'],
      requestTimeoutMs: values['request.timeout.ms'],
      defaultApiTimeoutMs: values['default.api.timeout.ms'],
      retryBackoffMs: safe(values['retry.backoff.ms']),
      retryBackoffMaxMs: safe(values['retry.backoff.max.ms']),
      metadataMaxAgeMs: safe(values['metadata.max.age.ms']),
    },
  }
}

/**
 * With `fetch.min.bytes=1` the first record ends the wait, so a longer one costs nothing and saves a request each half
 * second; who sets `fetch.max.wait.ms` gets just that.
 */
const IDLE_WAIT_MS = 5000

const idleWaitOf = (raw: RawConfig, minBytes: number, maxWaitMs: number): number =>
  minBytes <= 1 && !Object.hasOwn(raw, 'fetch.max.wait.ms') ? Math.max(IDLE_WAIT_MS, maxWaitMs) : maxWaitMs

const ASSIGNORS: ReadonlyMap<string, AssignorName> = new Map([
  [RANGE_ASSIGNOR, 'range'],
  ['org.apache.kafka.clients.consumer.RoundRobinAssignor', 'roundrobin'],
  ['org.apache.kafka.clients.consumer.StickyAssignor', 'sticky'],
  [COOPERATIVE_STICKY_ASSIGNOR, 'cooperative-sticky'],
])

const assignorsOf = (classes: readonly string[] | null, problems: ConfigProblem[]): AssignorName[] => {
  const names: AssignorName[] = []
  for (const name of classes ?? []) {
    const assignor = ASSIGNORS.get(name)
    if (assignor !== undefined) names.push(assignor)
    else {
      const key = 'partition.assignment.strategy'
      const known = [...ASSIGNORS.keys()].join(', ')
      problems.push({
        key,
        value: name,
        message: invalidValue(key, name, `Class ${name} could not be found. Known: ${known}`),
      })
    }
  }
  return names.length === 0 ? ['range'] : names
}

/** @throws ConfigParseError with every problem, in Apache Kafka's wording */
export const adminSettings = (raw: RawConfig): WithWarnings<AdminSettings> => {
  // An admin client of a worker is given all of the worker's settings: unknown keys are nothing to warn of.
  const { values, problems, warnings } = parseClient('admin', ADMIN_KEYS, raw)
  const connection = connectionSettings(values, problems, 'admin', false)
  if (values['default.api.timeout.ms'] < values['request.timeout.ms'] && Object.hasOwn(raw, 'default.api.timeout.ms')) {
    const message =
      'The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms.'
    problems.push({ key: '', value: null, message })
  }
  failOn(problems)
  return {
    warnings,
    settings: {
      connection,
      apiTimeoutMs: Math.max(values['default.api.timeout.ms'], values['request.timeout.ms']),
      retries: values.retries,
      retryBackoffMs: safe(values['retry.backoff.ms']),
      retryBackoffMaxMs: safe(values['retry.backoff.max.ms']),
    },
  }
}

type ClientKind = 'producer' | 'consumer' | 'admin'

const parseClient = <const D extends ConfigDef>(kind: ClientKind, definition: D, raw: RawConfig) => {
  const parsed = parseConfig(definition, withoutNulls(raw))
  const warnings = [...parsed.warnings]
  for (const [key, value] of Object.entries(raw)) {
    if (value === null || WITHOUT_MEANING.has(key)) continue
    if (UNSUPPORTED.has(key) && key !== 'transactional.id') {
      if (value.trim() !== '') warnings.push(unsupported(kind, key))
    } else if (kind !== 'admin' && !Object.hasOwn(definition, key)) {
      warnings.push(`The ${kind} setting ${key} is not known and has no effect`)
    }
  }
  return { values: parsed.values, warnings, problems: [...parsed.problems] }
}

/** A null in a client's config is what a missing key is: its default. */
const withoutNulls = (raw: RawConfig): RawConfig =>
  Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null))

const unsupported = (kind: ClientKind, what: string): string => `The ${kind} setting ${what} is not supported here`

const failOn = (problems: readonly ConfigProblem[]): void => {
  if (problems.length > 0) throw new ConfigParseError(problems)
}

/** Java's longs go beyond what a JS number holds exactly; so far away, nobody minds. */
const safe = (value: number): number => Math.min(value, Number.MAX_SAFE_INTEGER)

const connectionSettings = (
  values: ConfigOf<typeof ADMIN_KEYS> | ProducerValues | ConfigOf<typeof CONSUMER_KEYS>,
  problems: ConfigProblem[],
  kind: ClientKind,
  allowAutoTopicCreation: boolean,
): ConnectionSettings => {
  const servers = values['bootstrap.servers'] ?? []
  for (const server of servers) {
    if (parseAddress(server) !== undefined) continue
    const what = /:\d+$/.test(server) ? 'port' : 'url'
    problems.push({
      key: 'bootstrap.servers',
      value: server,
      message: `Invalid ${what} in bootstrap.servers: ${server}. Expected HOST:PORT, such as localhost:9092`,
    })
  }
  const securityProtocol = (values['security.protocol'] ?? 'PLAINTEXT').toUpperCase() as SecurityProtocol
  const broken = problems.length > 0
  return {
    bootstrapServers: servers,
    clientId: values['client.id'] || kind,
    securityProtocol,
    // Stores are read only when everything else is well: each problem is reported for what it is.
    ssl: broken || !securityProtocol.endsWith('SSL') ? null : tlsOptions(values, problems),
    sasl: broken || !securityProtocol.startsWith('SASL') ? null : saslSettings(values, problems),
    connectionTimeoutMs: Math.min(safe(values['socket.connection.setup.timeout.ms']), 2 ** 31 - 1),
    requestTimeoutMs: values['request.timeout.ms'],
    reconnectBackoffMs: safe(values['reconnect.backoff.ms']),
    reconnectBackoffMaxMs: safe(values['reconnect.backoff.max.ms']),
    allowAutoTopicCreation,
  }
}
