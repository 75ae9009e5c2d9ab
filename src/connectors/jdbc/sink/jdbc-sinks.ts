import type { ConfigProblem, RawConfig } from '../../../config/define.ts'
import { defineSink } from '../../../plugin/connector.ts'
import { ConfigError } from '../../../plugin/errors.ts'
import { chooseDialect } from '../choose-dialect.ts'
import { driverProperties } from '../connect.ts'
import { quoting } from '../dialect.ts'
import { UTC, zoneNamed } from '../zone.ts'
import { type AivenSinkConfig, aivenSinkConfig } from './aiven-sink-config.ts'
import type { CommonSinkConfig } from './common-sink-config.ts'
import { type ConfluentSinkConfig, confluentSinkConfig } from './confluent-sink-config.ts'
import type { InsertMode, PkMode, SinkSettings } from './sink-settings.ts'
import { openSinkTask } from './sink-task.ts'
import { nameByTopic } from './table-name.ts'

const VERSION = '10.9.0'

const commonSettings = (settings: CommonSinkConfig, raw: RawConfig) => {
  const url = settings['connection.url']
  const dialect = chooseDialect(url, settings['dialect.name'])
  const zone = zoneNamed(settings['db.timezone']) ?? UTC
  const kept = new Set(settings['fields.whitelist'])
  return {
    dialect,
    zone,
    connection: {
      url,
      user: settings['connection.user'],
      password: settings['connection.password'],
      properties: driverProperties(raw),
    },
    connectionAttempts: settings['connection.attempts'],
    connectionBackoffMs: settings['connection.backoff.ms'],
    pkMode: settings['pk.mode'].toLowerCase() as PkMode,
    pkFields: settings['pk.fields'],
    keepsField: (_topic: string, field: string): boolean => kept.size === 0 || kept.has(field),
    batchSize: settings['batch.size'],
    deleteEnabled: settings['delete.enabled'],
    truncateEnabled: false,
    autoCreate: settings['auto.create'],
    autoEvolve: settings['auto.evolve'],
    maxRetries: settings['max.retries'],
    retryBackoffMs: settings['retry.backoff.ms'],
    offsetTable: settings['offsets.table'],
  }
}

const confluentSettings = (settings: ConfluentSinkConfig, raw: RawConfig): SinkSettings => {
  const { zone, ...common } = commonSettings(settings, raw)
  const format = settings['table.name.format'].trim()
  return {
    ...common,
    vendor: 'confluent',
    insertMode: settings['insert.mode'].toLowerCase() as InsertMode,
    replaceNullWithDefault: settings['replace.null.with.default'],
    stringColumn: settings['string.output.value.column.name'],
    timestampFields: new Set(settings['timestamp.fields.list']),
    timestampUnit:
      settings['timestamp.precision.mode'].toLowerCase() === 'nanoseconds' ? 'nanoseconds' : 'microseconds',
    tableName: nameByTopic((topic) => format.replaceAll(`\${topic}`, () => topic)),
    quote: quoting(common.dialect, settings['quote.sql.identifiers']),
    zones: { timestamp: zone, date: settings['date.timezone'].toLowerCase() === 'utc' ? UTC : zone },
  }
}

const aivenSettings = (settings: AivenSinkConfig, raw: RawConfig): SinkSettings => {
  const { zone, ...common } = commonSettings(settings, raw)
  const mode = settings['insert.mode'].toLowerCase()
  return {
    ...common,
    vendor: 'aiven',
    // Several rows in a statement are what every mode does here
    insertMode: (mode === 'multi' ? 'insert' : mode) as InsertMode,
    replaceNullWithDefault: true,
    stringColumn: null,
    timestampFields: new Set(),
    timestampUnit: 'microseconds',
    tableName: aivenTableName(settings),
    quote: quoting(common.dialect, settings['sql.quote.identifiers'] ? 'ALWAYS' : 'NEVER'),
    zones: { timestamp: zone, date: zone },
  }
}

const aivenTableName = (settings: AivenSinkConfig): SinkSettings['tableName'] => {
  const format = settings['table.name.format'].trim()
  const mapping = settings['topics.to.tables.mapping']
  const tables = new Map(mapping.map((pair) => pair.split(':', 2) as [string, string]))
  return nameByTopic((topic) => {
    const name = format.replaceAll(`\${topic}`, () => topic)
    const table = settings['table.name.normalize'] ? name.replaceAll(/[^a-zA-Z0-9_]/g, '_') : name
    const found = tables.size === 0 ? table : (tables.get(topic) ?? '')
    if (found !== '') return found
    throw new ConfigError(
      `Destination table for the topic: '${topic}' couldn't be found in the topics to tables mapping: ` +
        `'${[...tables].map((pair) => pair.join('->')).join(',')}' and couldn't be generated for the format string '${format}'`,
    )
  })
}

/** Whether there is a dialect for the URL; `before`: what the JVM connector says before that. */
const urlProblems = (settings: CommonSinkConfig, before = ''): ConfigProblem[] => {
  try {
    chooseDialect(settings['connection.url'], settings['dialect.name'])
    return []
  } catch (error) {
    const message = before + (error instanceof Error ? error.message : String(error))
    return [{ key: 'connection.url', value: null, message }]
  }
}

const keyProblems = (settings: CommonSinkConfig, vendor: 'confluent' | 'aiven'): ConfigProblem[] => {
  const mode = settings['pk.mode'].toLowerCase()
  const fields = settings['pk.fields']
  const problems: ConfigProblem[] = []
  if (settings['delete.enabled'] && mode !== 'record_key') {
    if (vendor === 'aiven') {
      const message = 'Delete support only works with pk.mode=record_key'
      problems.push({ key: 'delete.enabled', value: 'true', message })
    } else {
      const message = 'Deletes are only supported for pk.mode record_key'
      problems.push({ key: 'pk.mode', value: settings['pk.mode'], message })
      problems.push({ key: 'delete.enabled', value: 'true', message })
    }
  }
  if (vendor === 'aiven' && mode === 'none' && fields.length > 0) {
    const message = "Primary key fields should not be set when pkMode is 'none'."
    problems.push({ key: 'pk.fields', value: fields.join(','), message })
  }
  if (vendor === 'aiven' && mode === 'kafka' && fields.length !== 3) {
    const message =
      "Primary key fields must be set with three fields (topic, partition, offset) when pkMode is 'kafka'."
    problems.push({ key: 'pk.fields', value: fields.join(','), message })
  }
  return problems
}

export const confluentJdbcSink = defineSink({
  kind: 'sink',
  className: 'io.confluent.connect.jdbc.JdbcSinkConnector',
  taskClassName: 'io.confluent.connect.jdbc.sink.JdbcSinkTask',
  version: VERSION,
  doc: 'Writes records into the tables of a database: PostgreSQL, MySQL, MariaDB or SQLite.',
  config: confluentSinkConfig,
  openPrefixes: ['connection.'],
  // It connects only when nothing else is wrong
  validate: (settings) => {
    const problems = keyProblems(settings, 'confluent')
    return problems.length > 0 ? problems : urlProblems(settings, 'Could not connect to database. ')
  },
  tasks: (_settings, maxTasks, raw) => Array.from({ length: maxTasks }, () => raw),
  openTask: (settings, context, raw) => openSinkTask(confluentSettings(settings, raw), context),
  alterOffsets: () => true,
})

export const aivenJdbcSink = defineSink({
  kind: 'sink',
  className: 'io.aiven.connect.jdbc.JdbcSinkConnector',
  taskClassName: 'io.aiven.connect.jdbc.sink.JdbcSinkTask',
  version: VERSION,
  doc: "Writes records into the tables of a database: PostgreSQL, MySQL, MariaDB or SQLite. Takes the settings of Aiven's connector.",
  config: aivenSinkConfig,
  openPrefixes: ['connection.'],
  validate: (settings) => [...urlProblems(settings), ...keyProblems(settings, 'aiven')],
  tasks: (_settings, maxTasks, raw) => Array.from({ length: maxTasks }, () => raw),
  openTask: (settings, context, raw) => openSinkTask(aivenSettings(settings, raw), context),
  alterOffsets: () => true,
})
