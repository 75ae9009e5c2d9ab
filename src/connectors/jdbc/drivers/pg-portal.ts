/**
 * Ways to talk to a PostgreSQL server that pg's own queries do not offer, as objects that `client.query` submits: what a
 * statement returns, its rows in steps (a portal), and one statement for many rows in one round trip.
 */
import type { Socket } from 'node:net'
import type { Connection, Submittable } from 'pg'
import type { Parameter } from '../database.ts'
import type { WireRows } from '../wire-rows.ts'
import { tapRows } from './pg-row-tap.ts'

/** A field of a row description. */
export interface PgField {
  readonly name: string
  readonly tableID: number
  readonly columnID: number
  readonly dataTypeID: number
  readonly dataTypeModifier: number
}

/** The parts of pg's connection that are used here; its type declarations leave most of them out. */
interface Wire {
  parse(query: { name: string; text: string; types: number[] }): void
  bind(config: { portal: string; statement: string; values: readonly unknown[] }): void
  describe(message: { type: 'S' | 'P'; name: string }): void
  execute(config: { portal: string; rows: number }): void
  close(message: { type: 'S' | 'P'; name: string }): void
  flush(): void
  sync(): void
  readonly stream: Socket
}

const FIRST_STEP = 200
const STEP_BYTES = 500_000
const MOST_ROWS = 10_000
/** Rows may be large, and a step has many: beyond this the server has to wait. */
const MOST_BYTES = 8 * STEP_BYTES

interface Waiting<T> {
  resolve(value: T): void
  reject(error: unknown): void
}

const bound = (values: readonly Parameter[]): unknown[] =>
  values.map((value) => (value === null || typeof value === 'string' || Buffer.isBuffer(value) ? value : String(value)))

const corked = (wire: Wire, send: () => void): void => {
  wire.stream.cork()
  try {
    send()
  } finally {
    wire.stream.uncork()
  }
}

/** Asks what columns a statement has. */
export class PgDescribe implements Submittable {
  readonly fields: Promise<readonly PgField[]>
  readonly #sql: string
  #waiting!: Waiting<readonly PgField[]>
  #found: readonly PgField[] = []

  constructor(sql: string) {
    this.#sql = sql
    this.fields = new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire
    corked(wire, () => {
      wire.parse({ name: '', text: this.#sql, types: [] })
      wire.describe({ type: 'S', name: '' })
      wire.sync()
    })
  }
  handleRowDescription({ fields }: { fields: readonly PgField[] }): void {
    this.#found = fields
  }
  handleReadyForQuery(): void {
    this.#waiting.resolve(this.#found)
  }
  handleError(error: unknown): void {
    this.#waiting.reject(error)
  }
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCopyData(): void {}
}

/**
 * The rows of a query in steps, through a portal. The next step is asked for before all of the one before is read, so the
 * server works while rows are made into records; about two steps are in memory at most.
 */
export class PgPortal implements Submittable {
  readonly #sql: string
  readonly #values: readonly Parameter[]
  /** Rows to ask for next: few at first, then as many as make about {@link STEP_BYTES}. */
  #step = FIRST_STEP
  #wire: Wire | undefined
  readonly #pieces: WireRows[] = []
  #pieceBytes = 0
  /** Of the step under way. */
  #stepBytes = 0
  #stepRows = 0
  #isSuspended = false
  #state: 'open' | 'complete' | 'synced' | 'over' = 'open'
  #error: unknown
  #waiting: (() => void) | undefined
  #over!: () => void
  /** Resolves when the connection is free again; never rejects. */
  readonly over: Promise<void>

  constructor(sql: string, values: readonly Parameter[]) {
    this.#sql = sql
    this.#values = values
    this.over = new Promise((resolve) => {
      this.#over = resolve
    })
  }

  /** The next rows that have come; undefined at the end. */
  async read(): Promise<WireRows | undefined> {
    while (this.#pieces.length === 0 && this.#error === undefined && this.#state === 'open') {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    const piece = this.#pieces.shift()
    if (piece === undefined) {
      if (this.#error !== undefined) throw this.#error
      return undefined
    }
    this.#pieceBytes -= piece.to - piece.from
    if (this.#pieceBytes <= STEP_BYTES) this.#wire?.stream.resume()
    this.#askForMore()
    return piece
  }

  /** Ends it; the rest is not read. */
  async close(): Promise<void> {
    // `over` means failed or done: nothing is under way any more.
    if (this.#state === 'open' || this.#state === 'complete') {
      this.#state = 'synced'
      this.#wire?.sync()
    }
    this.#pieces.length = 0
    this.#wire?.stream.resume()
    await this.over
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire
    this.#wire = wire
    tapRows(wire.stream, (rows, count) => this.#take(rows, count))
    corked(wire, () => {
      wire.parse({ name: '', text: this.#sql, types: [] })
      wire.bind({ portal: '', statement: '', values: bound(this.#values) })
      wire.execute({ portal: '', rows: this.#step })
      wire.flush()
    })
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {
    const each = Math.max(1, this.#stepBytes / Math.max(1, this.#stepRows))
    this.#step = Math.min(MOST_ROWS, Math.max(1, Math.floor(STEP_BYTES / each)))
    this.#stepBytes = 0
    this.#stepRows = 0
    this.#isSuspended = true
    this.#askForMore()
  }
  handleCommandComplete(): void {
    if (this.#state === 'open') this.#state = 'complete'
    this.#endOnce()
    this.#wake()
  }
  handleEmptyQuery(): void {
    this.handleCommandComplete()
  }
  handleReadyForQuery(): void {
    this.#state = 'over'
    this.#over()
    this.#wake()
  }
  handleError(error: unknown): void {
    this.#error ??= error
    this.#endOnce()
    // pg tells a failed query nothing more; the answer to the sync that was sent makes the connection free.
    this.#state = 'over'
    this.#over()
    this.#wake()
  }
  handleCopyData(): void {}

  #take(rows: WireRows, count: number): void {
    const bytes = rows.to - rows.from
    this.#stepBytes += bytes
    this.#stepRows += count
    if (this.#state === 'synced' || this.#state === 'over') return
    this.#pieces.push(rows)
    this.#pieceBytes += bytes
    if (this.#pieceBytes > MOST_BYTES) this.#wire?.stream.pause()
    this.#wake()
  }

  #askForMore(): void {
    if (!this.#isSuspended || this.#state !== 'open' || this.#pieceBytes > STEP_BYTES) return
    this.#isSuspended = false
    this.#wire?.execute({ portal: '', rows: this.#step })
    this.#wire?.flush()
  }

  #endOnce(): void {
    if (this.#state !== 'open' && this.#state !== 'complete') return
    this.#state = 'synced'
    this.#wire?.sync()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.()
  }
}

/** Runs one statement for each list of values: sent at once, answered at once. */
export class PgMany implements Submittable {
  readonly changed: Promise<number>
  readonly #sql: string
  readonly #rows: readonly (readonly Parameter[])[]
  #waiting!: Waiting<number>
  #changed = 0

  constructor(sql: string, rows: readonly (readonly Parameter[])[]) {
    this.#sql = sql
    this.#rows = rows
    this.changed = new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire
    corked(wire, () => {
      wire.parse({ name: '', text: this.#sql, types: [] })
      for (const row of this.#rows) {
        wire.bind({ portal: '', statement: '', values: bound(row) })
        wire.execute({ portal: '', rows: 0 })
      }
      wire.sync()
    })
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.#changed += Number(/(\d+)$/.exec(text)?.[1] ?? 0)
  }
  handleReadyForQuery(): void {
    this.#waiting.resolve(this.#changed)
  }
  handleError(error: unknown): void {
    this.#waiting.reject(error)
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCopyData(): void {}
}
