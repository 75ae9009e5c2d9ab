import { COMMON, connectorConfig, ERRORS } from './connector-settings.ts'
import { defineConfig } from './define.ts'
import { listWithoutBlanksAndDuplicates, regex } from './validators.ts'

/** The settings that every sink has, next to those of its own. */
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
