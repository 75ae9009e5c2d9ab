import type { Database } from '../database.ts'
import type { SourceSettings } from './source-settings.ts'

/**
 * How far an incrementing column may be read so that transactions which took lower numbers have ended: to the greatest
 * number that was visible so long ago.
 */
export class IncrementingBound {
  readonly #sql: string
  readonly #delayMs: number
  readonly #seen: { readonly at: number; readonly greatest: bigint }[] = []
  #settled: bigint | undefined

  constructor(from: string, column: string, delayMs: number, { quote }: SourceSettings) {
    this.#sql = `SELECT MAX(${quote(column)}) FROM (${from}) connect_source`
    this.#delayMs = delayMs
  }

  /** The greatest number that may be read now; undefined: none yet. */
  async next(db: Database): Promise<bigint | undefined> {
    const { rows } = await db.query(this.#sql)
    const raw = rows[0]?.[0]
    const now = performance.now()
    if (raw !== null && raw !== undefined) {
      const greatest = BigInt(String(raw).replace(/\.0*$/, ''))
      if (greatest !== this.#seen.at(-1)?.greatest) this.#seen.push({ at: now, greatest })
    }
    while (this.#seen[0] !== undefined && this.#seen[0].at <= now - this.#delayMs) {
      this.#settled = this.#seen.shift()?.greatest
    }
    return this.#settled
  }
}
