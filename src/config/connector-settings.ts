/** The settings that every connector has, next to those of its own. */
import type { ConfigDef, ConfigKey } from './define.ts'
import { defineConfig } from './define.ts'
import { connectorRestartConfig } from './restart-settings.ts'
import {
  atLeast,
  listWithoutBlanksAndDuplicates,
  nonEmpty,
  nonEmptyWithoutControlChars,
  nullOr,
  oneOf,
  oneOfIgnoreCase,
  regex,
  uniqueAliases,
  versionSpec,
} from './validators.ts'

const COMMON = 'Common'
const ERRORS = 'Error Handling'
const EXACTLY_ONCE = 'Exactly Once Support'

type ConverterRole = 'key' | 'value' | 'header'

const converterClass = (role: ConverterRole, display: string, order: number) =>
  ({
    type: 'class',
    default: null,
    importance: 'low',
    doc: `Converter for the ${role === 'header' ? 'headers' : role} of this connector's records, with settings under \`${role}.converter.\`. The worker's converter, with the worker's settings, when not set.`,
    group: COMMON,
    order,
    width: 'short',
    displayName: `${display} converter class`,
  }) as const satisfies ConfigKey

const converterVersion = (role: ConverterRole, display: string, order: number) =>
  ({
    type: 'string',
    default: null,
    validator: versionSpec,
    importance: 'low',
    doc: `Version, or range of versions, of the ${role} converter.`,
    group: COMMON,
    order,
    width: 'short',
    displayName: `${display} converter version`,
  }) as const satisfies ConfigKey

export const connectorConfig = defineConfig({
  name: {
    type: 'string',
    validator: nonEmptyWithoutControlChars,
    importance: 'high',
    doc: 'Name of the connector, used once only in a worker. Stored offsets and the consumer group go by it.',
    group: COMMON,
    order: 1,
    width: 'medium',
    displayName: 'Connector name',
  },
  'connector.class': {
    type: 'string',
    importance: 'high',
    doc: 'Which connector to run: its full class name, its simple name, or that without `Connector`.',
    group: COMMON,
    order: 2,
    width: 'long',
    displayName: 'Connector class',
  },
  'connector.plugin.version': {
    type: 'string',
    default: null,
    validator: versionSpec,
    importance: 'medium',
    doc: 'Version of the connector: exactly that one (`1.2`), one of a range (`[1.0,2.0)`), or `latest`.',
    group: COMMON,
    order: 3,
    width: 'medium',
    displayName: 'Connector version',
  },
  'tasks.max': {
    type: 'int',
    default: 1,
    validator: atLeast(1),
    importance: 'high',
    doc: 'Most tasks that the connector may split its work into.',
    group: COMMON,
    order: 4,
    width: 'short',
    displayName: 'Tasks max',
  },
  'tasks.max.enforce': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether a connector that asks for more than `tasks.max` tasks fails (true) or is only warned about. Deprecated.',
    group: COMMON,
    order: 5,
    width: 'short',
    displayName: 'Enforce tasks max',
  },
  'key.converter': converterClass('key', 'Key', 6),
  'key.converter.plugin.version': converterVersion('key', 'Key', 7),
  'value.converter': converterClass('value', 'Value', 8),
  'value.converter.plugin.version': converterVersion('value', 'Value', 9),
  'header.converter': converterClass('header', 'Header', 10),
  'header.converter.plugin.version': converterVersion('header', 'Header', 11),
  transforms: {
    type: 'list',
    default: [],
    validator: uniqueAliases,
    importance: 'low',
    doc: 'Names, in the order they are applied, of the transforms described under `transforms.NAME.`.',
    group: 'Transforms',
    order: 12,
    width: 'long',
    displayName: 'Transforms',
  },
  predicates: {
    type: 'list',
    default: [],
    validator: uniqueAliases,
    importance: 'low',
    doc: 'Names of the predicates described under `predicates.NAME.`, for transforms to refer to.',
    group: 'Predicates',
    order: 13,
    width: 'long',
    displayName: 'Predicates',
  },
  'config.action.reload': {
    type: 'string',
    default: 'restart',
    validator: oneOf('none', 'restart'),
    importance: 'low',
    doc: 'What to do when a value from a config provider runs out: `restart` the connector in time, or `none`.',
    group: COMMON,
    order: 14,
    width: 'medium',
    displayName: 'Reload Action',
  },
  'errors.retry.timeout': {
    type: 'long',
    default: 0,
    importance: 'medium',
    doc: 'Milliseconds for which a failing conversion, transform or retriable read or write of a record is tried again. 0: not at all, -1: for ever.',
    group: ERRORS,
    order: 1,
    width: 'medium',
    displayName: 'Retry Timeout for Errors',
  },
  'errors.retry.delay.max.ms': {
    type: 'long',
    default: 60_000,
    importance: 'medium',
    doc: 'Longest pause, in milliseconds, between two such tries. Pauses double from 300 ms and are shuffled a little at the end.',
    group: ERRORS,
    order: 2,
    width: 'medium',
    displayName: 'Maximum Delay Between Retries for Errors',
  },
  'errors.tolerance': {
    type: 'string',
    default: 'none',
    validator: oneOf('none', 'all'),
    importance: 'medium',
    doc: 'What a record that cannot be converted or transformed does: `none` fails the task, `all` skips the record.',
    group: ERRORS,
    order: 3,
    width: 'short',
    displayName: 'Error Tolerance',
  },
  'errors.log.enable': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether each such error is written to the log. Without it only errors that are not tolerated are.',
    group: ERRORS,
    order: 4,
    width: 'short',
    displayName: 'Log Errors',
  },
  'errors.log.include.messages': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether that log line also tells topic, partition, offset and timestamp of the record. Never its content.',
    group: ERRORS,
    order: 5,
    width: 'short',
    displayName: 'Log Error Details',
  },
})

export const sinkConnectorConfig = defineConfig({
  ...connectorConfig,
  topics: {
    type: 'list',
    default: [],
    validator: listWithoutBlanksAndDuplicates,
    importance: 'high',
    doc: 'Topics to consume. Either this or `topics.regex` is needed.',
    group: COMMON,
    order: 4,
    width: 'long',
    displayName: 'Topics',
  },
  'topics.regex': {
    type: 'string',
    default: '',
    validator: regex,
    importance: 'high',
    doc: 'Regular expression for the whole name of the topics to consume, those created later included.',
    group: COMMON,
    order: 4,
    width: 'long',
    displayName: 'Topics regex',
  },
  'errors.deadletterqueue.topic.name': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Topic to which records that could not be converted or transformed are written. Empty: none.',
    group: ERRORS,
    order: 6,
    width: 'medium',
    displayName: 'Dead Letter Queue Topic Name',
  },
  'errors.deadletterqueue.topic.replication.factor': {
    type: 'short',
    default: 3,
    importance: 'medium',
    doc: 'Replication factor of that topic when it has to be created. It gets one partition.',
    group: ERRORS,
    order: 7,
    width: 'medium',
    displayName: 'Dead Letter Queue Topic Replication Factor',
  },
  'errors.deadletterqueue.context.headers.enable': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether records there get `__connect.errors.` headers that tell where they came from and what was wrong.',
    group: ERRORS,
    order: 8,
    width: 'medium',
    displayName: 'Enable Error Context Headers',
  },
})

export const sourceConnectorConfig = defineConfig({
  ...connectorConfig,
  'topic.creation.groups': {
    type: 'list',
    default: [],
    validator: uniqueAliases,
    importance: 'low',
    doc: 'Names of topic creation groups, described under `topic.creation.NAME.`. Group `default` is always there.',
    group: 'Topic Creation',
    order: 1,
    width: 'long',
    displayName: 'Topic Creation Groups',
  },
  'exactly.once.support': {
    type: 'string',
    default: 'requested',
    validator: oneOfIgnoreCase('REQUIRED', 'REQUESTED'),
    importance: 'medium',
    doc: 'Accepted and checked; a standalone worker never runs source tasks in transactions.',
    group: EXACTLY_ONCE,
    order: 2,
    width: 'short',
    displayName: 'Exactly once support',
  },
  'transaction.boundary': {
    type: 'string',
    default: 'poll',
    validator: oneOfIgnoreCase('INTERVAL', 'POLL', 'CONNECTOR'),
    importance: 'medium',
    doc: 'Accepted and checked; without effect in a standalone worker.',
    group: EXACTLY_ONCE,
    order: 3,
    width: 'short',
    displayName: 'Transaction Boundary',
  },
  'transaction.boundary.interval.ms': {
    type: 'long',
    default: null,
    validator: nullOr(atLeast(0)),
    importance: 'low',
    doc: 'Accepted and checked; without effect in a standalone worker.',
    group: EXACTLY_ONCE,
    order: 4,
    width: 'short',
    displayName: 'Transaction boundary interval',
  },
  'offsets.storage.topic': {
    type: 'string',
    default: null,
    validator: nullOr(nonEmpty),
    importance: 'low',
    doc: 'Accepted and checked; a standalone worker stores source offsets in its own file.',
    group: 'offsets.topic',
    order: 1,
    width: 'long',
    displayName: 'Offsets topic',
  },
})

const OWN = 'Only in connect-standalone'

/** The dead letter queue of a source. Not the names that sinks have: a JVM worker ignores those in a source's file. */
export const sourceDeadLetterConfig = defineConfig({
  'errors.source.deadletterqueue.topic.name': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Topic to which a source writes records that it skips (`errors.tolerance=all`): those that could not be transformed, converted or written. Empty: none.',
    group: OWN,
  },
  'errors.source.deadletterqueue.topic.replication.factor': {
    type: 'short',
    default: -1,
    importance: 'low',
    doc: "Replication factor of that topic when it has to be created, with one partition. -1: the cluster's default.",
    group: OWN,
  },
  'errors.source.deadletterqueue.context.headers.enable': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether records there get `__connect.errors.` headers that tell where they came from and what was wrong.',
    group: OWN,
  },
})

/** Where the tasks of a connector run. */
export const isolationConfig = defineConfig({
  'task.isolation': {
    type: 'string',
    default: 'none',
    validator: oneOf('none', 'thread'),
    importance: 'low',
    doc: 'Where the tasks run: `none`, with all others; `thread`, each in a thread of its own, with its transforms and converters. What a task in a thread does to the event loop, to memory or to the process stays there, and it may use a processor of its own. A thread costs about 15 MB.',
    group: OWN,
  },
  'task.isolation.memory.mb': {
    type: 'int',
    default: 512,
    validator: atLeast(16),
    importance: 'low',
    doc: 'Megabytes that the heap of such a thread may grow to: a task that needs more fails.',
    group: OWN,
  },
})

/** What no JVM worker knows. REST shows those of these keys that a connector sets. */
export const ownConnectorConfig = (kind: 'source' | 'sink'): ConfigDef =>
  kind === 'sink'
    ? { ...connectorRestartConfig, ...isolationConfig }
    : { ...connectorRestartConfig, ...isolationConfig, ...sourceDeadLetterConfig }
