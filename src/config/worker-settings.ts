/** The worker's file: every setting of Apache Kafka's standalone worker, and a few of our own. */
import { type ConfigOf, type ConfigProblem, defineConfig, type RawConfig } from './define.ts'
import { ownWorkerConfig } from './own-worker-settings.ts'
import { type ClassResolver, parseConfig } from './parse.ts'
import { restConfig } from './rest-settings.ts'
import { sslConfig } from './ssl-settings.ts'
import { atLeast, listNotEmpty, listOf, oneOf, oneOfIgnoreCase, versionSpec } from './validators.ts'
import { missingProviderClasses, readPrefixes, type WorkerPrefixes } from './worker-prefixes.ts'
import { workerWarnings } from './worker-warnings.ts'

const CONVERTERS = 'Converters'
const KAFKA = 'Kafka'
const OFFSETS = 'Offsets and stopping'
const TOPICS = 'Topics'
const PLUGINS = 'Plugins'
const METRICS = 'Metrics'

const workerCore = defineConfig({
  'bootstrap.servers': {
    type: 'list',
    validator: listNotEmpty,
    importance: 'high',
    doc: 'Brokers to ask first, as `host:port,host:port`. `embedded`: the development broker, which `connect-standalone --dev` starts; with `--dev` it may also be left out.',
    group: KAFKA,
  },
  'client.dns.lookup': {
    type: 'string',
    default: 'use_all_dns_ips',
    validator: oneOf('use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'),
    importance: 'medium',
    doc: 'How names of brokers become addresses.',
    group: KAFKA,
  },
  'connector.client.config.override.policy': {
    type: 'string',
    default: 'All',
    importance: 'low',
    doc: 'Which client settings connectors may override: `All`, `None`, `Principal`, `Allowlist`, or a class.',
    group: KAFKA,
  },
  'connector.client.config.override.allowlist': {
    type: 'list',
    default: [],
    importance: 'low',
    doc: 'The client settings that connectors may override under the policy `Allowlist`.',
    group: KAFKA,
  },
  'key.converter': {
    type: 'class',
    importance: 'high',
    doc: 'Converter for the keys of records, with its settings under `key.converter.`.',
    group: CONVERTERS,
  },
  'key.converter.plugin.version': {
    type: 'string',
    default: null,
    validator: versionSpec,
    importance: 'low',
    doc: 'Version, or range of versions, of the key converter.',
    group: CONVERTERS,
  },
  'value.converter': {
    type: 'class',
    importance: 'high',
    doc: 'Converter for the values of records, with its settings under `value.converter.`.',
    group: CONVERTERS,
  },
  'value.converter.plugin.version': {
    type: 'string',
    default: null,
    validator: versionSpec,
    importance: 'low',
    doc: 'Version, or range of versions, of the value converter.',
    group: CONVERTERS,
  },
  'header.converter': {
    type: 'class',
    default: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    importance: 'low',
    doc: 'Converter for the headers of records, with its settings under `header.converter.`.',
    group: CONVERTERS,
  },
  'header.converter.plugin.version': {
    type: 'string',
    default: null,
    validator: versionSpec,
    importance: 'low',
    doc: 'Version, or range of versions, of the header converter.',
    group: CONVERTERS,
  },
  'offset.storage.file.filename': {
    type: 'string',
    importance: 'high',
    doc: 'File in which the offsets of source connectors are stored, in the same format as the JVM worker writes it.',
    group: OFFSETS,
  },
  'offset.flush.interval.ms': {
    type: 'long',
    default: 60_000,
    importance: 'low',
    doc: 'Milliseconds between two commits of offsets, of sources and of sinks.',
    group: OFFSETS,
  },
  'offset.flush.timeout.ms': {
    type: 'long',
    default: 5000,
    importance: 'low',
    doc: 'Longest time, in milliseconds, that one commit may take, and that a stopping task waits for records under way.',
    group: OFFSETS,
  },
  'task.shutdown.graceful.timeout.ms': {
    type: 'long',
    default: 5000,
    importance: 'low',
    doc: 'Time, in milliseconds, that tasks stopped together get for stopping, all in all.',
    group: OFFSETS,
  },
  'topic.creation.enable': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether `topic.creation.` settings of source connectors have an effect.',
    group: TOPICS,
  },
  'topic.tracking.enable': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether the topics that each connector uses are recorded, for `GET /connectors/NAME/topics`.',
    group: TOPICS,
  },
  'topic.tracking.allow.reset': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether `PUT /connectors/NAME/topics/reset` may forget them.',
    group: TOPICS,
  },
  'plugin.path': {
    type: 'list',
    default: null,
    validator: listOf({ nullAllowed: true, emptyAllowed: false }),
    importance: 'low',
    doc: 'Folders to look for plugins in: packages whose package.json lists them. Variables in it are not replaced.',
    group: PLUGINS,
  },
  'plugin.discovery': {
    type: 'string',
    default: 'hybrid_warn',
    validator: oneOfIgnoreCase('ONLY_SCAN', 'SERVICE_LOAD', 'HYBRID_WARN', 'HYBRID_FAIL'),
    importance: 'low',
    doc: 'How a JVM worker discovers plugins. Accepted and checked; without effect here.',
    group: PLUGINS,
  },
  'config.providers': {
    type: 'list',
    default: [],
    validator: listOf(),
    importance: 'low',
    doc: 'Names of config providers, each with `config.providers.NAME.class` and settings under `config.providers.NAME.param.`.',
    group: PLUGINS,
  },
  'metrics.sample.window.ms': {
    type: 'long',
    default: 30_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Milliseconds over which one sample of a metric is taken.',
    group: METRICS,
  },
  'metrics.num.samples': {
    type: 'int',
    default: 2,
    validator: atLeast(1),
    importance: 'low',
    doc: 'How many samples are kept for a metric.',
    group: METRICS,
  },
  'metrics.recording.level': {
    type: 'string',
    default: 'INFO',
    validator: oneOf('INFO', 'DEBUG'),
    importance: 'low',
    doc: 'How detailed metrics are: `INFO` or `DEBUG`.',
    group: METRICS,
  },
  'metric.reporters': {
    type: 'list',
    default: ['org.apache.kafka.common.metrics.JmxReporter'],
    validator: listOf(),
    importance: 'low',
    doc: 'JVM classes that report metrics. Accepted; without effect here.',
    group: METRICS,
  },
})

export const workerConfig = defineConfig({ ...workerCore, ...restConfig, ...sslConfig, ...ownWorkerConfig })

export type WorkerSettings = ConfigOf<typeof workerConfig>

export interface ParsedWorker {
  /** Look at `problems` first: a key with a problem is null here. */
  readonly settings: WorkerSettings
  readonly prefixes: WorkerPrefixes
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly string[]
}

/** Reads a worker's file after variables were replaced. Without `resolveClass`, classes keep the name as written. */
export const parseWorkerSettings = (raw: RawConfig, resolveClass?: ClassResolver): ParsedWorker => {
  const { values, problems, warnings } = parseConfig(workerConfig, raw, resolveClass)
  const prefixes = readPrefixes(raw, values['config.providers'] ?? [])
  return {
    settings: values,
    prefixes,
    problems,
    warnings: [...warnings, ...missingProviderClasses(prefixes), ...workerWarnings(raw, workerConfig)],
  }
}
