import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { ConfigError } from '../../../plugin/errors.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { parseJdbcUrl } from '../jdbc-url.ts'

/** One way to try: pgjdbc's `sslmode` may mean two, with TLS and without. */
export interface PgAttempt {
  readonly place: string
  readonly config: ClientConfig
}

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']

/** What to connect to, in order: pgjdbc's URL, its parameters and driver properties. */
export const pgAttempts = (connection: ConnectionSettings): PgAttempt[] => {
  const url = parseJdbcUrl(connection.url)
  const property = (name: string): string | undefined => url.parameters.get(name) ?? connection.properties[name]
  const user = connection.user ?? property('user')
  const password = connection.password?.value ?? property('password')
  const database = url.database || property('PGDBNAME') || user
  const seconds = (name: string): number | undefined => {
    const text = property(name)
    return text === undefined || !(Number(text) > 0) ? undefined : Number(text) * 1000
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
    connectionTimeoutMillis: seconds('connectTimeout') ?? seconds('loginTimeout') ?? 10_000,
    application_name: property('ApplicationName') ?? 'connect-standalone',
    keepAlive: property('tcpKeepAlive') !== 'false',
    client_encoding: 'UTF8',
    options: options.filter((text) => text !== undefined).join(' '),
  }
  const mode = sslMode(property('sslmode'), property('ssl'))
  const tls = mode === 'disable' ? undefined : tlsOptions(mode, property)
  const hosts = url.hosts.length === 0 ? [{ host: 'localhost', port: null }] : url.hosts
  return hosts.flatMap(({ host, port }) => {
    const socket = property('unixSocket')
    const config = { ...shared, host: socket ?? host, port: port ?? 5432 }
    const place = `${host}:${port ?? 5432}`
    const plain = { place, config: { ...config, ssl: false } }
    const secure = { place, config: { ...config, ssl: tls ?? false } }
    if (mode === 'disable' || socket !== undefined) return [plain]
    if (mode === 'allow') return [plain, secure]
    return mode === 'prefer' ? [secure, plain] : [secure]
  })
}

const sslMode = (mode: string | undefined, ssl: string | undefined): string => {
  if (mode === undefined) return ssl === undefined || ssl === 'false' ? 'prefer' : 'verify-full'
  if (!MODES.includes(mode)) {
    throw new ConfigError(`Invalid sslmode value: ${mode}; it may be ${MODES.join(', ')}`)
  }
  return mode
}

const tlsOptions = (mode: string, property: (name: string) => string | undefined): ConnectionOptions => {
  const verify = mode === 'verify-ca' || mode === 'verify-full'
  const root = property('sslrootcert')
  const certificate = property('sslcert')
  const key = property('sslkey')
  return {
    rejectUnauthorized: verify,
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
    ...(root === undefined ? {} : { ca: read('sslrootcert', root) }),
    ...(certificate === undefined ? {} : { cert: read('sslcert', certificate) }),
    ...(key === undefined ? {} : { key: privateKey(key, property('sslpassword')) }),
  }
}

const read = (name: string, path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new ConfigError(`The file that ${name} names cannot be read: ${path}`, { cause })
  }
}

/** pgjdbc wants a PKCS-8 key in DER; PEM is taken as well. */
const privateKey = (path: string, passphrase: string | undefined): string => {
  const bytes = read('sslkey', path)
  const secret = passphrase === undefined ? {} : { passphrase }
  try {
    const key = bytes.includes('-----BEGIN')
      ? createPrivateKey({ key: bytes, ...secret })
      : createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8', ...secret })
    return key.export({ format: 'pem', type: 'pkcs8' }) as string
  } catch (cause) {
    throw new ConfigError(`The key that sslkey names cannot be read as PKCS-8 (DER or PEM): ${path}`, { cause })
  }
}
