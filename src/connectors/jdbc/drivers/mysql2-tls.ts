import { readFileSync } from 'node:fs'
import type { SslOptions } from 'mysql2'
import { ConfigError } from '../../../plugin/errors.ts'

/** The first of these properties that is given. */
export type MysqlProperty = (...names: readonly string[]) => string | undefined

export type MysqlSslMode = 'disabled' | 'preferred' | 'required' | 'verify-ca' | 'verify-identity'

/** The names of MySQL's driver, then those of MariaDB's. */
const MODES: ReadonlyMap<string, MysqlSslMode> = new Map([
  ['disabled', 'disabled'],
  ['preferred', 'preferred'],
  ['required', 'required'],
  ['verify-ca', 'verify-ca'],
  ['verify-identity', 'verify-identity'],
  ['disable', 'disabled'],
  ['trust', 'required'],
  ['verify-full', 'verify-identity'],
  ['false', 'disabled'],
  ['true', 'verify-identity'],
  ['0', 'disabled'],
  ['1', 'verify-identity'],
])

/** What MySQL's Connector/J, or MariaDB's, reads of `sslMode` and, without it, of the older parameters. @throws ConfigError */
export const mysqlSslMode = (subprotocol: string, property: MysqlProperty): MysqlSslMode => {
  const text = property('sslMode')
  if (text !== undefined && text !== '') {
    const mode = MODES.get(text.toLowerCase().replaceAll('_', '-'))
    if (mode !== undefined) return mode
    throw new ConfigError(`Invalid sslMode value: ${text}; it may be ${[...MODES.keys()].slice(0, 8).join(', ')}`)
  }
  const use = property('useSSL', 'useSsl')
  if (use === 'false' || use === '0') return 'disabled'
  if (subprotocol === 'mariadb') {
    // Encrypted where the server can, although MariaDB's driver is not without being told
    if (use === undefined) return 'preferred'
    if (isTrue(property('trustServerCertificate'))) return 'required'
    return isTrue(property('disableSslHostnameVerification')) ? 'verify-ca' : 'verify-identity'
  }
  if (isTrue(property('verifyServerCertificate'))) return 'verify-ca'
  return isTrue(property('requireSSL')) ? 'required' : 'preferred'
}

const isTrue = (text: string | undefined): boolean => text === '' || text === '1' || text?.toLowerCase() === 'true'

/** What to check of the server, and what to show it. @throws ConfigError */
export const mysqlTlsOptions = (mode: MysqlSslMode, property: MysqlProperty): SslOptions => {
  const ca = property('serverSslCert', 'trustStore', 'trustCertificateKeyStoreUrl')
  const certificate = property('clientCertificate', 'clientCertificateKeyStoreUrl', 'keyStore')
  const key = property('clientKey') ?? certificate
  const password = property('keyPassword', 'keyStorePassword', 'clientCertificateKeyStorePassword')
  return {
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-identity',
    verifyIdentity: mode === 'verify-identity',
    ...(ca === undefined ? {} : { ca: pem('serverSslCert, trustStore or trustCertificateKeyStoreUrl', ca) }),
    ...(certificate === undefined ? {} : { cert: pem('keyStore or clientCertificateKeyStoreUrl', certificate) }),
    ...(key === undefined ? {} : { key: pem('keyStore or clientCertificateKeyStoreUrl', key) }),
    ...(password === undefined ? {} : { passphrase: password }),
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
