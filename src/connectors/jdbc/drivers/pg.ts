import type { Client } from 'pg'
import type { Database, Parameter, QueryResult, RawValue, ResultColumn, RowStream } from '../database.ts'
import type { DatabaseError } from '../database-error.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { pgError } from './pg-error.ts'
import { PgDescribe, PgMany, PgPortal } from './pg-portal.ts'
import { pgAttempts } from './pg-settings.ts'
import { PgColumns } from './pg-types.ts'

/** Values stay the text that the server wrote: numbers and times keep all of their digits. */
const TEXT = { getTypeParser: () => (text: unknown) => text }

/** Opens a connection to PostgreSQL. Dates come in ISO style and instants in UTC, whatever the server's defaults. */
export const openPg = async (settings: ConnectionSettings): Promise<Database> => {
  const { default: pg } = await import('pg')
  let first: DatabaseError | undefined
  for (const { place, config } of pgAttempts(settings)) {
    // biome-ignore lint/suspicious/noExplicitAny: pg's declarations want a parser per format; ours serves for all
    const client = new pg.Client({ ...config, types: TEXT as any })
    const database = new PgDatabase(client, place)
    try {
      await client.connect()
      await client.query(
        `SET SESSION timezone = 'UTC'; SET SESSION datestyle = 'ISO, YMD'; SET SESSION intervalstyle = 'postgres'; ` +
          `SET SESSION extra_float_digits = 3; SET SESSION bytea_output = 'hex'; SET SESSION standard_conforming_strings = on`,
      )
      return database
    } catch (error) {
      first ??= pgError(error, place)
      await database.close()
    }
  }
  throw first ?? new Error('The URL names no host')
}

class PgDatabase implements Database {
  readonly #client: Client
  readonly #place: string
  readonly #columns: PgColumns
  #usable = true

  constructor(client: Client, place: string) {
    this.#client = client
    this.#place = place
    this.#columns = new PgColumns((sql, parameters) => this.query(sql, parameters))
    // Without a listener a cut connection would end the process. Whoever uses it next is told.
    client.on('error', () => {
      this.#usable = false
    })
    client.on('end', () => {
      this.#usable = false
    })
  }

  get usable(): boolean {
    return this.#usable
  }

  async query(sql: string, parameters: readonly Parameter[] = []): Promise<QueryResult> {
    const result = await this.#run(sql, parameters)
    return { columns: result.fields.map(({ name }) => name), rows: result.rows }
  }

  async execute(sql: string, parameters: readonly Parameter[] = []): Promise<number> {
    return (await this.#run(sql, parameters)).rowCount ?? 0
  }

  async executeMany(sql: string, rows: readonly (readonly Parameter[])[]): Promise<number> {
    if (rows.length === 0) return 0
    try {
      return await this.#client.query(new PgMany(sql, rows)).changed
    } catch (error) {
      throw this.#error(error)
    }
  }

  async describe(sql: string): Promise<readonly ResultColumn[]> {
    try {
      return await this.#columns.resolve(await this.#client.query(new PgDescribe(sql)).fields)
    } catch (error) {
      throw this.#error(error)
    }
  }

  async stream(sql: string, parameters: readonly Parameter[] = []): Promise<RowStream> {
    const columns = await this.describe(sql)
    const portal = this.#client.query(new PgPortal(sql, parameters))
    let rows: RawValue[][] = []
    let at = 0
    return {
      columns,
      read: async (most) => {
        if (at >= rows.length) {
          at = 0
          try {
            rows = await portal.read()
          } catch (error) {
            throw this.#error(error)
          }
        }
        if (at === 0 && rows.length <= most) {
          const all = rows
          rows = []
          return all
        }
        const part = rows.slice(at, at + most)
        at += part.length
        return part
      },
      close: () => portal.close(),
    }
  }

  async begin(): Promise<void> {
    await this.#run('BEGIN', [])
  }
  async commit(): Promise<void> {
    await this.#run('COMMIT', [])
  }
  async rollback(): Promise<void> {
    await this.#run('ROLLBACK', [])
  }

  async close(): Promise<void> {
    this.#usable = false
    // A statement under way would hold up a polite end.
    const socket = (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream
    const ended = this.#client.end().catch(() => undefined)
    const cut = setTimeout(() => socket.destroy(), 500)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())])
    clearTimeout(cut)
    socket.destroy()
  }

  async #run(text: string, values: readonly Parameter[]) {
    try {
      return await this.#client.query<RawValue[]>({
        text,
        values: values.map((value) => (typeof value === 'bigint' ? String(value) : value)),
        rowMode: 'array',
        // biome-ignore lint/suspicious/noExplicitAny: as above
        types: TEXT as any,
      })
    } catch (error) {
      throw this.#error(error)
    }
  }

  #error(error: unknown): DatabaseError {
    const found = pgError(error, this.#place)
    if (found.kind === 'connection') this.#usable = false
    return found
  }
}
