/** What `GET`, `PATCH` and `DELETE /connectors/NAME/offsets` do: source offsets in the worker's store, sink offsets in Kafka. */
import type { RawConfig } from '../config/define.ts'
import { createAdmin, type KafkaAdmin } from '../kafka/admin.ts'
import { adminSettings } from '../kafka/admin-settings.ts'
import { offsetsAdminConfig, sinkConsumerConfig } from '../kafka/connect-clients.ts'
import { KafkaError } from '../kafka/errors.ts'
import {
  type ConnectorDefinition,
  partitionKey,
  type SinkDefinition,
  type SourceDefinition,
  type TopicPartition,
} from '../plugin/connector.ts'
import { DataError } from '../plugin/errors.ts'
import type { Logger } from '../plugin/logger.ts'
import { HerderError } from './herder-error.ts'
import { type ConnectorOffset, parseSinkOffset, type SinkOffsetChange } from './sink-offset-change.ts'
import type { OffsetStore, WorkerParts } from './worker-parts.ts'

/** The calls of `kafka/admin.ts` that sink offsets need. */
export type OffsetsAdmin = Pick<
  KafkaAdmin,
  'fetchGroupOffsets' | 'alterGroupOffsets' | 'deleteGroupOffsets' | 'deleteGroup' | 'describeTopics' | 'close'
>

export interface ConnectorOffsetParts {
  readonly name: string
  readonly definition: ConnectorDefinition
  /** Variables replaced. */
  readonly config: RawConfig
  readonly store: OffsetStore
  /** Sinks: the consumer group whose offsets count. */
  readonly group: string
  readonly openAdmin: () => OffsetsAdmin
}

export const connectorOffsetParts = (
  name: string,
  definition: ConnectorDefinition,
  config: RawConfig,
  { raw, offsets, logFor }: Pick<WorkerParts, 'raw' | 'offsets' | 'logFor'>,
): ConnectorOffsetParts => {
  const owner = { worker: raw, connector: config, connectorName: name }
  return {
    name,
    definition,
    config,
    store: offsets,
    group: sinkConsumerConfig(owner, 0)['group.id'] ?? `connect-${name}`,
    openAdmin: () => createAdmin(adminSettings(offsetsAdminConfig(owner)).settings, logFor(`${name}|worker`)),
  }
}

/** @throws HerderError 500 when Kafka does not tell a sink's offsets */
export const readConnectorOffsets = async (parts: ConnectorOffsetParts): Promise<readonly ConnectorOffset[]> => {
  const { name, definition, store, group } = parts
  if (definition.kind === 'source') return store.entries(name)
  const found = await withAdmin(
    parts,
    `Failed to retrieve consumer group offsets for sink connector ${name}`,
    (admin) => admin.fetchGroupOffsets(group),
  )
  return [...found]
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition))
    .map(({ topic, partition, offset }) => ({
      partition: { kafka_partition: partition, kafka_topic: topic },
      offset: { kafka_offset: offset },
    }))
}

/** @returns what the user is told. @throws HerderError 400 for offsets that make no sense, 500 when Kafka refuses */
export const alterConnectorOffsets = async (
  parts: ConnectorOffsetParts,
  changes: readonly ConnectorOffset[],
): Promise<string> => {
  const { definition } = parts
  const handled =
    definition.kind === 'source'
      ? await alterSource(parts, definition, changes)
      : await alterSink(parts, definition, changes.map(parseSinkOffset))
  return handled
    ? 'The offsets for this connector have been altered successfully'
    : 'The Connect framework-managed offsets for this connector have been altered successfully. ' +
        'However, if this connector manages offsets externally, they will need to be manually altered in the system that the connector uses.'
}

/** Offsets for a connector that has none yet; where there are some, they stay. @throws as {@link alterConnectorOffsets} */
export const setInitialOffsets = async (
  parts: ConnectorOffsetParts,
  offsets: readonly ConnectorOffset[],
  log: Logger,
): Promise<void> => {
  const { length } = await readConnectorOffsets(parts)
  if (length > 0) {
    log.info(`The initial offsets of ${parts.name} are not used: ${length} offsets are stored for it already`)
    return
  }
  await alterConnectorOffsets(parts, offsets)
  log.info(`${parts.name} begins with ${offsets.length} initial offsets`)
}

/** Forgets every offset; a sink's consumer group is deleted. Nothing to forget is fine, too. */
export const resetConnectorOffsets = async (parts: ConnectorOffsetParts): Promise<string> => {
  const { name, definition, store } = parts
  const handled =
    definition.kind === 'source'
      ? await alterSource(
          parts,
          definition,
          store.entries(name).map(({ partition }) => ({ partition, offset: null })),
        )
      : await resetSink(parts, definition)
  return handled
    ? 'The offsets for this connector have been reset successfully'
    : 'The Connect framework-managed offsets for this connector have been reset successfully. ' +
        'However, if this connector manages offsets externally, they will need to be manually reset in the system that the connector uses.'
}

const alterSource = async (
  { name, config, store }: ConnectorOffsetParts,
  definition: SourceDefinition,
  changes: readonly ConnectorOffset[],
): Promise<boolean> => {
  const handled = asked(() =>
    definition.alterOffsets?.(
      config,
      changes.map(({ partition, offset }) => [partition, offset]),
    ),
  )
  try {
    await store.set(changes.map(({ partition, offset }) => ({ connector: name, partition, offset })))
  } catch (error) {
    if (error instanceof DataError) throw new HerderError(400, error.message, { cause: error })
    throw error
  }
  return handled
}

const alterSink = async (
  parts: ConnectorOffsetParts,
  definition: SinkDefinition,
  given: readonly SinkOffsetChange[],
): Promise<boolean> => {
  const { name, group } = parts
  const changes = lastOfEach(given)
  const handled = asked(() => definition.alterOffsets?.(parts.config, changes))
  const all = [...changes.values()]
  const set = all.flatMap(({ offset, ...where }) => (offset === null ? [] : [{ ...where, offset }]))
  const removed = all.filter(({ offset }) => offset === null)
  await withAdmin(parts, `Failed to alter consumer group offsets for connector ${name}`, async (admin) => {
    // Kafka calls a missing topic an error that may pass, and the answer would take a minute.
    await requirePartitions(admin, set)
    if (set.length > 0) await admin.alterGroupOffsets(group, set)
    if (removed.length === 0) return
    const stored = new Set((await admin.fetchGroupOffsets(group)).map(keyOf))
    const present = removed.filter((change) => stored.has(keyOf(change)))
    if (present.length > 0) await admin.deleteGroupOffsets(group, present)
  })
  return handled
}

const resetSink = async (parts: ConnectorOffsetParts, definition: SinkDefinition): Promise<boolean> => {
  const { name, group, config } = parts
  return withAdmin(parts, `Failed to reset consumer group offsets for connector ${name}`, async (admin) => {
    const stored = await admin.fetchGroupOffsets(group)
    const changes = lastOfEach(stored.map(({ topic, partition }) => ({ topic, partition, offset: null })))
    const handled = asked(() => definition.alterOffsets?.(config, changes))
    await admin.deleteGroup(group)
    return handled
  })
}

/** What the connector's own hook says; its refusal is about what the user sent. */
const asked = (hook: () => boolean | undefined): boolean => {
  try {
    return hook() ?? false
  } catch (error) {
    throw new HerderError(400, error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const keyOf = ({ topic, partition }: TopicPartition): string => partitionKey(topic, partition)

const lastOfEach = (changes: readonly SinkOffsetChange[]): ReadonlyMap<string, SinkOffsetChange> =>
  new Map(changes.map((change) => [keyOf(change), change]))

const requirePartitions = async (admin: OffsetsAdmin, wanted: readonly SinkOffsetChange[]): Promise<void> => {
  const topics = await admin.describeTopics([...new Set(wanted.map(({ topic }) => topic))])
  for (const { topic, partition } of wanted) {
    const found = topics.find((each) => each.topic === topic)
    if (found === undefined) throw new HerderError(400, `Kafka topic ${topic} does not exist`)
    if (partition < 0 || partition >= found.partitions.length) {
      throw new HerderError(
        400,
        `Kafka topic ${topic} has no partition ${partition}; it has ${found.partitions.length}, from 0`,
      )
    }
  }
}

const withAdmin = async <T>(
  { name, openAdmin }: ConnectorOffsetParts,
  failure: string,
  work: (admin: OffsetsAdmin) => Promise<T>,
): Promise<T> => {
  const admin = openAdmin()
  try {
    return await work(admin)
  } catch (error) {
    if (error instanceof HerderError) throw error
    if (isInUse(error)) {
      const message = `${failure}: its consumer group still has members. Either a task of ${name} has not ended yet, and the same request works a little later, or another program reads with this group (the JVM speaks of zombie sink tasks)`
      throw new HerderError(500, message, { cause: error })
    }
    throw new HerderError(500, `${failure}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  } finally {
    await admin.close().catch(() => undefined)
  }
}

const IN_USE = ['UNKNOWN_MEMBER_ID', 'NON_EMPTY_GROUP', 'GROUP_SUBSCRIBED_TO_TOPIC']

const isInUse = (error: unknown): boolean => error instanceof KafkaError && IN_USE.includes(error.code)
