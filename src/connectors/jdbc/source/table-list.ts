import type { Dialect } from '../dialect.ts'
import { nameParts, quoteWith, type TableId, tableText } from '../table-id.ts'

/** Tables as one text, `"public"."a","public"."b"`, for the config of a task. */
export const tableListText = (tables: readonly TableId[], { quoteChar }: Dialect): string =>
  tables.map((id) => tableText(id, quoteWith(quoteChar))).join(',')

/** The inverse of {@link tableListText}. */
export const parseTableList = (text: string, dialect: Dialect): TableId[] => {
  if (text === '') return []
  const { quoteChar } = dialect
  const names: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (text[at] === quoteChar) quoted = !quoted
    else if (text[at] === ',' && !quoted) {
      names.push(text.slice(start, at))
      start = at + 1
    }
  }
  names.push(text.slice(start))
  return names.map((name) => tableOf(nameParts(name, quoteChar), dialect))
}

const tableOf = (parts: readonly string[], dialect: Dialect): TableId => {
  const table = parts.at(-1) ?? ''
  if (dialect.name === 'MySqlDatabaseDialect') return { catalog: parts.at(-2) ?? null, schema: null, table }
  return { catalog: parts.at(-3) ?? null, schema: parts.at(-2) ?? null, table }
}

/** Splits into so many contiguous groups whose sizes differ by one at most, larger ones first. */
export const inGroups = <T>(items: readonly T[], groups: number): T[][] => {
  const least = Math.floor(items.length / groups)
  const larger = items.length % groups
  let from = 0
  return Array.from({ length: groups }, (_, index) => {
    const size = least + (index < larger ? 1 : 0)
    from += size
    return items.slice(from - size, from)
  })
}
