/** The databases that the tests of the JDBC connectors write to and read from, each asked by its own client. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openSqliteFile } from '../../../src/connectors/jdbc/drivers/sqlite-open.ts'
import { type DatabaseKind, database, whyNoDatabase } from '../../helpers/databases.ts'
import { uniqueName } from '../../helpers/kafka-server.ts'
import { serverMissing } from '../../helpers/servers-used.ts'

export type TargetKind = DatabaseKind | 'sqlite'

export const TARGET_KINDS: readonly TargetKind[] = ['postgres-18', 'postgres-15', 'mariadb', 'mysql-8', 'sqlite']

export type Family = 'postgres' | 'mysql' | 'sqlite'

export const familyOf = (kind: TargetKind): Family =>
  kind === 'sqlite' ? kind : kind.startsWith('postgres') ? 'postgres' : 'mysql'

/** An empty database. */
export interface Target {
  readonly kind: TargetKind
  readonly family: Family
  /** `connection.*` settings. */
  readonly connection: Readonly<Record<string, string>>
  run(sql: string): Promise<void>
  /** Rows as lists of values, as the client makes them: ask for texts. */
  rows(sql: string): Promise<unknown[][]>
  /** A name in the database's quotes. */
  quote(name: string): string
}

/** An empty database of this kind for a test; undefined (and the test skipped) where there is none. */
export const newTarget = async (t: TestContext, kind: TargetKind): Promise<Target | undefined> => {
  if (kind === 'sqlite') return sqliteTarget(t)
  const why = await whyNoDatabase(kind)
  if (why !== undefined) {
    serverMissing(t, why)
    return undefined
  }
  const server = await database(kind)
  const { name, url, user, run, query } = await server.newDatabase('target')
  t.after(() => server.dropDatabase(name))
  const mark = familyOf(kind) === 'mysql' ? '`' : '"'
  return {
    kind,
    family: familyOf(kind),
    connection: { 'connection.url': url, 'connection.user': user },
    run,
    rows: async (sql) => (await query(sql)).map((row) => Object.values(row)),
    quote: (identifier) => mark + identifier.replaceAll(mark, mark + mark) + mark,
  }
}

const sqliteTarget = async (t: TestContext): Promise<Target> => {
  const path = join(tmpdir(), `${uniqueName('target')}.db`)
  const handle = await openSqliteFile(path, false)
  handle.exec('PRAGMA journal_mode = WAL')
  t.after(() => {
    handle.close()
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  })
  return {
    kind: 'sqlite',
    family: 'sqlite',
    connection: { 'connection.url': `jdbc:sqlite:${path}` },
    run: async (sql) => handle.exec(sql),
    rows: async (sql) => handle.prepare(sql).all([]) as unknown[][],
    quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  }
}

/** Ends the servers that a test file started. */
export const closeServers = async (): Promise<void> => {
  for (const kind of TARGET_KINDS) {
    if (kind !== 'sqlite' && (await whyNoDatabase(kind)) === undefined) await (await database(kind)).close()
  }
}
