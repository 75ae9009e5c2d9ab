/** Names a table as its database does. Parts that the database does not use, or that were not given, are null. */
export interface TableId {
  readonly catalog: string | null
  readonly schema: string | null
  readonly table: string
}

/** Quotes an identifier; an identifier's own quotes are doubled, so that no name can leave its quotes. */
export const quoteWith =
  (quote: string) =>
  (name: string): string =>
    quote + name.replaceAll(quote, quote + quote) + quote

/** `catalog.schema.table`, each part through `quote` (left as it is by default). */
export const tableText = ({ catalog, schema, table }: TableId, quote = (name: string): string => name): string =>
  [catalog, schema, table].flatMap((part) => (part === null || part === '' ? [] : [quote(part)])).join('.')

/** The parts of a name as a user wrote it: `a.b.c`, with parts in quotes that may hold dots. */
export const nameParts = (text: string, quote: string): string[] => {
  const parts: string[] = []
  let part = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (char === quote) {
      if (quoted && text[at + 1] === quote) part += text[++at]
      else quoted = !quoted
    } else if (char === '.' && !quoted) {
      parts.push(part)
      part = ''
    } else part += char
  }
  return [...parts, part]
}

/** Whether this is the same table. */
export const sameTable = (a: TableId, b: TableId): boolean =>
  a.table === b.table && a.schema === b.schema && a.catalog === b.catalog
