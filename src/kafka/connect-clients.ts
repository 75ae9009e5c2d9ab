/**
 * Which settings each of a worker's Kafka clients gets. Lowest first: what Connect fixes, the worker's `producer.`,
 * `consumer.` or `admin.` keys, the connector's `*.override.` keys (checked against the policy elsewhere).
 */
import type { RawConfig } from '../config/define.ts'

/** `worker`, `connector`: their resolved configs, all keys. */
export interface ClientOwner {
  readonly worker: RawConfig
  readonly connector: RawConfig
  readonly connectorName: string
}

/** The producer of a source task. */
export const taskProducerConfig = (owner: ClientOwner, taskId: number): RawConfig =>
  producerConfig(owner, `connector-producer-${owner.connectorName}-${taskId}`)

/** The producer that a sink task's dead letters go to. */
export const dlqProducerConfig = (owner: ClientOwner, taskId: number): RawConfig =>
  producerConfig(owner, `connector-dlq-producer-${owner.connectorName}-${taskId}`)

/**
 * Where the JVM worker fixes enable.idempotence=false and max.in.flight.requests.per.connection=1, ours leaves the client's
 * own defaults (true and 5): the same order, no repeats after a retry, and more under way. Batches are larger than the
 * client's 16 KiB for the same reason: each request costs both sides. Requests stay below half a megabyte, beyond which a
 * broker with a heap of 1 GB has a place of its own for each. Records on the topic are the same.
 */
const OUR_PRODUCER_DEFAULTS = { 'batch.size': '491520' }

const producerConfig = ({ worker, connector }: ClientOwner, clientId: string): RawConfig =>
  layers(
    bootstrapOf(worker),
    {
      'max.block.ms': '9223372036854775807',
      acks: 'all',
      'delivery.timeout.ms': '2147483647',
      ...OUR_PRODUCER_DEFAULTS,
      'client.id': clientId,
    },
    withPrefix(worker, 'producer.'),
    withPrefix(connector, 'producer.override.'),
  )

/** The consumer of a sink task. The REST offset calls take the group id from here, too. */
export const sinkConsumerConfig = ({ worker, connector, connectorName }: ClientOwner, taskId: number): RawConfig =>
  layers(
    { 'group.id': `connect-${connectorName}`, 'client.id': `connector-consumer-${connectorName}-${taskId}` },
    bootstrapOf(worker),
    { 'enable.auto.commit': 'false', 'auto.offset.reset': 'earliest' },
    withPrefix(worker, 'consumer.'),
    withPrefix(connector, 'consumer.override.'),
  )

/** The admin client that creates a source task's topics. */
export const topicAdminConfig = (owner: ClientOwner, taskId: number): RawConfig =>
  adminConfig(owner, `connector-adminclient-${owner.connectorName}-${taskId}`)

/** The admin client that creates the dead letter queue. */
export const dlqAdminConfig = (owner: ClientOwner, taskId: number): RawConfig =>
  adminConfig(owner, `connector-dlq-adminclient-${owner.connectorName}-${taskId}`)

/** The admin client of the REST calls that show and change a sink's offsets. */
export const offsetsAdminConfig = (owner: ClientOwner): RawConfig =>
  adminConfig(owner, `connector-worker-adminclient-${owner.connectorName}`)

const adminConfig = ({ worker, connector }: ClientOwner, clientId: string): RawConfig =>
  layers(
    bootstrapOf(worker),
    { 'client.id': clientId },
    Object.fromEntries(Object.entries(worker).filter(([key]) => !/^(admin|producer|consumer)\./.test(key))),
    withPrefix(worker, 'admin.'),
    withPrefix(connector, 'admin.override.'),
  )

/** The client that asks for the cluster's id when the worker starts: the worker's keys as they are, prefixed ones without use. */
export const workerAdminConfig = (worker: RawConfig): RawConfig => layers({ 'client.id': 'adminclient-1' }, worker)

const bootstrapOf = (worker: RawConfig): RawConfig =>
  Object.hasOwn(worker, 'bootstrap.servers') ? { 'bootstrap.servers': worker['bootstrap.servers'] ?? null } : {}

const withPrefix = (config: RawConfig, prefix: string): RawConfig =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix) && key.length > prefix.length)
      .map(([key, value]) => [key.slice(prefix.length), value]),
  )

// Own properties whatever the keys are called, `__proto__` included.
const layers = (...configs: readonly RawConfig[]): RawConfig => Object.fromEntries(configs.flatMap(Object.entries))
