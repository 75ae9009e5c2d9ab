import type { Connection, QueryOptions } from 'mysql2'
import type { RawValue, Row } from '../database.ts'
import type { DatabaseError } from '../database-error.ts'

/** Rows, and bytes of them, that may wait before the socket is paused. */
const MOST_WAITING = 4000
const MOST_BYTES = 2_000_000

/** mysql2 refuses columns that are called `__proto__` and the like, even where rows are lists and have no names. */
const withoutNames = (fields: readonly object[] | undefined): void => {
  for (const [index, field] of (fields ?? []).entries()) Object.defineProperty(field, 'name', { value: `c${index}` })
}

/** Rows as they come in; the socket is paused while too many wait. */
export class MysqlRows {
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
    command.on('fields', withoutNames)
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

  /** The next rows, at most `most`; empty at the end. @throws DatabaseError after the rows that came before it */
  async read(most: number): Promise<readonly Row[]> {
    while (!this.done && (this.#waiting.length === 0 || (!this.#paused && this.#waiting.length < most))) {
      // What came in while it was paused is told at once, before anybody waits: the end may be among it
      if (this.#resume()) continue
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#waiting.length === 0 && this.#error !== undefined) throw this.#error
    return this.#waiting.splice(0, most)
  }

  /** @returns whether it was paused */
  #resume(): boolean {
    if (!this.#paused) return false
    this.#paused = false
    this.#bytesBefore = this.#bytesRead()
    this.#connection.resume()
    return true
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
