import { type ConfigDef, defineConfig, type Validator } from '../../../config/define.ts'
import { atLeast, oneOf } from '../../../config/validators.ts'
import { zoneNamed } from '../zone.ts'

const timeZone: Validator<string | null> = (_key, value) =>
  value === null || zoneNamed(value) !== undefined ? null : 'Invalid time zone identifier'

/** One of these words, all in small or all in capital letters. */
const enumerator =
  (...words: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value === null || words.some((word) => word === value || word.toUpperCase() === value) ? null : 'Invalid enumerator'

const topicPrefix: Validator<string | null> = (_key, value) => {
  if (value === null) return 'Topic prefix must not be null.'
  if (value.length > 249) return 'Topic prefix length must not exceed max topic name length, 249 chars'
  return /[^a-zA-Z0-9._-]/.test(value)
    ? "Topic prefix must not contain any character other than ASCII alphanumerics, '.', '_' and '-'."
    : null
}

const MODES = ['bulk', 'timestamp', 'incrementing', 'timestamp+incrementing'] as const
const GRANULARITIES = [
  ...['connect_logical', 'micros_long', 'micros_string', 'micros_iso_datetime_string'],
  ...['nanos_long', 'nanos_string', 'nanos_iso_datetime_string'],
]
const ISOLATION_MODES = [
  ...['DEFAULT', 'READ_UNCOMMITTED', 'READ_COMMITTED', 'REPEATABLE_READ', 'SERIALIZABLE'],
  'SQL_SERVER_SNAPSHOT',
]

const DATABASE = { group: 'Database' } as const
const MODE = { group: 'Mode' } as const
const CONNECTOR = { group: 'Connector' } as const

const user = {
  'connection.user': { type: 'string', default: null, importance: 'high', doc: 'User of the database.', ...DATABASE },
  'connection.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of the user.',
    ...DATABASE,
  },
  'connection.attempts': {
    type: 'int',
    default: 3,
    validator: atLeast(1),
    importance: 'low',
    doc: 'How often to try to connect before giving up.',
    ...DATABASE,
  },
  'connection.backoff.ms': {
    type: 'long',
    default: 10_000,
    importance: 'low',
    doc: 'Milliseconds between two attempts to connect.',
    ...DATABASE,
  },
} as const

const tables = {
  'table.whitelist': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Tables to read, by name or by qualified name. Not together with table.blacklist.',
    ...DATABASE,
  },
  'table.blacklist': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Tables not to read, by name or by qualified name. Not together with table.whitelist.',
    ...DATABASE,
  },
  'catalog.pattern': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Catalog (in MySQL: database) whose tables are read. Empty: those without one. Not set: that of the connection.',
    ...DATABASE,
  },
  'schema.pattern': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'Pattern of LIKE for the schemas whose tables are read. Empty: tables without a schema. Not set: all.',
    ...DATABASE,
  },
} as const

const numeric = {
  'numeric.precision.mapping': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Old word for numeric.mapping=precision_only.',
    ...DATABASE,
  },
  'numeric.mapping': {
    type: 'string',
    default: null,
    validator: enumerator('none', 'precision_only', 'best_fit', 'best_fit_eager_double'),
    importance: 'low',
    doc:
      'What NUMERIC columns become: none: Decimal; precision_only: integers where the scale is 0; best_fit: integers or ' +
      'float64 where up to 18 digits allow it; best_fit_eager_double: float64 for every scale above 0.',
    ...DATABASE,
  },
} as const

const dialect = {
  'dialect.name': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'PostgreSqlDatabaseDialect, MySqlDatabaseDialect or SqliteDatabaseDialect. Empty: by connection.url.',
    ...DATABASE,
  },
} as const

const zone = {
  'db.timezone': {
    type: 'string',
    default: 'UTC',
    validator: timeZone,
    importance: 'medium',
    doc: 'Time zone of dates and times that carry none.',
    ...CONNECTOR,
  },
} as const

const quote = {
  'quote.sql.identifiers': {
    type: 'string',
    default: 'ALWAYS',
    validator: enumerator('always', 'never'),
    importance: 'medium',
    doc: 'Whether names are quoted in statements: ALWAYS or NEVER.',
    ...MODE,
  },
} as const

const columns = {
  'incrementing.column.name': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Column that grows with each new row. Empty: the column that the database numbers by itself.',
    ...MODE,
  },
  'timestamp.column.name': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Columns that tell when a row changed; of several, the first that is not null counts.',
    ...MODE,
  },
} as const

const validateNonNull = {
  'validate.non.null': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether a task fails when these columns may be null.',
    ...MODE,
  },
} as const

const query = {
  query: {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Query to read instead of tables. Unless mode is bulk, a WHERE clause is appended to it.',
    ...MODE,
  },
} as const

const polling = {
  'table.types': {
    type: 'list',
    default: ['TABLE'],
    importance: 'low',
    doc: 'Kinds of tables to read, such as TABLE and VIEW.',
    ...CONNECTOR,
  },
  'poll.interval.ms': {
    type: 'int',
    default: 5000,
    importance: 'high',
    doc: 'Milliseconds between the end of one look at a table and the next.',
    ...CONNECTOR,
  },
} as const

const tablePolling = {
  'table.poll.interval.ms': {
    type: 'long',
    default: 60_000,
    importance: 'low',
    doc: 'Milliseconds between two looks for new and removed tables.',
    ...CONNECTOR,
  },
} as const

const delay = {
  'timestamp.delay.interval.ms': {
    type: 'long',
    default: 0,
    importance: 'high',
    doc: 'How long a row waits after its timestamp, so that transactions that began earlier can end. Milliseconds.',
    ...CONNECTOR,
  },
} as const

/** Beyond the JVM's connectors. */
const ours = {
  'key.columns': {
    type: 'list',
    default: [],
    importance: 'low',
    internal: true,
    doc: "Columns that make the records' keys, a struct. The one word PRIMARY_KEY means those of each table's primary key.",
    ...CONNECTOR,
  },
  'deleted.column.name': {
    type: 'string',
    default: '',
    importance: 'low',
    internal: true,
    doc: 'Column that marks a row as deleted (true, not 0, or a time). Such a row becomes a tombstone; needs key.columns.',
    ...CONNECTOR,
  },
  'incrementing.delay.interval.ms': {
    type: 'long',
    default: 0,
    importance: 'low',
    internal: true,
    doc:
      'In mode incrementing: only ids are read that the table already reached so many milliseconds ago, so that ' +
      'transactions with lower ids can end. Set it to more than the longest transaction takes.',
    ...CONNECTOR,
  },
} as const

export const confluentConfig = defineConfig({
  'connection.url': { type: 'string', default: '', importance: 'high', doc: 'JDBC URL of the database.', ...DATABASE },
  ...user,
  'jdbc.credentials.provider.class': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Accepted and not used: user and password come from connection.user and connection.password.',
    ...DATABASE,
  },
  'table.include.list': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Regular expressions for the qualified names of the tables to read.',
    ...DATABASE,
  },
  'table.exclude.list': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Regular expressions for qualified names: of the tables of table.include.list, those not to read.',
    ...DATABASE,
  },
  ...tables,
  ...numeric,
  ...dialect,
  mode: {
    type: 'string',
    default: '',
    validator: oneOf('', ...MODES),
    importance: 'high',
    doc: 'How to find what is new: bulk, timestamp, incrementing or timestamp+incrementing.',
    ...MODE,
  },
  ...columns,
  'timestamp.columns.mapping': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Timestamp columns by table: REGEX:[column1|column2], ...',
    ...MODE,
  },
  'incrementing.column.mapping': {
    type: 'list',
    default: [],
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
  ...validateNonNull,
  ...query,
  'query.masked': {
    type: 'password',
    default: null,
    importance: 'medium',
    doc: 'As query, but not shown in logs and answers.',
    ...MODE,
  },
  ...quote,
  'query.suffix': { type: 'string', default: '', importance: 'low', doc: 'Text to append to each query.', ...MODE },
  'transaction.isolation.mode': {
    type: 'string',
    default: 'DEFAULT',
    validator: enumerator(...ISOLATION_MODES.map((mode) => mode.toLowerCase())),
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
  ...polling,
  'batch.max.rows': {
    type: 'int',
    default: 1000,
    importance: 'low',
    doc: 'Most rows of a batch, where it is set. If not, batches are as large as memory and speed suggest.',
    ...CONNECTOR,
  },
  ...tablePolling,
  'topic.prefix': {
    type: 'string',
    default: '',
    validator: topicPrefix,
    importance: 'high',
    doc: "What stands before a table's name in its topic; with a query, the topic itself.",
    ...CONNECTOR,
  },
  ...delay,
  ...zone,
  'timestamp.granularity': {
    type: 'string',
    default: 'connect_logical',
    validator: enumerator(...GRANULARITIES),
    importance: 'low',
    doc: 'What timestamps become: connect_logical (Timestamp, milliseconds), or micros or nanos as long, string or ISO text.',
    ...CONNECTOR,
  },
  'date.calendar.system': {
    type: 'string',
    default: 'LEGACY',
    validator: enumerator('legacy', 'proleptic_gregorian'),
    importance: 'low',
    doc: 'Accepted: dates are always those of the proleptic Gregorian calendar.',
    ...CONNECTOR,
  },
  'max.buffer.size': { type: 'int', default: 0, importance: 'low', doc: 'Accepted and not used.', ...CONNECTOR },
  'poll.linger.ms': { type: 'long', default: 5000, importance: 'low', doc: 'Accepted and not used.', ...CONNECTOR },
  'table.monitoring.startup.polling.limit.ms': {
    type: 'long',
    default: 10_000,
    importance: 'low',
    internal: true,
    doc: 'Accepted and not used.',
  },
  ...ours,
} satisfies ConfigDef)

export const aivenConfig = defineConfig({
  'connection.url': { type: 'string', importance: 'high', doc: 'JDBC URL of the database.', ...DATABASE },
  ...user,
  ...tables,
  ...numeric,
  'table.names.qualify': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether statements name tables with catalog and schema. If not, the search path of the connection decides.',
    ...DATABASE,
  },
  ...zone,
  ...dialect,
  'sql.quote.identifiers': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Whether names are quoted in statements.',
    ...DATABASE,
  },
  mode: {
    type: 'string',
    validator: oneOf(...MODES),
    importance: 'high',
    doc: 'How to find what is new: bulk, timestamp, incrementing or timestamp+incrementing.',
    ...MODE,
  },
  ...columns,
  ...validateNonNull,
  ...query,
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
  ...polling,
  'batch.max.rows': {
    type: 'int',
    default: 100,
    importance: 'low',
    doc: 'Most rows of a batch, where it is set. If not, batches are as large as memory and speed suggest.',
    ...CONNECTOR,
  },
  ...tablePolling,
  'topic.prefix': {
    type: 'string',
    importance: 'high',
    doc: "What stands before a table's name in its topic; with a query, the topic itself.",
    ...CONNECTOR,
  },
  ...delay,
  ...ours,
} satisfies ConfigDef)
