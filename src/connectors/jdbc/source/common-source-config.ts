/** Settings that Confluent's and Aiven's JDBC sources have in common. */
import type { ConfigDef } from '../../../config/define.ts'
import { DIALECT_NAMES } from '../choose-dialect.ts'
import { dialectName, enumerator } from '../config-validators.ts'

export const DATABASE = { group: 'Database' } as const
export const MODE = { group: 'Mode' } as const
export const CONNECTOR = { group: 'Connector' } as const

export const MODES = ['bulk', 'timestamp', 'incrementing', 'timestamp+incrementing'] as const
const NUMERIC_MAPPINGS = ['none', 'precision_only', 'best_fit', 'best_fit_eager_double'] as const

/** Some of the settings, in this order. */
export const pick = <const D extends ConfigDef, K extends keyof D>(from: D, ...keys: readonly K[]): Pick<D, K> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<D, K>

/** Gives each setting its number within its group, by the order in which they stand. */
export const numbered = <const D extends ConfigDef>(definition: D): D => {
  const last = new Map<string, number>()
  return Object.fromEntries(
    Object.entries(definition).map(([key, setting]) => {
      if (setting.group === undefined || setting.internal) return [key, setting]
      const order = (last.get(setting.group) ?? 0) + 1
      last.set(setting.group, order)
      return [key, { ...setting, order }]
    }),
  ) as D
}

export const commonSourceConfig = {
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
    importance: 'medium',
    doc: 'Pattern of LIKE for the schemas whose tables are read. Empty: tables without a schema. Not set: all.',
    ...DATABASE,
  },
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
    validator: enumerator(...NUMERIC_MAPPINGS),
    recommended: NUMERIC_MAPPINGS,
    importance: 'low',
    doc:
      'What NUMERIC columns become: none: Decimal; precision_only: integers where the scale is 0; best_fit: integers or ' +
      'float64 where up to 18 digits allow it; best_fit_eager_double: float64 for every scale above 0.',
    ...DATABASE,
  },
  'dialect.name': {
    type: 'string',
    default: '',
    validator: dialectName,
    recommended: ['', ...DIALECT_NAMES],
    importance: 'low',
    doc: 'PostgreSqlDatabaseDialect, MySqlDatabaseDialect or SqliteDatabaseDialect. Empty: by connection.url.',
    ...DATABASE,
  },
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
  'validate.non.null': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether a task fails when these columns may be null.',
    ...MODE,
  },
  query: {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Query to read instead of tables. Unless mode is bulk, a WHERE clause is appended to it.',
    ...MODE,
  },
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
  'batch.max.rows': {
    type: 'int',
    default: 1000,
    importance: 'low',
    doc: 'Most rows of a batch, where it is set. If not, batches are as large as memory and speed suggest.',
    ...CONNECTOR,
  },
  'table.poll.interval.ms': {
    type: 'long',
    default: 60_000,
    importance: 'low',
    doc: 'Milliseconds between two looks for new and removed tables.',
    ...CONNECTOR,
  },
  'timestamp.delay.interval.ms': {
    type: 'long',
    default: 0,
    importance: 'high',
    doc: 'How long a row waits after its timestamp, so that transactions that began earlier can end. Milliseconds.',
    ...CONNECTOR,
  },
  'db.timezone': {
    type: 'string',
    default: 'UTC',
    importance: 'medium',
    doc: 'Time zone of dates and times that carry none.',
    ...CONNECTOR,
  },
} as const satisfies ConfigDef

/** Beyond the JVM's connectors. */
export const ownSourceConfig = {
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
} as const satisfies ConfigDef
