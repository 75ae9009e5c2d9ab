import type { Connection, QueryOptions } from 'mysql2'
import type { Database, Parameter, QueryResult, RawValue, ResultColumn, Row, RowStream } from '../database.ts'
import type { DatabaseError } from '../database-error.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { isGeometry, type MysqlField, mysqlColumn } from './mysql2-columns.ts'
import { mysqlError } from './mysql2-error.ts'
import { mysqlAttempts } from './mysql2-settings.ts'

/** Rows, and bytes of them, that may wait before the socket is paused. */
const MOST_WAITING = 4000
const MOST_BYTES = 2_000_000

/** Instants come and go in UTC; a value that does not fit is an error, never cut. */
const SESSION = `SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')`

/** Opens a connection to MySQL or MariaDB. */
export const openMysql = async (settings: ConnectionSettings): Promise<Database> => {
  const { default: mysql } = await import('mysql2')
  let first: DatabaseError | undefined
  for (const { place, options } of mysqlAttempts(settings)) {
    // `jsonStrings` is missing in the declarations' older half.
    const connection = mysql.createConnection({ ...options, jsonStrings: true } as typeof options)
    const database = new MysqlDatabase(connection, place)
    try {
      await database.execute(SESSION)
      return database
    } catch (error) {
      first ??= mysqlError(error, place)
      await database.close()
    }
  }
  throw first ?? new Error('The URL names no host')
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

  constructor(connection: Connection, place: string) {
    this.#connection = connection
    this.#place = place
    connection.on('error', (error) => this.#lose(error))
    connection.on('end', () => this.#lose(new Error('The connection was closed')))
  }

  get usable(): boolean {
    return this.#usable
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
    const rows = new MysqlRows(this.#connection, options as QueryOptions, (error) => this.#error(error))
    const fail = (error: DatabaseError): void => rows.fail(error)
    this.#underWay.add(fail)
    return {
      columns: fields.map(mysqlColumn),
      read: (most) => rows.read(most),
      close: async () => {
        this.#underWay.delete(fail)
        if (rows.done) return
        // The server would go on sending: only a cut stops it.
        this.#usable = false
        this.#connection.destroy()
      },
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
    if (!this.#usable) return this.#connection.destroy()
    const busy = this.#underWay.size > 0
    this.#lose(new Error('The connection was closed'))
    // A polite end would wait for what is under way.
    if (!busy) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500)
        this.#connection.end(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    this.#connection.destroy()
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
    return new Promise((resolve, reject) => {
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

/** Rows as they come in; the socket is paused while too many wait. */
class MysqlRows {
  done = false
  readonly #connection: Connection
  readonly #waiting: RawValue[][] = []
  #paused = false
  #bytesBefore: number
  #error: unknown
  #wake: (() => void) | undefined

  constructor(connection: Connection, options: QueryOptions, explain: (error: unknown) => DatabaseError) {
    this.#connection = connection
    this.#bytesBefore = this.#bytesRead()
    const command = connection.execute(options) as unknown as {
      on(event: string, listener: (value: never) => void): void
    }
    command.on('result', (row: RawValue[]) => {
      if (!Array.isArray(row)) return
      this.#waiting.push(row)
      const full = this.#waiting.length >= MOST_WAITING || this.#bytesRead() - this.#bytesBefore >= MOST_BYTES
      if (full && !this.#paused) {
        this.#paused = true
        connection.pause()
        this.#wakeUp()
      }
    })
    command.on('error', (error: unknown) => {
      this.#error = explain(error)
      this.done = true
      this.#wakeUp()
    })
    command.on('end', () => {
      this.done = true
      this.#wakeUp()
    })
  }

  /** The connection is gone. */
  fail(error: DatabaseError): void {
    if (this.done) return
    this.#error = error
    this.done = true
    this.#wakeUp()
  }

  async read(most: number): Promise<readonly Row[]> {
    while (!this.done && (this.#waiting.length === 0 || (!this.#paused && this.#waiting.length < most))) {
      this.#resume()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#waiting.length === 0 && this.#error !== undefined) throw this.#error
    return this.#waiting.splice(0, most)
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#bytesBefore = this.#bytesRead()
    this.#connection.resume()
  }

  #bytesRead(): number {
    return (this.#connection as unknown as { stream: { bytesRead?: number } }).stream.bytesRead ?? 0
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
