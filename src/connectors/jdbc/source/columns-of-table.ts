import { compileJavaRegex } from '../../../data/java-regex.ts'
import { ConfigError, ConnectError } from '../../../plugin/errors.ts'
import type { Database, TableColumn } from '../database.ts'
import type { FoundTable } from '../dialect.ts'
import { quoteWith, type TableId, tableText } from '../table-id.ts'
import type { SourceSettings } from './source-settings.ts'

/** The columns that tell what is new in one table. */
export interface NewsColumns {
  /** Null: not used in this mode. */
  readonly incrementing: string | null
  readonly timestamps: readonly string[]
}

export const usesIncrementing = ({ mode }: SourceSettings): boolean => mode.includes('incrementing')
export const usesTimestamp = ({ mode }: SourceSettings): boolean => mode.includes('timestamp')

/** Of a query: as the config says. @throws ConnectError when it names no column where one is needed */
export const newsColumnsOfQuery = (settings: SourceSettings): NewsColumns => {
  const incrementing = usesIncrementing(settings) ? settings.incrementingColumn : null
  if (incrementing === '') {
    throw new ConnectError(
      'incrementing.column.name has to name a column of the query: a query does not tell which one is numbered',
    )
  }
  const timestamps = usesTimestamp(settings) ? settings.timestampColumns : []
  if (usesTimestamp(settings) && timestamps.length === 0) throw noTimestampColumn(settings)
  return { incrementing, timestamps }
}

const noTimestampColumn = ({ mode }: SourceSettings): ConfigError =>
  new ConfigError(`timestamp.column.name has to name at least one column in mode ${mode}`)

/** Of a table, checked against the table as it is. @throws ConfigError, ConnectError in the JVM's words */
export const newsColumnsOfTable = async (
  db: Database,
  table: TableId,
  settings: SourceSettings,
): Promise<NewsColumns> => {
  const shown = tableText(table, quoteWith(settings.dialect.quoteChar))
  const configured = configuredColumns(table, settings)
  if (settings.mode === 'bulk') return configured
  const found = await settings.dialect.describeTable(db, table)
  if (found === undefined) throw new ConnectError(`Table ${shown} does not exist (any more)`)
  if (usesTimestamp(settings) && configured.timestamps.length === 0) throw noTimestampColumn(settings)
  checkExistence(configured, found, shown)
  if (settings.validateNonNull) checkNonNull(configured, found, shown, settings)
  if (configured.incrementing !== '') return configured
  const numbered = found.columns.find(({ autoIncrement }) => autoIncrement)
  if (numbered === undefined) {
    throw new ConnectError(`Table ${shown} has no column that the database numbers: set incrementing.column.name`)
  }
  return { ...configured, incrementing: numbered.name }
}

const configuredColumns = (table: TableId, settings: SourceSettings): NewsColumns => {
  const incrementing =
    settings.incrementingMapping.length === 0 || !usesIncrementing(settings)
      ? settings.incrementingColumn
      : mapped(table, settings.incrementingMapping, 'incrementing', settings.dialect.quoteChar)
  const timestamps =
    settings.timestampMapping.length === 0 || !usesTimestamp(settings)
      ? settings.timestampColumns
      : mapped(table, settings.timestampMapping, 'timestamp', settings.dialect.quoteChar)
          .replace(/^\[(.*)\]$/s, '$1')
          .split('|')
          .map((name) => name.trim())
  return {
    incrementing: usesIncrementing(settings) ? incrementing : null,
    timestamps: usesTimestamp(settings) ? timestamps : [],
  }
}

/** What stands behind the last colon of the one entry whose expression matches the table. @throws ConnectError in the JVM's words */
const mapped = (table: TableId, mapping: readonly string[], what: string, quoteChar: string): string => {
  const name = tableText(table)
  const matching = mapping.filter((entry) =>
    compileJavaRegex(entry.slice(0, entry.lastIndexOf(':')).trim()).matches(name),
  )
  const [only] = matching
  if (only === undefined || matching.length > 1) {
    const how = only === undefined ? 'does not match any' : 'matches more than one'
    throw new ConnectError(
      `Error while validating ${what} column mappings: Included table '${tableText(table, quoteWith(quoteChar))}' ${how} of the provided regexes`,
    )
  }
  return only.slice(only.lastIndexOf(':') + 1).trim()
}

const find = (columns: readonly TableColumn[], name: string): TableColumn | undefined =>
  columns.find((column) => column.name.toLowerCase() === name.toLowerCase())

const checkExistence = ({ incrementing, timestamps }: NewsColumns, { columns }: FoundTable, shown: string): void => {
  if (incrementing !== null && incrementing !== '' && find(columns, incrementing) === undefined) {
    throw new ConfigError(`Incrementing column: ${incrementing} does not exist in table '${shown}'`)
  }
  const missing = timestamps.filter((name) => find(columns, name) === undefined)
  if (missing.length > 0) {
    throw new ConfigError(`Timestamp columns: ${missing.join(', ')} do not exist in table '${shown}'`)
  }
}

const checkNonNull = (
  { incrementing, timestamps }: NewsColumns,
  { columns }: FoundTable,
  shown: string,
  { reader }: SourceSettings,
): void => {
  if (incrementing !== null && incrementing !== '' && find(columns, incrementing)?.nullable) {
    throw new ConnectError(
      `Cannot make incremental queries using incrementing column ${incrementing} on ${shown} because this column is nullable.`,
    )
  }
  if (timestamps.length > 0 && timestamps.every((name) => find(columns, name)?.nullable)) {
    const aiven = reader.flavour === 'aiven'
    throw new ConnectError(
      `Cannot make incremental queries using timestamp columns ${aiven ? `[${timestamps.join(', ')}]` : timestamps.join(',')} on ${shown} ` +
        `because all of these columns ${aiven ? '' : 'are '}nullable.`,
    )
  }
}
