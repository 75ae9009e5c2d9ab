import { compileJavaRegex } from '../../../data/java-regex.ts'
import type { Database } from '../database.ts'
import { quoteWith, type TableId, tableText } from '../table-id.ts'
import { DuplicateTablesError } from './source-error.ts'
import type { SourceSettings } from './source-settings.ts'

/** The tables that a config asks for, as they are now. @throws DuplicateTablesError */
export const lookUpTables = async (db: Database, settings: SourceSettings): Promise<readonly TableId[]> => {
  const listed = await settings.dialect.listTables(db, settings.tableFilter)
  const found = listed.map((id) => asNamed(id, settings)).filter(wanted(settings))
  refuseDuplicates(found, settings)
  return found
}

/** Confluent's connector names tables of PostgreSQL without their database. */
const asNamed = (id: TableId, { dialect, reader }: SourceSettings): TableId =>
  reader.flavour === 'confluent' && dialect.name === 'PostgreSqlDatabaseDialect' ? { ...id, catalog: null } : id

const wanted = ({ tables, dialect }: SourceSettings): ((id: TableId) => boolean) => {
  const quote = quoteWith(dialect.quoteChar)
  const named = (list: readonly string[]) => {
    const names = new Set(list)
    return (id: TableId): boolean => names.has(id.table) || names.has(tableText(id)) || names.has(tableText(id, quote))
  }
  if (tables.include.length > 0) {
    const include = tables.include.map((pattern) => compileJavaRegex(pattern.trim()))
    const exclude = tables.exclude.map((pattern) => compileJavaRegex(pattern.trim()))
    return (id) => {
      const name = tableText(id)
      return include.some((regex) => regex.matches(name)) && !exclude.some((regex) => regex.matches(name))
    }
  }
  if (tables.whitelist.length > 0) return named(tables.whitelist)
  if (tables.blacklist.length === 0) return () => true
  const unwanted = named(tables.blacklist)
  return (id) => !unwanted(id)
}

const refuseDuplicates = (found: readonly TableId[], { tables, dialect }: SourceSettings): void => {
  const byName = new Map<string, TableId[]>()
  for (const id of found) byName.set(id.table, [...(byName.get(id.table) ?? []), id])
  const quote = quoteWith(dialect.quoteChar)
  const groups = [...byName.values()]
    .filter((ids) => ids.length > 1)
    .map((ids) => ids.map((id) => tableText(id, quote)))
  if (groups.length === 0) return
  const lists = [
    ...(tables.include.length > 0 ? ['table.include.list'] : []),
    ...(tables.whitelist.length > 0 ? ['table.whitelist'] : []),
    ...(tables.blacklist.length > 0 ? ['table.blacklist'] : []),
  ]
  const setting = lists[0] ?? "table.whitelist' or 'table.blacklist"
  throw new DuplicateTablesError(groups, setting)
}
