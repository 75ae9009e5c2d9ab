/** Settings of Debezium's JDBC sink. */
import { type ConfigOf, defineConfig, type Validator } from '../../../../config/define.ts'
import { atLeast, nonEmpty } from '../../../../config/validators.ts'

const oneOf =
  (...values: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value !== null && values.includes(value.toLowerCase()) ? null : `Value must be one of ${values.join(', ')}`

export const debeziumSinkConfig = defineConfig({
  'connection.url': { type: 'string', importance: 'high', doc: 'Database to write to, as a JDBC URL.' },
  'connection.username': { type: 'string', default: null, importance: 'high', doc: 'User to log in as.' },
  'connection.password': { type: 'password', default: null, importance: 'high', doc: "The user's password." },
  'connection.pool.min_size': {
    type: 'int',
    default: 5,
    importance: 'low',
    internal: true,
    doc: 'Without effect: a task has one connection.',
  },
  'connection.pool.max_size': {
    type: 'int',
    default: 32,
    importance: 'low',
    internal: true,
    doc: 'Without effect: a task has one connection.',
  },
  'connection.pool.acquire_increment': {
    type: 'int',
    default: 32,
    importance: 'low',
    internal: true,
    doc: 'Without effect.',
  },
  'connection.pool.timeout': { type: 'long', default: 1800, importance: 'low', internal: true, doc: 'Without effect.' },
  'connection.restart.on.errors': {
    type: 'boolean',
    default: false,
    importance: 'low',
    internal: true,
    doc: 'Without effect: a broken connection is always replaced.',
  },
  'insert.mode': {
    type: 'string',
    default: 'insert',
    validator: oneOf('insert', 'upsert', 'update'),
    importance: 'high',
    doc: 'insert, upsert or update.',
  },
  'delete.enabled': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether delete events and records without a value delete rows. Needs a primary.key.mode.',
  },
  'truncate.enabled': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether truncate events empty tables.',
  },
  'primary.key.mode': {
    type: 'string',
    default: 'none',
    validator: oneOf('none', 'kafka', 'record_key', 'record_value', 'record_header'),
    importance: 'high',
    doc: 'Where the primary key comes from: none, kafka, record_key, record_value or record_header.',
  },
  'primary.key.fields': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Fields of the primary key; empty: all of the key, value or headers.',
  },
  'collection.name.format': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: `Name of the table: \${topic}, dots replaced by underscores, and \${source.FIELD} of change events.`,
  },
  'table.name.format': {
    type: 'string',
    default: null,
    importance: 'low',
    internal: true,
    doc: 'The older name of collection.name.format.',
  },
  'collection.naming.strategy': {
    type: 'string',
    default: 'io.debezium.sink.naming.DefaultCollectionNamingStrategy',
    importance: 'low',
    doc: 'DefaultCollectionNamingStrategy, or PassthroughCollectionNamingStrategy, which keeps the dots.',
  },
  'column.naming.strategy': {
    type: 'string',
    default: 'io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy',
    importance: 'low',
    internal: true,
    doc: 'Columns have the names of their fields.',
  },
  'schema.evolution': {
    type: 'string',
    default: 'none',
    validator: oneOf('none', 'basic'),
    importance: 'medium',
    doc: 'basic: missing tables and columns are created. none: that is an error.',
  },
  'quote.identifiers': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether all names stand in quotes; else only those that need it.',
  },
  'use.time.zone': {
    type: 'string',
    default: 'UTC',
    validator: nonEmpty,
    importance: 'medium',
    doc: 'Time zone in which times are written.',
  },
  'database.time_zone': {
    type: 'string',
    default: null,
    importance: 'low',
    internal: true,
    doc: 'The older name of use.time.zone.',
  },
  'batch.size': {
    type: 'int',
    default: 500,
    validator: atLeast(1),
    importance: 'medium',
    doc: 'Most records that are written together.',
  },
  'use.reduction.buffer': {
    type: 'boolean',
    default: false,
    importance: 'low',
    internal: true,
    doc: 'Without effect: upsert always writes only the last row of a key.',
  },
  'field.include.list': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Fields to write, FIELD or TOPIC:FIELD. Empty: all.',
  },
  'field.exclude.list': {
    type: 'list',
    default: [],
    importance: 'medium',
    doc: 'Fields not to write, FIELD or TOPIC:FIELD. Not beside field.include.list.',
  },
  'flush.max.retries': {
    type: 'int',
    default: 5,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'How often to try again what the database did not take.',
  },
  'flush.retry.delay.ms': {
    type: 'long',
    default: 1000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Milliseconds to wait before trying again.',
  },
  'dialect.postgres.postgis.schema': {
    type: 'string',
    default: 'public',
    importance: 'low',
    internal: true,
    doc: 'Without effect: geometries are not supported.',
  },
  'dialect.postgres.unnest.insert.enabled': {
    type: 'boolean',
    default: false,
    importance: 'low',
    internal: true,
    doc: 'Without effect: statements have several rows anyway.',
  },
  'dialect.sqlserver.identity.insert': {
    type: 'boolean',
    default: false,
    importance: 'low',
    internal: true,
    doc: 'Without effect: Microsoft SQL Server is not supported.',
  },
})

export type DebeziumSinkConfig = ConfigOf<typeof debeziumSinkConfig>
