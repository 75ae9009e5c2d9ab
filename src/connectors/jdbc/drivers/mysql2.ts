import type { Socket } from 'node:net'
import type { Connection, QueryOptions } from 'mysql2'
import type { Database, Parameter, QueryResult, ResultColumn, Row, RowStream } from '../database.ts'
import type { DatabaseError } from '../database-error.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { isGeometry, type MysqlField, mysqlColumn } from './mysql2-columns.ts'
import { mysqlError } from './mysql2-error.ts'
import { MysqlRows } from './mysql2-rows.ts'
import { mysqlAttempts } from './mysql2-settings.ts'
import { SocketTimeout } from './socket-timeout.ts'

/** How long an end that was asked for politely may take. */
const POLITE_MS = 500

/** Instants come and go in UTC; a value that does not fit is an error, never cut. */
const SESSION = `SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')`

/** Opens a connection to MySQL or MariaDB. */
export const openMysql = async (settings: ConnectionSettings): Promise<Database> => {
  const { default: mysql } = await import('mysql2')
  let first: { readonly place: string; readonly error: DatabaseError } | undefined
  let last: { readonly place: string; readonly error: DatabaseError } | undefined
  for (const { place, options, socketTimeout, after } of mysqlAttempts(settings)) {
    if (after !== undefined && (last?.place !== place || !after(last.error))) continue
    last = undefined
    // `jsonStrings` is missing in the declarations' older half.
    const connection = mysql.createConnection({ ...options, jsonStrings: true } as typeof options)
    const database = new MysqlDatabase(connection, place)
    try {
      await database.start(socketTimeout)
      return database
    } catch (error) {
      last = { place, error: mysqlError(error, place) }
      // Of the first place; that of its last way to be reached: a wrong password, not that TLS was tried before.
      if (first === undefined || first.place === place) first = last
      await database.close()
    }
  }
  throw first?.error ?? new Error('The URL names no host')
}

/** Geometries as the server sends them (their number of a reference system, then WKB), everything else as usual. */
const geometryAsBytes = (field: { type: string; buffer(): Buffer | null }, next: () => unknown): unknown =>
  field.type === 'GEOMETRY' ? field.buffer() : next()

class MysqlDatabase implements Database {
  readonly #connection: Connection
  readonly #place: string
  /** Told when the connection is gone: mysql2 keeps silent to what is under way when we close it ourselves. */
  readonly #underWay = new Set<(error: DatabaseError) => void>()
  #usable = true
  #silence: SocketTimeout | undefined

  constructor(connection: Connection, place: string) {
    this.#connection = connection
    this.#place = place
    connection.on('error', (error) => this.#lose(error))
    connection.on('end', () => this.#lose(new Error('The connection was closed')))
  }

  get usable(): boolean {
    return this.#usable
  }

  /** @param socketTimeout milliseconds; 0: none */
  async start(socketTimeout: number): Promise<void> {
    await this.execute(SESSION)
    if (socketTimeout === 0) return
    this.#silence = new SocketTimeout(this.#socket, socketTimeout, (error) => {
      this.#lose(error)
      this.#cut()
    })
  }

  async query(sql: string, parameters: readonly Parameter[] = []): Promise<QueryResult> {
    const [rows, fields] = await this.#run(sql, parameters)
    return { columns: fields.map(({ name }) => name), rows: rows as Row[] }
  }

  async execute(sql: string, parameters: readonly Parameter[] = []): Promise<number> {
    const [result] = await this.#run(sql, parameters)
    return Array.isArray(result) ? 0 : (result as { affectedRows: number }).affectedRows
  }

  async executeMany(sql: string, rows: readonly (readonly Parameter[])[]): Promise<number> {
    let changed = 0
    for (const row of rows) changed += await this.execute(sql, row)
    return changed
  }

  async describe(sql: string): Promise<readonly ResultColumn[]> {
    return (await this.#fields(sql)).map(mysqlColumn)
  }

  async stream(sql: string, parameters: readonly Parameter[] = []): Promise<RowStream> {
    const fields = await this.#fields(sql)
    const options = {
      sql,
      values: parameters as unknown[],
      rowsAsArray: true,
      ...(fields.some(isGeometry) ? { typeCast: geometryAsBytes } : {}),
    }
    const rows = this.#rows(options as QueryOptions)
    const fail = (error: DatabaseError): void => rows.fail(error)
    this.#underWay.add(fail)
    // Lost since the columns were told: mysql2 said so before anybody could be told of it, and will not say it again
    if (!this.#usable) fail(mysqlError(new Error('The connection was closed'), this.#place))
    return {
      columns: fields.map(mysqlColumn),
      read: (most) => this.#waitFor(rows.read(most)),
      close: async () => {
        this.#underWay.delete(fail)
        if (rows.done) return
        // The server would go on sending: only a cut stops it.
        this.#usable = false
        this.#cut()
      },
    }
  }

  #rows(options: QueryOptions): MysqlRows {
    const explain = (error: unknown): DatabaseError => this.#error(error)
    try {
      return new MysqlRows(this.#connection, options, explain)
    } catch (error) {
      // Ended by the server since the columns were told: mysql2 throws, as nobody listens yet
      throw explain(error)
    }
  }

  async begin(): Promise<void> {
    await this.#statement('START TRANSACTION')
  }
  async commit(): Promise<void> {
    await this.#statement('COMMIT')
  }
  async rollback(): Promise<void> {
    await this.#statement('ROLLBACK')
  }

  async close(): Promise<void> {
    const busy = this.#underWay.size > 0
    const polite = this.#usable && !busy
    this.#lose(new Error('The connection was closed'))
    // A polite end would wait for what is under way.
    if (!polite) return this.#cut()
    const socket = this.#socket
    const timer = setTimeout(() => socket.destroy(), POLITE_MS)
    socket.once('close', () => clearTimeout(timer))
    this.#connection.end()
    this.#connection.destroy()
  }

  get #socket(): Socket {
    return (this.#connection as unknown as { stream: Socket }).stream
  }

  /** mysql2 itself only says goodbye, which a server that hangs, or goes on sending, does not hear. */
  #cut(): void {
    const socket = this.#socket
    this.#connection.destroy()
    socket.destroy()
  }

  #lose(error: unknown): void {
    this.#usable = false
    const found = mysqlError(error, this.#place)
    for (const fail of this.#underWay) fail(found)
    this.#underWay.clear()
  }

  /** Prepared and run, so that values never become part of the text. */
  #run(sql: string, parameters: readonly Parameter[]): Promise<[unknown, MysqlField[]]> {
    return this.#asking((resolve, reject) => {
      const done = (error: unknown, rows: unknown, fields: unknown): void => {
        if (error) reject(this.#error(error))
        else resolve([rows, (fields ?? []) as MysqlField[]])
      }
      const options = { sql, values: parameters as unknown[], rowsAsArray: true } as QueryOptions
      if (parameters.length === 0) this.#connection.query(options, done)
      else this.#connection.execute(options, done)
    })
  }

  #asking<T>(ask: (resolve: (value: T) => void, reject: (error: DatabaseError) => void) => void): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => {
      const settled = (): boolean => this.#underWay.delete(reject)
      this.#underWay.add(reject)
      ask(
        (value) => {
          settled()
          resolve(value)
        },
        (error) => {
          settled()
          reject(error)
        },
      )
    })
    return this.#waitFor(answer)
  }

  #waitFor<T>(answer: Promise<T>): Promise<T> {
    return this.#silence?.waitFor(answer) ?? answer
  }

  #statement(sql: string): Promise<[unknown, MysqlField[]]> {
    return this.#run(sql, [])
  }

  #fields(sql: string): Promise<MysqlField[]> {
    return this.#asking((resolve, reject) => {
      this.#connection.prepare(sql, (error, statement) => {
        if (error) return reject(this.#error(error))
        resolve((statement as unknown as { columns: MysqlField[] }).columns)
        this.#connection.unprepare(sql)
      })
    })
  }

  #error(error: unknown): DatabaseError {
    const found = mysqlError(error, this.#place)
    if (found.kind === 'connection') this.#usable = false
    return found
  }
}
