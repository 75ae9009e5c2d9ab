/** Settings of Confluent's JDBC source, in the order of its own definition: errors are listed in it. */
import { type ConfigDef, type ConfigOf, defineConfig } from '../../../config/define.ts'
import { atLeast, oneOf } from '../../../config/validators.ts'
import { enumerator, timeZone } from '../config-validators.ts'
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
import { columnMapping, columnsMapping, regexList, topicPrefix } from './source-validators.ts'

const GRANULARITIES = [
  ...['connect_logical', 'micros_long', 'micros_string', 'micros_iso_datetime_string'],
  ...['nanos_long', 'nanos_string', 'nanos_iso_datetime_string'],
]
const ISOLATION_MODES = [
  ...['default', 'read_uncommitted', 'read_committed', 'repeatable_read', 'serializable'],
  'sql_server_snapshot',
]

const connection = {
  'connection.url': {
    type: 'string',
    default: '',
    importance: 'high',
    dependents: ['table.whitelist', 'table.blacklist'],
    doc: 'JDBC URL of the database.',
    ...DATABASE,
  },
  ...pick(common, 'connection.user', 'connection.password'),
  'jdbc.credentials.provider.class': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Accepted and not used: user and password come from connection.user and connection.password.',
    ...DATABASE,
  },
  'connection.attempts': { ...common['connection.attempts'], validator: atLeast(1) },
  ...pick(common, 'connection.backoff.ms'),
} as const

const tables = {
  ...pick(common, 'table.whitelist', 'table.blacklist'),
  'table.include.list': {
    type: 'list',
    default: [],
    validator: regexList,
    importance: 'medium',
    doc: 'Regular expressions for the qualified names of the tables to read.',
    ...DATABASE,
  },
  'table.exclude.list': {
    type: 'list',
    default: [],
    validator: regexList,
    importance: 'medium',
    doc: 'Regular expressions for qualified names: of the tables of table.include.list, those not to read.',
    ...DATABASE,
  },
  ...pick(common, 'catalog.pattern'),
  'schema.pattern': { ...common['schema.pattern'], importance: 'high' },
  ...pick(common, 'numeric.precision.mapping', 'numeric.mapping', 'dialect.name'),
  'date.calendar.system': {
    type: 'string',
    default: 'LEGACY',
    validator: oneOf('LEGACY', 'PROLEPTIC_GREGORIAN'),
    importance: 'low',
    doc: 'Accepted: dates are always those of the proleptic Gregorian calendar.',
    ...DATABASE,
  },
} as const

const modes = {
  mode: {
    type: 'string',
    default: '',
    validator: oneOf('', ...MODES),
    importance: 'high',
    doc: 'How to find what is new: bulk, timestamp, incrementing or timestamp+incrementing.',
    dependents: [
      ...['incrementing.column.name', 'timestamp.column.name', 'incrementing.column.mapping'],
      ...['timestamp.columns.mapping', 'validate.non.null'],
    ],
    ...MODE,
  },
  ...pick(common, 'incrementing.column.name', 'timestamp.column.name'),
  'timestamp.columns.mapping': {
    type: 'list',
    default: [],
    validator: columnsMapping,
    importance: 'medium',
    doc: 'Timestamp columns by table: REGEX:[column1|column2], ...',
    ...MODE,
  },
  'incrementing.column.mapping': {
    type: 'list',
    default: [],
    validator: columnMapping,
    importance: 'medium',
    doc: 'Incrementing column by table: REGEX:column, ...',
    ...MODE,
  },
  'timestamp.initial': {
    type: 'long',
    default: null,
    importance: 'low',
    doc: 'Timestamp to begin with where no offset is stored, milliseconds since the epoch. -1: the current time.',
    ...MODE,
  },
  ...pick(common, 'validate.non.null', 'query'),
  'query.masked': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'As query, but not shown in logs and answers.',
    ...MODE,
  },
  'quote.sql.identifiers': {
    type: 'string',
    default: 'ALWAYS',
    recommended: ['always', 'never'],
    importance: 'medium',
    doc: 'Whether names are quoted in statements: ALWAYS or NEVER.',
    ...MODE,
  },
  'query.suffix': { type: 'string', default: '', importance: 'low', doc: 'Text to append to each query.', ...MODE },
  'transaction.isolation.mode': {
    type: 'string',
    default: 'DEFAULT',
    validator: enumerator(...ISOLATION_MODES),
    recommended: ISOLATION_MODES,
    importance: 'low',
    doc: 'Isolation of the transactions that read.',
    ...MODE,
  },
  'query.retry.attempts': {
    type: 'int',
    default: -1,
    importance: 'low',
    doc: 'How often in a row a query may fail before the task does. -1: without limit.',
    ...MODE,
  },
} as const

const reading = {
  ...pick(common, 'table.types', 'poll.interval.ms', 'batch.max.rows'),
  'max.buffer.size': { type: 'int', default: 0, importance: 'low', doc: 'Accepted and not used.', ...CONNECTOR },
  'poll.linger.ms': { type: 'long', default: 5000, importance: 'low', doc: 'Accepted and not used.', ...CONNECTOR },
  'table.monitoring.startup.polling.limit.ms': {
    type: 'long',
    default: 10_000,
    importance: 'low',
    internal: true,
    doc: 'Accepted and not used.',
  },
  ...pick(common, 'table.poll.interval.ms'),
  'topic.prefix': {
    type: 'string',
    default: '',
    validator: topicPrefix,
    importance: 'high',
    doc: "What stands before a table's name in its topic; with a query, the topic itself.",
    ...CONNECTOR,
  },
  ...pick(common, 'timestamp.delay.interval.ms'),
  'db.timezone': { ...common['db.timezone'], validator: timeZone },
  'timestamp.granularity': {
    type: 'string',
    default: 'connect_logical',
    validator: enumerator(...GRANULARITIES),
    recommended: GRANULARITIES,
    importance: 'low',
    doc: 'What timestamps become: connect_logical (Timestamp, milliseconds), or micros or nanos as long, string or ISO text.',
    ...CONNECTOR,
  },
} as const

export const confluentConfig = defineConfig(
  numbered({ ...connection, ...tables, ...modes, ...reading, ...ownSourceConfig } satisfies ConfigDef),
)

export type ConfluentSourceConfig = ConfigOf<typeof confluentConfig>
