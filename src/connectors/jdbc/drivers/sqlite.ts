import { ConfigError } from '../../../plugin/errors.ts'
import { pause } from '../connect.ts'
import type { Database, Parameter, QueryResult, RawValue, ResultColumn, Row, RowStream } from '../database.ts'
import { DatabaseError, type DatabaseErrorKind } from '../database-error.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { parseJdbcUrl } from '../jdbc-url.ts'
import { sqliteColumn } from './sqlite-columns.ts'
import { openSqliteFile, type SqliteHandle, type SqliteStatement } from './sqlite-open.ts'

/** Settings of org.sqlite.JDBC that are pragmas, and those that mean nothing here. */
const PRAGMAS = new Set(
  [
    ...['application_id', 'auto_vacuum', 'cache_size', 'case_sensitive_like', 'foreign_keys', 'journal_mode'],
    ...[
      'journal_size_limit',
      'legacy_alter_table',
      'locking_mode',
      'max_page_count',
      'mmap_size',
      'page_size',
      'read_uncommitted',
    ],
    ...[
      'recursive_triggers',
      'reverse_unordered_selects',
      'secure_delete',
      'synchronous',
      'temp_store',
      'user_version',
    ],
  ].sort(),
)

/** Characters and bytes of the rows that one read gives. */
const MOST_SIZE = 2_000_000
const RETRY_MS = 10
/** How long a lock of someone else is waited for unless `busy_timeout` says otherwise, as org.sqlite.JDBC does. */
const BUSY_TIMEOUT_MS = 3000

/** Opens a file of SQLite, or `:memory:`. */
export const openSqlite = async (settings: ConnectionSettings): Promise<Database> => {
  const { database, parameters } = parseJdbcUrl(settings.url)
  const given = new Map([...Object.entries(settings.properties), ...parameters])
  const path = database === '' ? ':memory:' : database.replace(/^file:(?:\/\/(?=\/))?/, '')
  if (path.startsWith(':resource:'))
    throw new ConfigError('jdbc:sqlite::resource: names a file inside a JVM; there is none here')
  const readOnly = given.get('open_mode') === '1' || given.get('mode') === 'ro'
  const busyTimeout = Number(given.get('busy_timeout') ?? BUSY_TIMEOUT_MS)
  if (Number.isNaN(busyTimeout)) {
    throw new ConfigError(
      `Invalid value for SQLite's busy_timeout: ${given.get('busy_timeout')}; it must be a number of milliseconds`,
    )
  }
  let handle: SqliteHandle
  try {
    handle = await openSqliteFile(path, readOnly)
  } catch (error) {
    throw error instanceof ConfigError ? error : sqliteError(error)
  }
  const opened = new SqliteDatabase(handle, busyTimeout)
  try {
    for (const [name, value] of given) {
      if (!PRAGMAS.has(name.toLowerCase())) continue
      if (!/^-?\w+$/.test(value)) throw new ConfigError(`Invalid value for SQLite's ${name}: ${value}`)
      await opened.query(`PRAGMA ${name} = ${value}`)
    }
  } catch (error) {
    await opened.close()
    throw error
  }
  return opened
}

class SqliteDatabase implements Database {
  usable = true
  readonly #db: SqliteHandle
  readonly #busyTimeout: number
  readonly #statements = new Map<string, SqliteStatement>()
  readonly #closed = new AbortController()

  constructor(db: SqliteHandle, busyTimeout: number) {
    this.#db = db
    this.#busyTimeout = busyTimeout
  }

  async query(sql: string, parameters: readonly Parameter[] = []): Promise<QueryResult> {
    return this.#whenFree(() => {
      const statement = this.#db.prepare(sql)
      const columns = statement.columns().map(({ name }) => name)
      return { columns, rows: statement.all(bound(parameters)) as RawValue[][] }
    })
  }

  async execute(sql: string, parameters: readonly Parameter[] = []): Promise<number> {
    return this.#whenFree(() => this.#prepared(sql).run(bound(parameters)))
  }

  async executeMany(sql: string, rows: readonly (readonly Parameter[])[]): Promise<number> {
    let changed = 0
    let at = 0
    // Going on after a lock starts at the row that met it.
    await this.#whenFree(() => {
      const statement = this.#prepared(sql)
      for (; at < rows.length; at++) changed += statement.run(bound(rows[at] ?? []))
    })
    return changed
  }

  async describe(sql: string): Promise<readonly ResultColumn[]> {
    return this.#whenFree(() => this.#columns(this.#db.prepare(sql), []))
  }

  async stream(sql: string, parameters: readonly Parameter[] = []): Promise<RowStream> {
    const [columns, rows, first] = await this.#whenFree(() => {
      const statement = this.#db.prepare(sql)
      const rows = statement.iterate(bound(parameters))
      const first = rows.next()
      return [this.#columns(statement, first.done ? [] : first.value), rows, first] as const
    })
    let next: IteratorResult<unknown[]> | undefined = first
    return {
      columns,
      read: async (most) => {
        const found: unknown[][] = []
        let size = 0
        while (next !== undefined && found.length < most && size < MOST_SIZE) {
          if (next.done) {
            next = undefined
            break
          }
          found.push(next.value)
          size += sizeOf(next.value)
          next = await this.#whenFree(() => rows.next())
        }
        return found as Row[]
      },
      close: async () => {
        if (next === undefined) return
        next = undefined
        rows.return?.()
      },
    }
  }

  async begin(): Promise<void> {
    // Takes the lock for writing at once: one that starts with reading may be refused it for good.
    await this.#exec('BEGIN IMMEDIATE')
  }
  async commit(): Promise<void> {
    await this.#exec('COMMIT')
  }
  async rollback(): Promise<void> {
    await this.#exec('ROLLBACK')
  }

  async close(): Promise<void> {
    if (!this.usable) return
    this.usable = false
    this.#closed.abort()
    this.#statements.clear()
    try {
      this.#db.close()
    } catch {
      // A result that is still open holds it; it goes with the process.
    }
  }

  async #exec(sql: string): Promise<void> {
    await this.#whenFree(() => this.#db.exec(sql))
  }

  #prepared(sql: string): SqliteStatement {
    const found = this.#statements.get(sql)
    if (found !== undefined) return found
    if (this.#statements.size >= 200) this.#statements.clear()
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #columns(statement: SqliteStatement, first: readonly unknown[]): ResultColumn[] {
    const tables = new Map<string, Map<string, { notNull: boolean; rowid: boolean }>>()
    return statement.columns().map(({ name, column, table, type }, index) => {
      const value = (first[index] ?? null) as RawValue
      if (table === null || column === null) return sqliteColumn(name, type, null, false, value)
      let known = tables.get(table)
      if (known === undefined) {
        known = this.#tableColumns(table)
        tables.set(table, known)
      }
      const found = known.get(column)
      return sqliteColumn(name, type, found === undefined ? null : !found.notNull, found?.rowid ?? false, value)
    })
  }

  #tableColumns(table: string): Map<string, { notNull: boolean; rowid: boolean }> {
    const rows = this.#db.prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)').all([table])
    const keys = rows.filter((row) => Number(row[3]) > 0).length
    return new Map(
      rows.map(([name, type, notNull, pk]) => {
        const rowid = keys === 1 && Number(pk) === 1 && /^integer$/i.test(String(type))
        return [String(name), { notNull: Number(notNull) === 1, rowid }]
      }),
    )
  }

  /** Waits for locks without blocking the process, as SQLite's own busy handler would. */
  async #whenFree<T>(work: () => T): Promise<T> {
    const until = performance.now() + this.#busyTimeout
    for (;;) {
      try {
        return work()
      } catch (error) {
        const found = sqliteError(error)
        if (!isBusy(found) || performance.now() >= until || !this.usable) throw found
      }
      await pause(RETRY_MS, this.#closed.signal)
    }
  }
}

/** Characters and bytes of a row. */
const sizeOf = (row: readonly unknown[]): number => {
  let size = 0
  for (const value of row) if (typeof value === 'string' || value instanceof Uint8Array) size += value.length
  return size
}

const bound = (parameters: readonly Parameter[]): unknown[] =>
  parameters.map((value) => (typeof value === 'boolean' ? BigInt(value) : value))

const isBusy = ({ code }: DatabaseError): boolean => code === 5 || code === 6

/** SQLite's primary result codes by name. */
const CODES: ReadonlyMap<string, number> = new Map(
  [
    ...[
      'SQLITE_ERROR',
      'SQLITE_INTERNAL',
      'SQLITE_PERM',
      'SQLITE_ABORT',
      'SQLITE_BUSY',
      'SQLITE_LOCKED',
      'SQLITE_NOMEM',
    ],
    ...['SQLITE_READONLY', 'SQLITE_INTERRUPT', 'SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_NOTFOUND', 'SQLITE_FULL'],
    ...['SQLITE_CANTOPEN', 'SQLITE_PROTOCOL', 'SQLITE_EMPTY', 'SQLITE_SCHEMA', 'SQLITE_TOOBIG', 'SQLITE_CONSTRAINT'],
    ...[
      'SQLITE_MISMATCH',
      'SQLITE_MISUSE',
      'SQLITE_NOLFS',
      'SQLITE_AUTH',
      'SQLITE_FORMAT',
      'SQLITE_RANGE',
      'SQLITE_NOTADB',
    ],
  ].map((name, index) => [name, index + 1]),
)

const KINDS: ReadonlyMap<number, DatabaseErrorKind> = new Map<number, DatabaseErrorKind>([
  [5, 'transient'],
  [6, 'transient'],
  [7, 'transient'],
  [8, 'transient'],
  [9, 'transient'],
  [10, 'connection'],
  [13, 'transient'],
  [14, 'connection'],
  [15, 'transient'],
  [17, 'transient'],
  [18, 'data'],
  [19, 'data'],
  [20, 'data'],
])

const sqliteError = (error: unknown): DatabaseError => {
  if (error instanceof DatabaseError) return error
  const { code, errcode, rawCode, message } = error as Error & { code?: unknown; errcode?: number; rawCode?: number }
  // `SQLITE_CONSTRAINT_UNIQUE`: the first two words are the primary code.
  const named = typeof code === 'string' ? CODES.get(code.split('_').slice(0, 2).join('_')) : undefined
  const number = (errcode ?? rawCode ?? named ?? 1) & 0xff
  const name = [...CODES].find(([, each]) => each === number)?.[0] ?? 'SQLITE_ERROR'
  return new DatabaseError(`[${name}] ${message}`, {
    className: 'org.sqlite.SQLiteException',
    kind: KINDS.get(number) ?? 'statement',
    code: number,
    cause: error,
  })
}
