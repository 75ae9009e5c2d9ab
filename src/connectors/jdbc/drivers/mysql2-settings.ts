import { connect, isIP } from 'node:net'
import type { ConnectionOptions } from 'mysql2'
import { ConfigError } from '../../../plugin/errors.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { parseJdbcUrl } from '../jdbc-url.ts'
import { type MysqlProperty, mysqlSslMode, mysqlTlsOptions } from './mysql2-tls.ts'

export interface MysqlAttempt {
  readonly place: string
  readonly options: ConnectionOptions
  /** Whether it is worth trying after the attempt before it, at the same place, failed so. Default: always. */
  readonly after?: (error: unknown) => boolean
  /** Milliseconds that the server may be silent while an answer is waited for; 0: any time. */
  readonly socketTimeout: number
}

/** A peer that vanished without a word is noticed within minutes; the system's own default is two hours. */
const KEEP_ALIVE_MS = 60_000

/** What to connect to, in order: the URL, parameters and driver properties of MySQL's and MariaDB's Connector/J. */
export const mysqlAttempts = (connection: ConnectionSettings): MysqlAttempt[] => {
  const url = parseJdbcUrl(connection.url)
  const property: MysqlProperty = (...names) => {
    for (const name of names) {
      const found = url.parameters.get(name) ?? connection.properties[name]
      if (found !== undefined) return found
    }
    return undefined
  }
  const user = connection.user ?? property('user')
  const password = connection.password?.value ?? property('password')
  const socket = socketPath(property)
  const milliseconds = (name: string): number => {
    const text = property(name)
    if (text === undefined) return 0
    if (/^\d+$/.test(text)) return Number(text)
    throw new ConfigError(`Invalid ${name} value: ${text}; it must be a number of milliseconds`)
  }
  const shared: ConnectionOptions = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(url.database === '' ? {} : { database: url.database }),
    ...(socket === undefined ? {} : { socketPath: socket }),
    connectTimeout: milliseconds('connectTimeout') || 10_000,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    maxPreparedStatements: 200,
  }
  const socketTimeout = milliseconds('socketTimeout')
  const mode = mysqlSslMode(url.subprotocol, property)
  const tls = mode === 'disabled' ? undefined : mysqlTlsOptions(mode, property)
  if (socket !== undefined) return [{ place: socket, options: shared, socketTimeout }]
  const hosts = url.hosts.length === 0 ? [{ host: 'localhost', port: null }] : url.hosts
  return hosts.flatMap(({ host, port }): MysqlAttempt[] => {
    const options = { ...shared, host, port: port ?? 3306 }
    const place = `${host}:${port ?? 3306}`
    const plain = { place, options, socketTimeout }
    if (tls === undefined) return [plain]
    const stream = mode === 'verify-identity' && isIP(host) > 0 ? namedSocket(options) : {}
    const secure = { place, options: { ...options, ...stream, ssl: tls }, socketTimeout }
    return mode === 'preferred' ? [secure, { ...plain, after: hasNoTls }] : [secure]
  })
}

/**
 * Node.js compares a certificate with the name that the socket below was opened for, and takes `localhost` where it was an address:
 * neither would a certificate for the address do, nor one for `localhost` be refused. So the socket is told its address.
 */
const namedSocket = ({ host, port }: { readonly host: string; readonly port: number }): ConnectionOptions => ({
  stream: () => {
    const socket = connect(port, host)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    return Object.assign(socket, { _host: host })
  },
})

/** mysql2's words for a server without TLS, and for one whose TLS fails. */
const hasNoTls = (error: unknown): boolean => {
  const { code } = error as { code?: unknown }
  return code === 'HANDSHAKE_NO_SSL_SUPPORT' || code === 'HANDSHAKE_SSL_ERROR'
}

/** MySQL's driver reaches a Unix socket through a class of the junixsocket library; MariaDB's needs none. */
const socketPath = (property: MysqlProperty): string | undefined => {
  const factory = property('socketFactory')
  const path = property('junixsocket.file')
  if (factory === undefined || factory === 'com.mysql.cj.protocol.StandardSocketFactory') return property('localSocket')
  if (/^org\.newsclub\.net\.mysql\.AFUNIXDatabaseSocketFactory/.test(factory) && path !== undefined) return path
  throw new ConfigError(
    `socketFactory names a Java class that has no counterpart here: ${factory}; known is ` +
      'org.newsclub.net.mysql.AFUNIXDatabaseSocketFactory with junixsocket.file, the path of a Unix socket',
  )
}
