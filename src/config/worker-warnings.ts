import type { ConfigDef, RawConfig } from './define.ts'
import { nearestName } from './nearest-name.ts'

/** Everything below these goes to somebody else: a client, a converter, a provider, a listener, metrics. */
const PREFIXES = [
  'producer.',
  'consumer.',
  'admin.',
  'key.converter.',
  'value.converter.',
  'header.converter.',
  'config.providers.',
  'metrics.context.',
  'listeners.https.',
  'admin.listeners.https.',
  // Of the JVM's REST server, unofficial but documented by vendors.
  'rest.servlet.',
]

/** Settings of distributed workers: harmless leftovers in a standalone file. */
const DISTRIBUTED = [
  'group.id',
  'config.storage.topic',
  'config.storage.replication.factor',
  'offset.storage.topic',
  'offset.storage.partitions',
  'offset.storage.replication.factor',
  'status.storage.topic',
  'status.storage.partitions',
  'status.storage.replication.factor',
  'exactly.once.source.support',
  'connect.protocol',
  'scheduled.rebalance.max.delay.ms',
  'worker.sync.timeout.ms',
  'worker.unsync.backoff.ms',
  'session.timeout.ms',
  'heartbeat.interval.ms',
  'rebalance.timeout.ms',
]

/** Client settings that admin clients take from the worker's file without a prefix. */
const UNPREFIXED_CLIENT_KEYS = [
  'bootstrap.servers',
  'client.dns.lookup',
  'client.id',
  'client.rack',
  'security.protocol',
  'security.providers',
  'bootstrap.controllers',
  'connections.max.idle.ms',
  'default.api.timeout.ms',
  'enable.metrics.push',
  'metadata.max.age.ms',
  'metadata.recovery.strategy',
  'metadata.recovery.rebootstrap.trigger.ms',
  'receive.buffer.bytes',
  'reconnect.backoff.max.ms',
  'reconnect.backoff.ms',
  'request.timeout.ms',
  'retries',
  'retry.backoff.max.ms',
  'retry.backoff.ms',
  'send.buffer.bytes',
  'socket.connection.setup.timeout.max.ms',
  'socket.connection.setup.timeout.ms',
  'auto.include.jmx.reporter',
]

/** Whether a key without prefix means something to admin clients. */
export const isClientKey = (key: string): boolean =>
  UNPREFIXED_CLIENT_KEYS.includes(key) || key.startsWith('sasl.') || /^ssl\.(?!client\.auth$)/.test(key)

/** What a user should know about keys that have no effect, a sentence each. Values are never shown. */
export const workerWarnings = (raw: RawConfig, definition: ConfigDef): readonly string[] => {
  const known = [...Object.keys(definition), ...UNPREFIXED_CLIENT_KEYS]
  const names = new Set(known)
  const warnings: string[] = []
  for (const key of Object.keys(raw)) {
    if (names.has(key) || isClientKey(key) || PREFIXES.some((prefix) => key.startsWith(prefix))) continue
    if (isRemovedConverter(key)) {
      warnings.push(`'${key}' was removed in Apache Kafka 3.0 and is ignored`)
    } else if (DISTRIBUTED.includes(key)) {
      warnings.push(`'${key}' is a setting of distributed workers and has no effect in standalone mode`)
    } else {
      const meant = nearestName(key, known)
      warnings.push(`'${key}' is not a setting of the worker${meant === undefined ? '' : `; did you mean '${meant}'?`}`)
    }
  }
  return warnings
}

const isRemovedConverter = (key: string): boolean =>
  ['internal.key.converter', 'internal.value.converter'].some((name) => key === name || key.startsWith(`${name}.`))
