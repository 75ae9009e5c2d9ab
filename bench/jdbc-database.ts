import pg from 'pg'
import { startDatabase } from '../test/helpers/databases.ts'
import { type ProcessUsage, usageOf } from './process-usage.ts'

/** The PostgreSQL that is read and written, seen over a connection of the benchmark's own. */
export interface BenchDatabase {
  readonly url: string
  readonly user: string
  readonly version: string
  run(sql: string): Promise<void>
  /** The rows of a query, each as its values. */
  rows(sql: string, parameters?: readonly unknown[]): Promise<unknown[][]>
  /** Of the server and all of its connections, those that have ended included. */
  usage(): ProcessUsage
  close(): Promise<void>
}

/** As a server comes, but for its memory, and `fsync`: a disk of a test machine is nobody's measure. */
const SETTINGS = ['shared_buffers=256MB', 'max_wal_size=4GB', 'checkpoint_timeout=30min', 'wal_level=replica']

export const startBenchDatabase = async (): Promise<BenchDatabase> => {
  const server = await startDatabase('postgres-18', { args: SETTINGS.flatMap((setting) => ['-c', setting]) })
  const database = await server.newDatabase('bench')
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: database.user, database: database.name })
  await client.connect()
  const rows = async (sql: string, parameters: readonly unknown[] = []): Promise<unknown[][]> =>
    (await client.query({ text: sql, values: [...parameters], rowMode: 'array' })).rows
  const [[file] = []] = await rows(`SELECT pg_read_file('postmaster.pid')`)
  const pid = Number.parseInt(String(file), 10)
  return {
    url: database.url,
    user: database.user,
    version: server.version,
    run: async (sql) => void (await client.query(sql)),
    rows,
    usage: () => usageOf(pid),
    async close() {
      await client.end().catch(() => undefined)
      await server.close()
    },
  }
}
