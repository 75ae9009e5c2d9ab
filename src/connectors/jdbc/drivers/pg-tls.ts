import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { ConfigError } from '../../../plugin/errors.ts'

export type PgProperty = (name: string) => string | undefined

export type PgSslMode = (typeof MODES)[number]

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** What pgjdbc reads of `sslmode` and, without it, of `ssl`. @throws ConfigError */
export const pgSslMode = (property: PgProperty): PgSslMode => {
  const text = property('sslmode')
  const ssl = property('ssl')
  if (text === undefined) return ssl === undefined || ssl === 'false' ? 'prefer' : 'verify-full'
  const mode = MODES.find((each) => each === text)
  if (mode !== undefined) return mode
  throw new ConfigError(`Invalid sslmode value: ${text}; it may be ${MODES.join(', ')}`)
}

const OWN_FACTORIES = ['org.postgresql.ssl.LibPQFactory', 'org.postgresql.ssl.jdbc4.LibPQFactory']
const TRUSTING = 'org.postgresql.ssl.NonValidatingFactory'
const DEFAULT_STORE = 'org.postgresql.ssl.DefaultJavaSSLFactory'

/** What to check of the server, and what to show it, as pgjdbc's parameters say. @throws ConfigError */
export const pgTlsOptions = (mode: PgSslMode, property: PgProperty): ConnectionOptions => {
  const factory = property('sslfactory') ?? OWN_FACTORIES[0]
  const verifyName = mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }
  if (factory === TRUSTING) return { rejectUnauthorized: false }
  if (factory === DEFAULT_STORE) return { rejectUnauthorized: true, ...verifyName }
  if (!OWN_FACTORIES.includes(factory as string)) {
    const known = [...OWN_FACTORIES.slice(0, 1), TRUSTING, DEFAULT_STORE].join(', ')
    throw new ConfigError(`sslfactory names a Java class that has no counterpart here: ${factory}; known are ${known}`)
  }
  const verify = mode === 'verify-ca' || mode === 'verify-full'
  const root = verify ? (property('sslrootcert') ?? ownFile('root.crt')) : undefined
  return {
    rejectUnauthorized: verify,
    ...verifyName,
    ...(root === undefined ? {} : { ca: read('sslrootcert', root) }),
    ...ownCertificate(property),
  }
}

/** The user's own file, where libpq and pgjdbc look for it; undefined: there is none. */
const ownFile = (name: string): string | undefined => {
  const path = join(homedir(), '.postgresql', name)
  return existsSync(path) ? path : undefined
}

const ownCertificate = (property: PgProperty): ConnectionOptions => {
  const certificate = property('sslcert') ?? ownFile('postgresql.crt')
  const key = property('sslkey') ?? ownFile('postgresql.pk8')
  const password = property('sslpassword')
  if (key !== undefined && /\.(p12|pfx)$/i.test(key)) {
    return { pfx: read('sslkey', key), ...(password === undefined ? {} : { passphrase: password }) }
  }
  return {
    ...(certificate === undefined || certificate === '' ? {} : { cert: read('sslcert', certificate) }),
    ...(key === undefined || key === '' ? {} : { key: privateKey(key, password) }),
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
