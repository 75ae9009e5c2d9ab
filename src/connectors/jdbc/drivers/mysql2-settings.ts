import { readFileSync } from 'node:fs'
import type { ConnectionOptions, SslOptions } from 'mysql2'
import { ConfigError } from '../../../plugin/errors.ts'
import type { ConnectionSettings } from '../dialect.ts'
import { parseJdbcUrl } from '../jdbc-url.ts'

export interface MysqlAttempt {
  readonly place: string
  readonly options: ConnectionOptions
}

type Property = (...names: readonly string[]) => string | undefined

/** What to connect to, in order: the URL, parameters and driver properties of MySQL's and MariaDB's Connector/J. */
export const mysqlAttempts = (connection: ConnectionSettings): MysqlAttempt[] => {
  const url = parseJdbcUrl(connection.url)
  const property: Property = (...names) => {
    for (const name of names) {
      const found = url.parameters.get(name) ?? connection.properties[name]
      if (found !== undefined) return found
    }
    return undefined
  }
  const user = connection.user ?? property('user')
  const password = connection.password?.value ?? property('password')
  const socket = property('localSocket')
  const timeout = Number(property('connectTimeout') ?? 0)
  const shared: ConnectionOptions = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(url.database === '' ? {} : { database: url.database }),
    ...(socket === undefined ? {} : { socketPath: socket }),
    connectTimeout: timeout > 0 ? timeout : 10_000,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    enableKeepAlive: true,
    maxPreparedStatements: 200,
  }
  const mode = sslMode(property)
  const tls = mode === 'disabled' ? undefined : tlsOptions(mode, property)
  const hosts = url.hosts.length === 0 ? [{ host: 'localhost', port: null }] : url.hosts
  return hosts.flatMap(({ host, port }) => {
    const options = { ...shared, host, port: port ?? 3306 }
    const place = socket ?? `${host}:${port ?? 3306}`
    const plain = { place, options }
    if (tls === undefined || socket !== undefined) return [plain]
    const secure = { place, options: { ...options, ssl: tls } }
    return mode === 'preferred' ? [secure, plain] : [secure]
  })
}

type Mode = 'disabled' | 'preferred' | 'required' | 'verify-ca' | 'verify-identity'

const MODES: Readonly<Record<string, Mode>> = {
  disabled: 'disabled',
  disable: 'disabled',
  preferred: 'preferred',
  required: 'required',
  trust: 'required',
  'verify-ca': 'verify-ca',
  'verify-identity': 'verify-identity',
  'verify-full': 'verify-identity',
}

const sslMode = (property: Property): Mode => {
  const text = property('sslMode')
  if (text !== undefined) {
    const mode = MODES[text.toLowerCase().replaceAll('_', '-')]
    if (mode !== undefined) return mode
    throw new ConfigError(`Invalid sslMode value: ${text}; it may be ${Object.keys(MODES).join(', ')}`)
  }
  if (property('useSSL', 'useSsl') === 'false') return 'disabled'
  if (property('verifyServerCertificate') === 'true') return 'verify-ca'
  if (property('requireSSL') === 'true') return 'required'
  // MariaDB's connector uses TLS only when told to; MySQL's prefers it.
  return property('useSSL', 'useSsl') === 'true' ? 'required' : 'preferred'
}

const tlsOptions = (mode: Mode, property: Property): SslOptions => {
  const verify = mode === 'verify-ca' || mode === 'verify-identity'
  const ca = property('serverSslCert', 'trustCertificateKeyStoreUrl')
  const certificate = property('clientCertificate', 'clientCertificateKeyStoreUrl', 'keyStore')
  const key = property('clientKey')
  return {
    rejectUnauthorized: verify,
    verifyIdentity: mode === 'verify-identity',
    ...(ca === undefined ? {} : { ca: pem('serverSslCert or trustCertificateKeyStoreUrl', ca) }),
    ...(certificate === undefined ? {} : { cert: pem('clientCertificate', certificate) }),
    ...(key === undefined ? {} : { key: pem('clientKey', key) }),
  }
}

const pem = (name: string, place: string): string => {
  if (place.startsWith('-----BEGIN')) return place
  const path = place.replace(/^file:(\/\/)?/, '')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError(`The file that ${name} names cannot be read: ${path}`, { cause })
  }
  if (text.includes('-----BEGIN')) return text
  throw new ConfigError(`${name} must name a PEM file; key stores (JKS, PKCS12) have to be converted: ${path}`)
}
