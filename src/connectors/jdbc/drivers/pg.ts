import type { Socket } from 'node:net'
import type { Client, ClientConfig, CustomTypesConfig } from 'pg'
import type {
  Database,
  ExecuteOptions,
  Parameter,
  QueryResult,
  RawValue,
  ResultColumn,
  RowStream,
} from '../database.ts'
import { DatabaseError } from '../database-error.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { textRows, type WireRows } from '../wire-rows.ts'
import { pgError } from './pg-error.ts'
import { PgDescribe, PgMany, PgPortal } from './pg-portal.ts'
import { type PgTarget, pgPlan } from './pg-settings.ts'
import { PgColumns } from './pg-types.ts'
import { SocketTimeout } from './socket-timeout.ts'

/**
 * Values stay the text that the server wrote: numbers and times keep all of their digits. pg's declarations want a parser
 * per type and format; this one serves for all.
 */
const TEXT = { getTypeParser: () => (text: unknown) => text } as unknown as CustomTypesConfig

const SESSION =
  `SET SESSION timezone = 'UTC'; SET SESSION datestyle = 'ISO, YMD'; SET SESSION intervalstyle = 'postgres'; ` +
  `SET SESSION extra_float_digits = 3; SET SESSION bytea_output = 'hex'; SET SESSION standard_conforming_strings = on`

/** Opens a connection to PostgreSQL. Dates come in ISO style and instants in UTC, whatever the server's defaults. */
export const openPg = async (settings: ConnectionSettings): Promise<Database> => {
  const { attempts, target, socketTimeout } = pgPlan(settings)
  const errors = new Map<string, DatabaseError>()
  let last: { readonly place: string; readonly error: unknown } | undefined
  let other: PgDatabase | undefined
  let answered = false
  for (const { place, config, after } of attempts) {
    if (after !== undefined && (last?.place !== place || !after(last.error))) continue
    last = undefined
    const database = await createPg(config, place)
    try {
      await database.start(socketTimeout)
      if (target.role === 'any' || (await database.role()) === target.role) {
        await other?.close()
        return database
      }
      answered = true
      errors.delete(place)
      if (target.orOther && other === undefined) other = database
      else await database.close()
    } catch (error) {
      if (!errors.has(place)) errors.set(place, pgError(error, place))
      last = { place, error }
      await database.close()
    }
  }
  if (other !== undefined) return other
  const [first] = errors.values()
  throw answered || first === undefined ? notFound(target, first) : first
}

const createPg = async (config: ClientConfig, place: string): Promise<PgDatabase> => {
  const { default: pg } = await import('pg')
  return new PgDatabase(new pg.Client({ ...config, types: TEXT }), place)
}

const notFound = ({ text }: PgTarget, first: DatabaseError | undefined): DatabaseError =>
  new DatabaseError(`Could not find a server with specified targetServerType: ${text}`, {
    ...(first === undefined ? {} : { cause: first }),
    className: 'org.postgresql.util.PSQLException',
    kind: 'connection',
    state: '08001',
  })

class PgDatabase implements Database {
  readonly #client: Client
  readonly #place: string
  readonly #columns: PgColumns
  #usable = true
  #transaction: 'none' | 'asked for' | 'begun' = 'none'
  #silence: SocketTimeout | undefined

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

  /** @param socketTimeout milliseconds; 0: none */
  async start(socketTimeout: number): Promise<void> {
    await this.#client.connect()
    if (socketTimeout > 0) {
      this.#silence = new SocketTimeout(this.#socket, socketTimeout, (error) => this.#socket.destroy(error))
    }
    await this.#waitFor(this.#client.query(SESSION))
  }

  /** As pgjdbc tells them apart: by whether it may be written to. */
  async role(): Promise<'primary' | 'secondary'> {
    const { rows } = await this.query('SHOW transaction_read_only')
    return rows[0]?.[0] === 'off' ? 'primary' : 'secondary'
  }

  async query(sql: string, parameters: readonly Parameter[] = []): Promise<QueryResult> {
    const result = await this.#run(sql, parameters)
    return { columns: result.fields.map(({ name }) => name), rows: result.rows }
  }

  async execute(sql: string, parameters: readonly Parameter[] = [], options: ExecuteOptions = {}): Promise<number> {
    if (options.isAll === true && this.#transaction === 'asked for') this.#transaction = 'none'
    return (await this.#run(sql, parameters)).rowCount ?? 0
  }

  async executeMany(sql: string, rows: readonly (readonly Parameter[])[]): Promise<number> {
    if (rows.length === 0) return 0
    await this.#begun()
    try {
      return await this.#waitFor(this.#client.query(new PgMany(sql, rows)).changed)
    } catch (error) {
      throw this.#error(error)
    }
  }

  async describe(sql: string): Promise<readonly ResultColumn[]> {
    await this.#begun()
    try {
      return await this.#columns.resolve(await this.#waitFor(this.#client.query(new PgDescribe(sql)).fields))
    } catch (error) {
      throw this.#error(error)
    }
  }

  async stream(sql: string, parameters: readonly Parameter[] = []): Promise<RowStream> {
    const columns = await this.describe(sql)
    const portal = this.#client.query(new PgPortal(sql, parameters))
    const readWire = async (): Promise<WireRows | undefined> => {
      try {
        return await this.#waitFor(portal.read())
      } catch (error) {
        throw this.#error(error)
      }
    }
    let rows: RawValue[][] = []
    return {
      columns,
      readWire,
      read: async (most) => {
        if (rows.length === 0) {
          const piece = await readWire()
          if (piece === undefined) return []
          rows = textRows(piece)
        }
        return rows.splice(0, most)
      },
      close: () => this.#waitFor(portal.close()),
    }
  }

  /** The server is told when there is something to do in it. */
  async begin(): Promise<void> {
    this.#transaction = 'asked for'
  }
  async commit(): Promise<void> {
    await this.#end('COMMIT')
  }
  async rollback(): Promise<void> {
    await this.#end('ROLLBACK')
  }

  async #end(sql: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const isBegun = this.#transaction === 'begun'
    this.#transaction = 'none'
    if (isBegun) await this.#run(sql, [])
  }

  async #begun(): Promise<void> {
    if (this.#transaction !== 'asked for') return
    this.#transaction = 'begun'
    await this.#run('BEGIN', [])
  }

  async close(): Promise<void> {
    this.#usable = false
    // A statement under way would hold up a polite end.
    const socket = this.#socket
    const ended = this.#client.end().catch(() => undefined)
    const cut = setTimeout(() => socket.destroy(), 500)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())])
    clearTimeout(cut)
    socket.destroy()
  }

  async #run(text: string, values: readonly Parameter[]) {
    if (this.#transaction === 'asked for') await this.#begun()
    try {
      return await this.#waitFor(
        this.#client.query<RawValue[]>({
          text,
          values: values.map((value) => (typeof value === 'bigint' ? String(value) : value)),
          rowMode: 'array',
          types: TEXT,
        }),
      )
    } catch (error) {
      throw this.#error(error)
    }
  }

  get #socket(): Socket {
    return (this.#client as unknown as { connection: { stream: Socket } }).connection.stream
  }

  #waitFor<T>(answer: Promise<T>): Promise<T> {
    return this.#silence?.waitFor(answer) ?? answer
  }

  #error(error: unknown): DatabaseError {
    const found = pgError(error, this.#place)
    if (found.kind === 'connection') this.#usable = false
    return found
  }
}
