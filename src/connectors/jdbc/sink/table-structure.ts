/** Makes sure that a table is there and has the columns that records need. */
import type { Schema } from '../../../data/schema.ts'
import type { Logger } from '../../../plugin/logger.ts'
import type { Database } from '../database.ts'
import { DatabaseError } from '../database-error.ts'
import type { FoundTable } from '../dialect.ts'
import { quoteWith, type TableId, tableText } from '../table-id.ts'
import type { ColumnPlan, SinkColumn } from './plan-columns.ts'
import type { SinkSettings } from './sink-settings.ts'
import { tableError } from './table-error.ts'

/** What is known of the target's tables. Forgotten after an error: somebody else may have changed them. */
export interface TableStructure {
  /**
   * The table, created or extended if need be and allowed.
   * @throws TableError when it is not as it should be, DatabaseError when the database refuses
   */
  ensure(db: Database, table: TableId, plan: ColumnPlan): Promise<FoundTable>
  forget(): void
}

export const tableStructure = (settings: SinkSettings, log: Logger): TableStructure => {
  const known = new Map<string, FoundTable>()
  return {
    ensure: async (db, table, plan) => {
      const key = tableText(table, quoteWith('"'))
      const found = known.get(key) ?? (await find(settings, db, table))
      const there = found ?? (await create(settings, log, db, table, plan))
      const extended = await extend(settings, log, db, table, there, plan)
      known.set(key, extended)
      return extended
    },
    forget: () => known.clear(),
  }
}

const storedName = ({ dialect, quote }: SinkSettings, name: string): string =>
  dialect.storedName?.(name, quote(name) === quoteWith(dialect.quoteChar)(name)) ?? name

const find = (settings: SinkSettings, db: Database, { catalog, schema, table }: TableId) => {
  const stored = (name: string | null): string | null => (name === null ? null : storedName(settings, name))
  return settings.dialect.describeTable(db, {
    catalog: stored(catalog),
    schema: stored(schema),
    table: storedName(settings, table),
  })
}

const quoted = (id: TableId): string => tableText(id, (name) => `"${name}"`)

const create = async (
  settings: SinkSettings,
  log: Logger,
  db: Database,
  table: TableId,
  plan: ColumnPlan,
): Promise<FoundTable> => {
  const { dialect, vendor } = settings
  if (!settings.autoCreate) {
    if (vendor === 'debezium') throw tableError(vendor, table, `Could not find table: ${table.table}`)
    throw tableError(vendor, table, `Table ${quoted(table)} is missing and auto-creation is disabled`)
  }
  const sql = dialect.createTable(table, plan.all, settings.quote)
  log.info(`Creating table with sql: ${sql}`)
  try {
    await define(settings, db, [sql])
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind === 'connection') throw error
    // Another task may have been quicker
    const found = await find(settings, db, table)
    if (found === undefined) throw error
    log.warn(`Create failed, will attempt amend if table already exists: ${error.message}`)
    return found
  }
  const made = await find(settings, db, table)
  if (made === undefined) throw tableError(vendor, table, `Table ${quoted(table)} was created but cannot be found`)
  return made
}

/**
 * Runs definitions inside the transaction of the rows, so that none is left behind when those cannot be written, where the
 * database can do that. A definition that fails leaves the transaction usable.
 */
const define = async (
  { dialect, vendor }: SinkSettings,
  db: Database,
  statements: readonly string[],
): Promise<void> => {
  if (!dialect.ddlCommits) await db.execute('SAVEPOINT connect_definition')
  try {
    for (const sql of statements) await db.execute(sql)
    if (vendor === 'debezium' && !dialect.ddlCommits) await commitSoFar(db)
  } catch (error) {
    if (!dialect.ddlCommits && db.usable) await db.execute('ROLLBACK TO SAVEPOINT connect_definition')
    throw error
  } finally {
    if (dialect.ddlCommits && db.usable) await db.begin()
  }
}

const commitSoFar = async (db: Database): Promise<void> => {
  await db.commit()
  await db.begin()
}

const extend = async (
  settings: SinkSettings,
  log: Logger,
  db: Database,
  table: TableId,
  found: FoundTable,
  plan: ColumnPlan,
): Promise<FoundTable> => {
  const { dialect, vendor } = settings
  let there = found
  for (let left = settings.maxRetries; ; left--) {
    const missing = missingColumns(settings, plan.all, there)
    if (missing.length === 0) return there
    // Debezium's sink writes what it has before it looks at the table of the next records
    if (vendor === 'debezium') await commitSoFar(db)
    refuseIfFixed(settings, table, there, missing)
    const statements = dialect.addColumns(table, missing, settings.quote)
    log.info(`Amending table ${quoted(table)} to add missing fields with SQL: ${statements.join('; ')}`)
    let failure: DatabaseError | undefined
    try {
      await define(settings, db, statements)
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.kind === 'connection') throw error
      failure = error
    }
    there = (await find(settings, db, table)) ?? there
    if (failure === undefined || missingColumns(settings, plan.all, there).length === 0) continue
    if (left <= 0) {
      throw tableError(
        vendor,
        table,
        `Failed to amend TABLE '${quoted(table)}' to add missing fields: ${listText(missing)}`,
        failure,
      )
    }
    log.warn(`Amend failed, re-attempting: ${failure.message}`)
  }
}

const refuseIfFixed = (
  settings: SinkSettings,
  table: TableId,
  { type }: FoundTable,
  missing: readonly SinkColumn[],
): void => {
  const { vendor } = settings
  const name = quoted(table)
  const capitalised = type.charAt(0).toUpperCase() + type.slice(1).toLowerCase()
  if (vendor !== 'aiven' && type !== 'TABLE' && type !== 'PARTITIONED TABLE') {
    throw tableError(
      vendor,
      table,
      `${capitalised} ${name} is missing fields (${listText(missing)}) and ALTER ${type} is unsupported`,
    )
  }
  for (const column of missing) {
    if (isOptional(column) || (column.schema.default ?? null) !== null) continue
    if (vendor === 'debezium') {
      const message = `Cannot ALTER table '${table.table}' because field '${column.name}' is not optional but has no default value`
      throw tableError(vendor, table, message)
    }
    throw tableError(
      vendor,
      table,
      vendor === 'aiven'
        ? `Cannot ALTER to add missing field ${columnText(column)}, as it is not optional and does not have a default value`
        : `Cannot ALTER ${type} ${name} to add missing field ${columnText(column)}, as the field is not optional and does not have a default value`,
    )
  }
  if (settings.autoEvolve) return
  if (vendor === 'debezium') {
    throw tableError(vendor, table, `Cannot alter table ${table.table} because schema evolution is disabled`)
  }
  throw tableError(
    vendor,
    table,
    `${vendor === 'aiven' ? 'Table' : capitalised} ${name} is missing fields (${listText(missing)}) and auto-evolution is disabled`,
  )
}

/** Columns that the table lacks; a name that differs only in case counts as there. */
const missingColumns = (
  settings: SinkSettings,
  columns: readonly SinkColumn[],
  { columns: there }: FoundTable,
): SinkColumn[] => {
  const names = new Set(there.map(({ name }) => name))
  const missing = columns.filter(({ name }) => !names.has(storedName(settings, name)))
  if (missing.length === 0) return missing
  const lower = new Set(there.map(({ name }) => name.toLowerCase()))
  return missing.filter(({ name }) => !lower.has(storedName(settings, name).toLowerCase()))
}

const isOptional = ({ primaryKey, schema }: SinkColumn): boolean => !primaryKey && schema.optional

const listText = (columns: readonly SinkColumn[]): string => `[${columns.map(columnText).join(', ')}]`

/** As the JVM's messages show a field. */
const columnText = ({ name, schema, primaryKey }: SinkColumn): string =>
  `SinkRecordField{schema=${schemaText(schema)}, name='${name}', isPrimaryKey=${primaryKey}}`

const schemaText = ({ name, type }: Schema): string => `Schema{${name === null ? '' : `${name}:`}${type.toUpperCase()}}`
