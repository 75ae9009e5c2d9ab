import { DatabaseError, type DatabaseErrorKind } from '../database-error.ts'

/** Errors by their number: what a retry, or another row, may cure. */
const KINDS: ReadonlyMap<number, DatabaseErrorKind> = new Map<number, DatabaseErrorKind>([
  // Server shutdown, connection killed, gone, read-only after a failover
  ...[1053, 1077, 1078, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 3169, 4031].map(
    (code) => [code, 'connection'] as const,
  ),
  // Disk full, too many connections, lock wait time-out, deadlock, interrupted, read-only
  ...[
    1021, 1037, 1038, 1040, 1041, 1114, 1135, 1180, 1181, 1203, 1205, 1206, 1213, 1223, 1226, 1290, 1317, 1412, 1614,
    1637, 1836, 1969, 3024, 3058, 3572,
  ].map((code) => [code, 'transient'] as const),
  // Null, duplicate, foreign key, range, wrong value, too long, check, JSON
  ...[
    1022, 1048, 1062, 1169, 1216, 1217, 1263, 1264, 1265, 1292, 1364, 1366, 1406, 1411, 1416, 1451, 1452, 1525, 1557,
    1586, 1690, 1761, 1762, 3140, 3141, 3819, 4025,
  ].map((code) => [code, 'data'] as const),
])

interface ClientError extends Error {
  readonly code?: string
  readonly errno?: number
  readonly sqlState?: string
  readonly sqlMessage?: string
}

/** What mysql2 throws, as MySQL's Connector/J would say it. */
export const mysqlError = (error: unknown, place = ''): DatabaseError => {
  if (error instanceof DatabaseError) return error
  const { code, errno, sqlState, sqlMessage, message } = error as ClientError
  if (sqlState === undefined || sqlState === '' || errno === undefined) {
    return new DatabaseError(`Communications link failure${place === '' ? '' : ` with ${place}`}: ${message || code}`, {
      className: 'com.mysql.cj.jdbc.exceptions.CommunicationsException',
      kind: 'connection',
      state: '08S01',
      code: code ?? null,
      cause: error,
    })
  }
  const kind =
    KINDS.get(errno) ?? (sqlState.startsWith('08') ? 'connection' : sqlState.startsWith('23') ? 'data' : 'statement')
  return new DatabaseError(sqlMessage ?? message, {
    className: classOf(sqlState, kind),
    kind,
    state: sqlState,
    code: errno,
    nonTransient: isNonTransient(sqlState) && kind !== 'connection' && kind !== 'transient',
  })
}

const classOf = (state: string, kind: DatabaseErrorKind): string => {
  if (kind === 'connection') return 'java.sql.SQLNonTransientConnectionException'
  if (state.startsWith('42')) return 'java.sql.SQLSyntaxErrorException'
  if (state.startsWith('23')) return 'java.sql.SQLIntegrityConstraintViolationException'
  if (state.startsWith('22')) return 'com.mysql.cj.jdbc.exceptions.MysqlDataTruncation'
  if (state.startsWith('40')) return 'com.mysql.cj.jdbc.exceptions.MySQLTransactionRollbackException'
  return 'java.sql.SQLException'
}

const isNonTransient = (state: string): boolean => /^(22|23|28|42|0A)/.test(state)
