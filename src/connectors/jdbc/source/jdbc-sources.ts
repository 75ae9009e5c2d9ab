import type { RawConfig } from '../../../config/define.ts'
import { defineSource, type SourceTask, type SourceTaskContext } from '../../../plugin/connector.ts'
import { ConnectError } from '../../../plugin/errors.ts'
import { connect } from '../connect.ts'
import { aivenConfig } from './aiven-source-config.ts'
import { checkAiven, checkConfluent } from './check-source.ts'
import { confluentConfig } from './confluent-source-config.ts'
import { lookUpTables } from './look-up-tables.ts'
import { recommendAiven, recommendConfluent } from './recommend-source.ts'
import { silentLogger } from './silent-logger.ts'
import { DuplicateTablesError } from './source-error.ts'
import { aivenSettings, confluentSettings, type SourceSettings } from './source-settings.ts'
import { idleTask, noTables, openSourceTask } from './source-task.ts'
import { inGroups, parseTableList, tableListText } from './table-list.ts'
import { watchTables } from './watch-tables.ts'

/** Keys of a task's config: its tables, and whether the database was asked for them. */
const TABLES = 'tables'
const FETCHED = 'tables.fetched'

const doc =
  'Reads tables or a query of a database (PostgreSQL, MySQL, MariaDB, SQLite) and writes each row, or each new and changed row, as a record.'

export const confluentJdbcSource = defineSource({
  kind: 'source',
  className: 'io.confluent.connect.jdbc.JdbcSourceConnector',
  taskClassName: 'io.confluent.connect.jdbc.source.JdbcSourceTask',
  version: '10.9.0',
  doc,
  config: confluentConfig,
  openPrefixes: ['connection.'],
  recommend: recommendConfluent,
  validate: checkConfluent,
  start: (settings, context, raw) => {
    if (settings.mode === '') throw new ConnectError('Query mode must be specified')
    const source = confluentSettings(settings, raw)
    return source.query === null ? watchTables(source, context) : { stop: () => undefined }
  },
  tasks: (settings, maxTasks, raw) => taskConfigs(confluentSettings(settings, raw), maxTasks, raw),
  openTask: (settings, context, raw) => openTask(confluentSettings(settings, raw), context, raw),
})

export const aivenJdbcSource = defineSource({
  kind: 'source',
  className: 'io.aiven.connect.jdbc.JdbcSourceConnector',
  taskClassName: 'io.aiven.connect.jdbc.source.JdbcSourceTask',
  version: '10.9.0',
  doc,
  config: aivenConfig,
  openPrefixes: ['connection.'],
  recommend: recommendAiven,
  validate: checkAiven,
  start: (settings, context, raw) => {
    if (settings['table.whitelist'].length > 0 && settings['table.blacklist'].length > 0) {
      throw new ConnectError('table.whitelist and table.blacklist are exclusive.')
    }
    if (settings.query !== '' && settings['table.whitelist'].length + settings['table.blacklist'].length > 0) {
      throw new ConnectError('query may not be combined with whole-table copying settings.')
    }
    if (
      !settings['table.names.qualify'] &&
      settings.mode.includes('incrementing') &&
      settings['incrementing.column.name'] === ''
    ) {
      throw new ConnectError(
        'When using unqualified table names and either incrementing or timestamp+incrementing mode, an incrementing column ' +
          "name must be explicitly provided via the 'incrementing.column.name' property.",
      )
    }
    const source = aivenSettings(settings, raw)
    return source.query === null ? watchTables(source, context) : { stop: () => undefined }
  },
  tasks: (settings, maxTasks, raw) => taskConfigs(aivenSettings(settings, raw), maxTasks, raw),
  openTask: (settings, context, raw) => openTask(aivenSettings(settings, raw), context, raw),
})

const taskConfigs = async (settings: SourceSettings, maxTasks: number, raw: RawConfig): Promise<RawConfig[]> => {
  const task = (tables: string, fetched: boolean): RawConfig => ({
    ...raw,
    [TABLES]: tables,
    [FETCHED]: String(fetched),
  })
  if (settings.query !== null) return [task('', true)]
  const isConfluent = settings.reader.flavour === 'confluent'
  let tables: Awaited<ReturnType<typeof lookUpTables>>
  try {
    // The watch says what is wrong, and asks for the tasks again when nothing is.
    const db = await connect(settings.dialect, settings.connection, {
      attempts: 1,
      backoffMs: 0,
      signal: new AbortController().signal,
      log: silentLogger,
    })
    try {
      tables = await lookUpTables(db, settings)
    } finally {
      await db.close()
    }
  } catch (error) {
    return error instanceof DuplicateTablesError || !isConfluent ? [] : [task('', false)]
  }
  if (tables.length === 0) return isConfluent ? [task('', true)] : []
  const groups = inGroups(tables, Math.min(tables.length, maxTasks))
  return groups.map((group) => task(tableListText(group, settings.dialect), true))
}

const openTask = async (settings: SourceSettings, context: SourceTaskContext, raw: RawConfig): Promise<SourceTask> => {
  const tables = parseTableList(raw[TABLES] ?? '', settings.dialect)
  if (settings.query === null && tables.length === 0) {
    return raw[FETCHED] === 'false' ? idleTask(context) : noTables()
  }
  return openSourceTask(settings, tables, context)
}
