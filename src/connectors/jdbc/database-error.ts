/**
 * What went wrong, as far as it matters to whoever asked:
 * `connection` it broke or could not be made, `transient` the same may work later (deadlock, lock time-out, too many
 * connections, disk full), `data` this row cannot be stored (constraint, range, type of a value), `statement` everything
 * else (no such table, syntax, rights).
 */
export type DatabaseErrorKind = 'connection' | 'transient' | 'data' | 'statement'

export interface DatabaseErrorDetails {
  /** The JVM driver's exception class, shown in traces. */
  readonly className: string
  readonly kind: DatabaseErrorKind
  /** SQLSTATE, where there is one. */
  readonly state?: string | null
  /** The vendor's own number or name of the error. */
  readonly code?: string | number | null
  /** Whether the JVM's driver calls this non-transient (a SQLNonTransientException): not worth a retry. Default false. */
  readonly nonTransient?: boolean
  readonly cause?: unknown
}

/** An error of a database or its driver, the same for all of them. `name` is the JVM driver's exception class. */
export class DatabaseError extends Error {
  override readonly name: string
  readonly kind: DatabaseErrorKind
  readonly state: string | null
  readonly code: string | number | null
  readonly nonTransient: boolean

  constructor(message: string, details: DatabaseErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = details.className
    this.kind = details.kind
    this.state = details.state ?? null
    this.code = details.code ?? null
    this.nonTransient = details.nonTransient ?? false
  }
}

/** Whether trying the same again, perhaps on a new connection, may work. */
export const mayPass = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.kind === 'connection' || error.kind === 'transient')
