import { DatabaseError, type DatabaseErrorKind } from '../database-error.ts'

const CLASS = 'org.postgresql.util.PSQLException'

/** SQLSTATE classes (two characters) and states that tell more than "the statement is wrong". */
const KINDS: ReadonlyMap<string, DatabaseErrorKind> = new Map<string, DatabaseErrorKind>([
  ['08', 'connection'],
  ['57P01', 'connection'],
  ['57P02', 'connection'],
  ['57P03', 'connection'],
  ['57P05', 'connection'],
  ['25P03', 'connection'],
  ['25P04', 'connection'],
  ['40', 'transient'],
  ['53', 'transient'],
  ['55P03', 'transient'],
  ['55006', 'transient'],
  ['57014', 'transient'],
  ['58', 'transient'],
  // A failed-over server that only reads: another connection may reach the new primary.
  ['25006', 'transient'],
  // A plan whose table changed meanwhile.
  ['0A000', 'transient'],
  ['22', 'data'],
  ['23', 'data'],
])

interface ServerError extends Error {
  readonly code?: string
  readonly severity?: string
  readonly detail?: string
  readonly hint?: string
  readonly where?: string
  readonly position?: string
}

/** What pg throws, as pgjdbc would say it. */
export const pgError = (error: unknown, place = ''): DatabaseError => {
  if (error instanceof DatabaseError) return error
  const { code, severity, detail, hint, where, position, message } = error as ServerError
  if (severity === undefined || code === undefined || code.length !== 5) {
    const text =
      code === 'ECONNREFUSED'
        ? `Connection to ${place} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`
        : `An I/O error occurred while talking to PostgreSQL${place === '' ? '' : ` at ${place}`}: ${message || code}`
    return new DatabaseError(text, {
      className: CLASS,
      kind: 'connection',
      state: '08006',
      code: code ?? null,
      cause: error,
    })
  }
  const lines = [
    `${severity}: ${message}`,
    ...(detail === undefined ? [] : [`Detail: ${detail}`]),
    ...(hint === undefined ? [] : [`Hint: ${hint}`]),
    ...(position === undefined ? [] : [`Position: ${position}`]),
    ...(where === undefined ? [] : [`Where: ${where}`]),
  ]
  const planChanged = code === '0A000' && !/cached plan/.test(message)
  const kind = planChanged ? 'statement' : (KINDS.get(code) ?? KINDS.get(code.slice(0, 2)) ?? 'statement')
  return new DatabaseError(lines.join('\n  '), { className: CLASS, kind, state: code, code })
}
