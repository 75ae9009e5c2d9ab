import type { ClientConfig } from 'pg'
import { ConfigError } from '../../../plugin/errors.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { parseJdbcUrl } from '../jdbc-url.ts'
import { pgSslMode, pgTlsOptions } from './pg-tls.ts'

/** One way to try: pgjdbc's `sslmode` may mean two, with TLS and without. */
export interface PgAttempt {
  readonly place: string
  readonly config: ClientConfig
  /** Whether it is worth trying after the attempt before it, at the same place, failed so. Default: always. */
  readonly after?: (error: unknown) => boolean
}

/** Which of several servers is wanted. */
export interface PgTarget {
  /** As written, for messages. */
  readonly text: string
  readonly role: 'any' | 'primary' | 'secondary'
  /** Whether one of the other kind will do where there is none of this. */
  readonly orOther: boolean
}

export interface PgPlan {
  readonly attempts: readonly PgAttempt[]
  readonly target: PgTarget
  /** Milliseconds that the server may be silent while an answer is waited for; 0: any time. */
  readonly socketTimeout: number
}

/** A peer that vanished without a word is noticed within minutes; the system's own default is two hours. */
const KEEP_ALIVE_MS = 60_000

/** What to connect to, in order: pgjdbc's URL, its parameters and driver properties. @throws ConfigError */
export const pgPlan = (connection: ConnectionSettings): PgPlan => {
  const url = parseJdbcUrl(connection.url)
  const property = (name: string): string | undefined => url.parameters.get(name) ?? connection.properties[name]
  const user = connection.user ?? property('user')
  const password = connection.password?.value ?? property('password')
  const database = url.database || property('PGDBNAME') || user
  const milliseconds = (name: string): number => {
    const text = property(name)
    if (text === undefined) return 0
    if (/^\d+$/.test(text)) return Number(text) * 1000
    throw new ConfigError(`Invalid ${name} value: ${text}; it must be a number of seconds`)
  }
  const schema = property('currentSchema')
  const options = [
    property('options'),
    schema === undefined ? undefined : `-c search_path=${schema.replaceAll(/([\\ ])/g, '\\$1')}`,
  ]
  const shared: ClientConfig = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    connectionTimeoutMillis: milliseconds('connectTimeout') || milliseconds('loginTimeout') || 10_000,
    application_name: property('ApplicationName') ?? 'connect-standalone',
    keepAlive: property('tcpKeepAlive') !== 'false',
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    client_encoding: 'UTF8',
    options: options.filter((text) => text !== undefined).join(' '),
  }
  const mode = pgSslMode(property)
  const tls = mode === 'disable' ? undefined : pgTlsOptions(mode, property)
  const target = targetOf(property('targetServerType'))
  const socketTimeout = milliseconds('socketTimeout')
  const socket = socketPath(property)
  if (socket !== undefined) {
    // The folder alone will do: libpq's name of the socket in it has the port
    const [, host = socket, port = url.hosts[0]?.port ?? 5432] = /^(.*)\/\.s\.PGSQL\.(\d+)$/.exec(socket) ?? []
    const config = { ...shared, host: host === '' ? '/' : host, port: Number(port), ssl: false }
    return { attempts: [{ place: socket, config }], target, socketTimeout }
  }
  const hosts = url.hosts.length === 0 ? [{ host: 'localhost', port: null }] : [...url.hosts]
  if (property('loadBalanceHosts') === 'true') shuffle(hosts)
  const attempts = hosts.flatMap(({ host, port }): PgAttempt[] => {
    const config = { ...shared, host, port: port ?? 5432 }
    const place = `${host}:${port ?? 5432}`
    const plain = { place, config: { ...config, ssl: false } }
    const secure = { place, config: { ...config, ssl: tls ?? false } }
    if (mode === 'disable') return [plain]
    if (mode === 'allow') return [plain, { ...secure, after: isRefusal }]
    return mode === 'prefer' ? [secure, { ...plain, after: (error) => isRefusal(error) || hasNoTls(error) }] : [secure]
  })
  return { attempts, target, socketTimeout }
}

/** The server lets nobody in this way (pg_hba.conf): with TLS, or without it, it may. */
const isRefusal = (error: unknown): boolean => (error as { code?: unknown }).code === '28000'

/** pg's own words; there is no code. */
const hasNoTls = (error: unknown): boolean => /SSL/.test((error as Error).message)

/** pgjdbc reaches a Unix socket through a class of the junixsocket library. */
const socketPath = (property: (name: string) => string | undefined): string | undefined => {
  const factory = property('socketFactory')
  if (factory === undefined) return property('unixSocket')
  const path = property('socketFactoryArg')
  if (/^org\.newsclub\.net\.unix\.AFUNIXSocketFactory\b/.test(factory) && path !== undefined) return path
  throw new ConfigError(
    `socketFactory names a Java class that has no counterpart here: ${factory}; known is ` +
      'org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg with socketFactoryArg, the path of a Unix socket',
  )
}

const TARGETS: Readonly<Record<string, Omit<PgTarget, 'text'>>> = {
  any: { role: 'any', orOther: true },
  primary: { role: 'primary', orOther: false },
  master: { role: 'primary', orOther: false },
  secondary: { role: 'secondary', orOther: false },
  slave: { role: 'secondary', orOther: false },
  preferPrimary: { role: 'primary', orOther: true },
  preferSecondary: { role: 'secondary', orOther: true },
  preferSlave: { role: 'secondary', orOther: true },
}

const targetOf = (text = 'any'): PgTarget => {
  const name = Object.keys(TARGETS).find((each) => each.toLowerCase() === text.toLowerCase())
  const target = name === undefined ? undefined : TARGETS[name]
  if (target !== undefined) return { ...target, text }
  throw new ConfigError(`Invalid targetServerType value: ${text}; it may be ${Object.keys(TARGETS).join(', ')}`)
}

const shuffle = (list: unknown[]): void => {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    ;[list[at], list[other]] = [list[other], list[at]]
  }
}
