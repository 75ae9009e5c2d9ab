import { ConfigError } from '../../../plugin/errors.ts'

/** What the drivers for SQLite have in common. Rows are arrays, integers are bigints. */
export interface SqliteStatement {
  /** Empty for statements without a result. */
  columns(): readonly SqliteColumn[]
  /** @returns how many rows changed */
  run(parameters: readonly unknown[]): number
  all(parameters: readonly unknown[]): unknown[][]
  iterate(parameters: readonly unknown[]): Iterator<unknown[]>
}

export interface SqliteColumn {
  readonly name: string
  /** Null for expressions. */
  readonly column: string | null
  readonly table: string | null
  readonly database: string | null
  /** As declared. */
  readonly type: string | null
}

export interface SqliteHandle {
  prepare(sql: string): SqliteStatement
  exec(sql: string): void
  close(): void
}

type Bind = never
interface BetterStatement {
  readonly reader: boolean
  raw(on: boolean): BetterStatement
  safeIntegers(on: boolean): BetterStatement
  columns(): readonly SqliteColumn[]
  run(parameters: readonly Bind[]): { changes: number }
  all(parameters: readonly Bind[]): unknown[][]
  iterate(parameters: readonly Bind[]): Iterator<unknown[]>
}
interface BetterDatabase {
  prepare(sql: string): BetterStatement
  exec(sql: string): void
  close(): void
}
interface NodeStatement {
  columns(): readonly SqliteColumn[]
  setReturnArrays?(on: boolean): void
  setReadBigInts(on: boolean): void
  run(...parameters: Bind[]): { changes: number | bigint }
  all(...parameters: Bind[]): unknown[][]
  iterate(...parameters: Bind[]): Iterator<unknown[]>
}
interface NodeDatabase {
  prepare(sql: string): NodeStatement
  exec(sql: string): void
  close(): void
}

/** Opens a file with the driver at hand: Node's own where it is complete, else better-sqlite3, else libsql. */
export const openSqliteFile = async (path: string, readOnly: boolean): Promise<SqliteHandle> => {
  const node = await nodeSqlite()
  if (node !== undefined) return nodeHandle(new node(path, { readOnly }))
  const better = (await load('better-sqlite3')) ?? (await load('libsql'))
  if (better === undefined) {
    throw new ConfigError(
      'There is no driver for SQLite: Node.js 24 brings one; for older versions install better-sqlite3 or libsql beside this program (npm install better-sqlite3)',
    )
  }
  return betterHandle(new better(path, { readonly: readOnly }))
}

/** Undefined where Node has none, or one that cannot tell columns of the same name apart. */
const nodeSqlite = async () => {
  try {
    // Not resolved by the compiler: older versions have no such module.
    const name: string = 'node:sqlite'
    const module = (await import(name)) as {
      DatabaseSync: new (path: string, options: { readOnly: boolean }) => NodeDatabase
      StatementSync: { prototype: NodeStatement }
    }
    return module.StatementSync.prototype.setReturnArrays === undefined ? undefined : module.DatabaseSync
  } catch {
    return undefined
  }
}

const load = async (name: string) => {
  try {
    const module = (await import(name)) as {
      default: new (path: string, options: { readonly: boolean }) => BetterDatabase
    }
    return module.default
  } catch {
    return undefined
  }
}

const nodeHandle = (db: NodeDatabase): SqliteHandle => ({
  prepare: (sql) => {
    const statement = db.prepare(sql)
    statement.setReturnArrays?.(true)
    statement.setReadBigInts(true)
    return {
      columns: () => statement.columns(),
      run: (parameters) => Number(statement.run(...(parameters as Bind[])).changes),
      all: (parameters) => statement.all(...(parameters as Bind[])),
      iterate: (parameters) => statement.iterate(...(parameters as Bind[])),
    }
  },
  exec: (sql) => db.exec(sql),
  close: () => db.close(),
})

const betterHandle = (db: BetterDatabase): SqliteHandle => ({
  prepare: (sql) => {
    const statement = db.prepare(sql)
    const reader = statement.reader ? statement.raw(true).safeIntegers(true) : statement
    return {
      columns: () => (statement.reader ? reader.columns() : []),
      run: (parameters) => {
        if (!statement.reader) return statement.run(parameters as Bind[]).changes
        reader.all(parameters as Bind[])
        return 0
      },
      all: (parameters) => {
        if (statement.reader) return reader.all(parameters as Bind[])
        statement.run(parameters as Bind[])
        return []
      },
      iterate: (parameters) => reader.iterate(parameters as Bind[]),
    }
  },
  exec: (sql) => db.exec(sql),
  close: () => db.close(),
})
