import { type ConfigOf, defineConfig, type RawConfig, type Validator } from '../../../../config/define.ts'
import { atLeast, nonEmpty } from '../../../../config/validators.ts'
import { defineSink } from '../../../../plugin/connector.ts'
import type { SinkRecord } from '../../../../plugin/record.ts'
import { chooseDialect } from '../../choose-dialect.ts'
import { driverProperties } from '../../connect.ts'
import { type Quote, quoting } from '../../dialect.ts'
import { UTC, zoneNamed } from '../../zone.ts'
import type { InsertMode, PkMode, SinkSettings } from '../sink-settings.ts'
import { openSinkTask } from '../sink-task.ts'
import { debeziumDialect } from './debezium-dialect.ts'
import { sourceField } from './unwrap-event.ts'

const oneOf =
  (...values: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value !== null && values.includes(value.toLowerCase()) ? null : `Value must be one of ${values.join(', ')}`

const config = defineConfig({
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

type DebeziumSinkConfig = ConfigOf<typeof config>

const settingsOf = (settings: DebeziumSinkConfig, raw: RawConfig): SinkSettings => {
  const url = settings['connection.url']
  const base = chooseDialect(url)
  const zone = zoneNamed(settings['database.time_zone'] ?? settings['use.time.zone']) ?? UTC
  const evolves = settings['schema.evolution'].toLowerCase() === 'basic'
  return {
    vendor: 'debezium',
    dialect: debeziumDialect(base),
    connection: {
      url,
      user: settings['connection.username'],
      password: settings['connection.password'],
      properties: Object.fromEntries(
        Object.entries(driverProperties(raw)).filter(
          ([key]) => !/^(?:pool\.|restart\.on\.errors$|provider$)/.test(key),
        ),
      ),
    },
    connectionAttempts: 3,
    connectionBackoffMs: 1000,
    insertMode: settings['insert.mode'].toLowerCase() as InsertMode,
    pkMode: settings['primary.key.mode'].toLowerCase() as PkMode,
    pkFields: settings['primary.key.fields'],
    keepsField: fieldFilter(settings['field.include.list'], settings['field.exclude.list']),
    batchSize: settings['batch.size'],
    deleteEnabled: settings['delete.enabled'],
    truncateEnabled: settings['truncate.enabled'],
    autoCreate: evolves,
    autoEvolve: evolves,
    replaceNullWithDefault: true,
    stringColumn: null,
    timestampFields: new Set(),
    timestampUnit: 'microseconds',
    tableName: tableName(settings),
    quote: settings['quote.identifiers'] ? quoting(base, 'ALWAYS') : quoteWhereNeeded(quoting(base, 'ALWAYS')),
    zones: { date: UTC, timestamp: zone },
    maxRetries: settings['flush.max.retries'],
    retryBackoffMs: settings['flush.retry.delay.ms'],
    offsetTable: null,
  }
}

const quoteWhereNeeded =
  (quote: Quote): Quote =>
  (name) =>
    /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) ? name : quote(name)

const tableName = (settings: DebeziumSinkConfig): SinkSettings['tableName'] => {
  const format = settings['collection.name.format'] ?? settings['table.name.format'] ?? `\${topic}`
  const keepsDots = /PassthroughCollectionNamingStrategy$/.test(settings['collection.naming.strategy'])
  return (record: SinkRecord) => {
    const name = format
      .replaceAll(`\${topic}`, () => (keepsDots ? record.topic : record.topic.replaceAll('.', '_')))
      .replaceAll(/\$\{source\.([^}]+)\}/g, (_all, field: string) => sourceField(record, field) ?? '')
    return name
  }
}

const fieldFilter = (include: readonly string[], exclude: readonly string[]): SinkSettings['keepsField'] => {
  const matches = (patterns: readonly string[], topic: string, field: string): boolean =>
    patterns.some((pattern) => {
      const colon = pattern.lastIndexOf(':')
      return colon < 0 ? pattern === field : pattern.slice(0, colon) === topic && pattern.slice(colon + 1) === field
    })
  if (include.length > 0) return (topic, field) => matches(include, topic, field)
  return (topic, field) => !matches(exclude, topic, field)
}

export const debeziumJdbcSink = defineSink({
  kind: 'sink',
  className: 'io.debezium.connector.jdbc.JdbcSinkConnector',
  taskClassName: 'io.debezium.connector.jdbc.JdbcSinkConnectorTask',
  version: '3.6.0',
  doc: "Writes change events or flat records into the tables of a database. Takes the settings of Debezium's JDBC sink.",
  config,
  openPrefixes: ['connection.', 'hibernate.'],
  validate: (settings) => {
    const problems = []
    const mode = settings['primary.key.mode'].toLowerCase()
    try {
      chooseDialect(settings['connection.url'])
    } catch (error) {
      problems.push({
        key: 'connection.url',
        value: null,
        message: error instanceof Error ? error.message : String(error),
      })
    }
    if (settings['field.include.list'].length > 0 && settings['field.exclude.list'].length > 0) {
      const message = 'Cannot define both field.exclude.list and field.include.list. Please specify only one.'
      problems.push({ key: 'field.include.list', value: settings['field.include.list'].join(','), message })
    }
    if (settings['delete.enabled'] && !['record_key', 'record_value', 'record_header'].includes(mode)) {
      const message = `When 'delete.enabled' is set to 'true', the 'primary.key.mode' option must be set to 'record_key', 'record_value' or 'record_header'.`
      problems.push({ key: 'primary.key.mode', value: settings['primary.key.mode'], message })
    }
    if (settings['insert.mode'].toLowerCase() === 'upsert' && mode === 'none') {
      const message = "When using UPSERT, please define 'primary.key.mode' and optionally 'primary.key.fields'."
      problems.push({ key: 'primary.key.mode', value: settings['primary.key.mode'], message })
    }
    return problems
  },
  tasks: (_settings, maxTasks, raw) => Array.from({ length: maxTasks }, () => raw),
  openTask: (settings, context, raw) => openSinkTask(settingsOf(settings, raw), context),
  alterOffsets: () => true,
})
