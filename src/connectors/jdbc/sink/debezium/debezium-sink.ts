import type { RawConfig } from '../../../../config/define.ts'
import { defineSink } from '../../../../plugin/connector.ts'
import type { SinkRecord } from '../../../../plugin/record.ts'
import { chooseDialect } from '../../choose-dialect.ts'
import { driverProperties } from '../../connect.ts'
import type { Dialect, Quote } from '../../dialect.ts'
import { quoteWith } from '../../table-id.ts'
import { UTC, zoneNamed } from '../../zone.ts'
import type { InsertMode, PkMode, SinkSettings } from '../sink-settings.ts'
import { openSinkTask } from '../sink-task.ts'
import { nameByTopic } from '../table-name.ts'
import { type DebeziumSinkConfig, debeziumSinkConfig } from './debezium-config.ts'
import { debeziumDialect } from './debezium-dialect.ts'
import { sourceField } from './unwrap-event.ts'

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
    quote: settings['quote.identifiers'] ? quoteWith(base.quoteChar) : quoteAsUnquoted(base),
    zones: { date: UTC, timestamp: zone },
    maxRetries: settings['flush.max.retries'],
    retryBackoffMs: settings['flush.retry.delay.ms'],
    offsetTable: null,
  }
}

/** In quotes, too, since a name may be a word of SQL; but as the database would have it without them. */
const quoteAsUnquoted = ({ quoteChar, storedName }: Dialect): Quote => {
  const quote = quoteWith(quoteChar)
  return (name) =>
    quote(storedName !== undefined && /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) ? storedName(name, false) : name)
}

const SOURCE_FIELD = /\$\{source\.([^}]+)\}/
const SOURCE_FIELDS = new RegExp(SOURCE_FIELD, 'g')

const tableName = (settings: DebeziumSinkConfig): SinkSettings['tableName'] => {
  const format = settings['collection.name.format'] ?? settings['table.name.format'] ?? `\${topic}`
  const keepsDots = /PassthroughCollectionNamingStrategy$/.test(settings['collection.naming.strategy'])
  const ofTopic = (topic: string): string =>
    format.replaceAll(`\${topic}`, () => (keepsDots ? topic : topic.replaceAll('.', '_')))
  if (!SOURCE_FIELD.test(format)) return nameByTopic(ofTopic)
  return (record: SinkRecord) =>
    ofTopic(record.topic).replaceAll(SOURCE_FIELDS, (_all, field: string) => sourceField(record, field) ?? '')
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
  config: debeziumSinkConfig,
  openPrefixes: ['connection.', 'hibernate.'],
  validate: (settings, raw) => {
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
    // With `none` as the user's own word the JVM connector starts, and its task fails
    if (settings['insert.mode'].toLowerCase() === 'upsert' && typeof raw['primary.key.mode'] !== 'string') {
      const message = "When using UPSERT, please define 'primary.key.mode' and optionally 'primary.key.fields'."
      problems.push({ key: 'primary.key.mode', value: settings['primary.key.mode'], message })
    }
    return problems
  },
  tasks: (_settings, maxTasks, raw) => Array.from({ length: maxTasks }, () => raw),
  openTask: (settings, context, raw) => openSinkTask(settingsOf(settings, raw), context),
  alterOffsets: () => true,
})
