import { connectorConfig } from './connector-settings.ts'
import { defineConfig } from './define.ts'
import { atLeast, nonEmpty, nullOr, oneOfIgnoreCase, uniqueAliases } from './validators.ts'

const EXACTLY_ONCE = 'Exactly Once Support'

/** The settings that every source has, next to those of its own. */
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
