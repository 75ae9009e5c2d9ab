/** Settings of connectors that no JVM worker knows. */
import { type ConfigDef, defineConfig } from './define.ts'
import { connectorRestartConfig } from './restart-settings.ts'
import { atLeast, oneOf } from './validators.ts'

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
