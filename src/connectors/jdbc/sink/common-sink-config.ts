/** Settings that Confluent's and Aiven's JDBC sinks have in common. */
import { type ConfigOf, defineConfig, type Validator } from '../../../config/define.ts'
import { atLeast, nonEmpty } from '../../../config/validators.ts'
import { DIALECT_NAMES } from '../choose-dialect.ts'
import { dialectName } from '../config-validators.ts'

/** All lower or all upper case, as the JVM connectors accept it. */
export const enumerator =
  (...values: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value !== null && values.some((one) => value === one || value === one.toUpperCase()) ? null : 'Invalid enumerator'

export const CONNECTION = 'Connection'
export const WRITES = 'Writes'
export const MAPPING = 'Data Mapping'
export const DDL = 'DDL Support'
const RETRIES = 'Retries'

export const commonSinkConfig = defineConfig({
  'connection.url': {
    type: 'string',
    importance: 'high',
    group: CONNECTION,
    order: 1,
    width: 'long',
    displayName: 'JDBC URL',
    doc: 'Database to write to: jdbc:postgresql://host:port/database, jdbc:mysql://host:port/database, jdbc:mariadb://... or jdbc:sqlite:path.',
  },
  'connection.user': {
    type: 'string',
    default: null,
    importance: 'high',
    group: CONNECTION,
    order: 2,
    width: 'medium',
    displayName: 'JDBC User',
    doc: 'User to log in as.',
  },
  'connection.password': {
    type: 'password',
    default: null,
    importance: 'high',
    group: CONNECTION,
    order: 3,
    width: 'medium',
    displayName: 'JDBC Password',
    doc: "The user's password.",
  },
  'dialect.name': {
    type: 'string',
    default: '',
    validator: dialectName,
    recommended: ['', ...DIALECT_NAMES],
    importance: 'low',
    group: CONNECTION,
    order: 5,
    width: 'long',
    displayName: 'Database Dialect',
    doc: 'Which dialect to speak; by default the one of the URL. PostgreSqlDatabaseDialect, MySqlDatabaseDialect or SqliteDatabaseDialect.',
  },
  'connection.attempts': {
    type: 'int',
    default: 3,
    validator: atLeast(1),
    importance: 'low',
    group: CONNECTION,
    order: 6,
    width: 'short',
    displayName: 'JDBC connection attempts',
    doc: 'How often to try to connect before that counts as a failure.',
  },
  'connection.backoff.ms': {
    type: 'long',
    default: 10_000,
    importance: 'low',
    group: CONNECTION,
    order: 7,
    width: 'short',
    displayName: 'JDBC connection backoff in milliseconds',
    doc: 'Milliseconds between attempts to connect.',
  },
  'batch.size': {
    type: 'int',
    default: 3000,
    validator: atLeast(0),
    importance: 'medium',
    group: WRITES,
    order: 2,
    width: 'short',
    displayName: 'Batch Size',
    doc: 'Most records that are written together.',
  },
  'delete.enabled': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    group: WRITES,
    order: 3,
    width: 'short',
    displayName: 'Enable deletes',
    doc: 'Whether a record without a value deletes the row of its key. Needs pk.mode=record_key.',
  },
  'table.name.format': {
    type: 'string',
    default: `\${topic}`,
    validator: nonEmpty,
    importance: 'medium',
    group: MAPPING,
    order: 1,
    width: 'long',
    displayName: 'Table Name Format',
    doc: `Name of the table, \${topic} standing for the topic; [catalog.][schema.]table.`,
  },
  'pk.mode': {
    type: 'string',
    default: 'none',
    validator: enumerator('none', 'kafka', 'record_key', 'record_value'),
    importance: 'high',
    group: MAPPING,
    order: 2,
    width: 'medium',
    displayName: 'Primary Key Mode',
    recommended: ['none', 'kafka', 'record_key', 'record_value'],
    doc: 'Where the primary key comes from: none, kafka (topic, partition, offset), record_key or record_value.',
  },
  'pk.fields': {
    type: 'list',
    default: [],
    importance: 'medium',
    group: MAPPING,
    order: 3,
    width: 'long',
    displayName: 'Primary Key Fields',
    doc: 'Fields of the primary key. kafka: three column names, or none. record_key: the fields of a struct, or one name for a primitive key. record_value: fields of the value.',
  },
  'fields.whitelist': {
    type: 'list',
    default: [],
    importance: 'medium',
    group: MAPPING,
    order: 4,
    width: 'long',
    displayName: 'Fields Whitelist',
    doc: 'Fields of the value to write, besides those of the key. Empty: all.',
  },
  'db.timezone': {
    type: 'string',
    default: 'UTC',
    importance: 'medium',
    group: MAPPING,
    order: 5,
    width: 'medium',
    displayName: 'DB Time Zone',
    doc: 'Time zone in which times are written.',
  },
  'auto.create': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    group: DDL,
    order: 1,
    width: 'short',
    displayName: 'Auto-Create',
    doc: 'Whether to create missing tables from the schema of the records.',
  },
  'auto.evolve': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    group: DDL,
    order: 2,
    width: 'short',
    displayName: 'Auto-Evolve',
    doc: 'Whether to add missing columns; they must be optional or have a default.',
  },
  'max.retries': {
    type: 'int',
    default: 10,
    validator: atLeast(0),
    importance: 'medium',
    group: RETRIES,
    order: 1,
    width: 'short',
    displayName: 'Maximum Retries',
    doc: 'How often to try again what the database did not take, before the task fails.',
  },
  'retry.backoff.ms': {
    type: 'int',
    default: 3000,
    validator: atLeast(0),
    importance: 'medium',
    group: RETRIES,
    order: 2,
    width: 'short',
    displayName: 'Retry Backoff (millis)',
    doc: 'Milliseconds to wait before trying again.',
  },
  'offsets.table': {
    type: 'string',
    default: null,
    importance: 'low',
    group: WRITES,
    order: 9,
    width: 'medium',
    displayName: 'Offsets Table',
    doc: 'Exactly once: table that keeps the offsets of what was written, in the same transaction as the rows. Created if it is missing. Not known to the JVM connectors.',
  },
})

export const insertMode = (...modes: readonly string[]) =>
  ({
    type: 'string',
    default: 'insert',
    validator: enumerator(...modes),
    importance: 'high',
    group: WRITES,
    order: 1,
    width: 'medium',
    displayName: 'Insert Mode',
    recommended: modes,
    doc: 'How rows are written: insert; upsert, which replaces the row of the same key; update, of rows that are there.',
  }) as const

export type CommonSinkConfig = ConfigOf<typeof commonSinkConfig>
