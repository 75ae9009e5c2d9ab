/** Settings of Aiven's JDBC source, in the order of its own definition: errors are listed in it. */
import { type ConfigDef, type ConfigOf, defineConfig } from '../../../config/define.ts'
import { oneOf } from '../../../config/validators.ts'
import { timeZoneId } from '../config-validators.ts'
import {
  CONNECTOR,
  commonSourceConfig as common,
  DATABASE,
  MODE,
  MODES,
  numbered,
  ownSourceConfig,
  pick,
} from './common-source-config.ts'

const database = {
  'connection.url': {
    type: 'string',
    importance: 'high',
    dependents: ['table.whitelist', 'table.blacklist'],
    doc: 'JDBC URL of the database.',
    ...DATABASE,
  },
  ...pick(common, 'connection.user', 'connection.password', 'connection.attempts', 'connection.backoff.ms'),
  ...pick(common, 'table.whitelist', 'table.blacklist', 'catalog.pattern', 'schema.pattern'),
  ...pick(common, 'numeric.precision.mapping', 'numeric.mapping'),
  'table.names.qualify': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether statements name tables with catalog and schema. If not, the search path of the connection decides.',
    ...DATABASE,
  },
  'db.timezone': { ...common['db.timezone'], validator: timeZoneId, ...DATABASE },
  ...pick(common, 'dialect.name'),
  'sql.quote.identifiers': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether names are quoted in statements.',
    ...DATABASE,
  },
} as const

const modes = {
  mode: {
    type: 'string',
    validator: oneOf(...MODES),
    importance: 'high',
    doc: 'How to find what is new: bulk, timestamp, incrementing or timestamp+incrementing.',
    dependents: [
      ...['incrementing.column.name', 'timestamp.column.name', 'validate.non.null'],
      ...['timestamp.initial.ms', 'incrementing.initial'],
    ],
    ...MODE,
  },
  ...pick(common, 'incrementing.column.name', 'timestamp.column.name', 'validate.non.null', 'query'),
  'timestamp.initial.ms': {
    type: 'long',
    default: 0,
    importance: 'medium',
    doc: 'Timestamp to begin with where no offset is stored, milliseconds since the epoch.',
    ...MODE,
  },
  'incrementing.initial': {
    type: 'long',
    default: -1,
    importance: 'medium',
    doc: 'Only greater values of the incrementing column are read where no offset is stored.',
    ...MODE,
  },
} as const

const reading = {
  ...pick(common, 'table.types', 'poll.interval.ms'),
  'batch.max.rows': { ...common['batch.max.rows'], default: 100 },
  ...pick(common, 'table.poll.interval.ms'),
  'topic.prefix': {
    type: 'string',
    importance: 'high',
    doc: "What stands before a table's name in its topic; with a query, the topic itself.",
    ...CONNECTOR,
  },
  ...pick(common, 'timestamp.delay.interval.ms'),
} as const

export const aivenConfig = defineConfig(
  numbered({ ...database, ...modes, ...reading, ...ownSourceConfig } satisfies ConfigDef),
)

export type AivenSourceConfig = ConfigOf<typeof aivenConfig>
