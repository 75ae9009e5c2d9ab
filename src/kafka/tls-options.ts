import { readFileSync } from 'node:fs'
import type { ConnectionOptions, SecureVersion } from 'node:tls'
import type { ConfigOf, ConfigProblem, Password } from '../config/define.ts'
import { readFailure } from '../config/text-file.ts'
import { opensslCipherName } from './cipher-names.ts'
import type { SSL_KEYS } from './client-keys.ts'
import { JKS_MAGIC, readJks } from './jks.ts'
import type { KeyStoreContents, KeyStorePasswords } from './key-store.ts'
import { certificatesIn, pemOf, privateKeysIn } from './pem.ts'
import { readPkcs12 } from './pkcs12.ts'

export type SslValues = ConfigOf<typeof SSL_KEYS>

/** Node's TLS options for Java's `ssl.` settings. Reads the store files now; what is wrong is added to `problems`. */
export const tlsOptions = (values: SslValues, problems: ConfigProblem[]): ConnectionOptions => {
  const attempt = <T>(key: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      problems.push({ key, value: null, message: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }
  return {
    ...attempt(`ssl.truststore.${values['ssl.truststore.certificates'] === null ? 'location' : 'certificates'}`, () =>
      trusted(values),
    ),
    ...attempt(`ssl.keystore.${values['ssl.keystore.key'] === null ? 'location' : 'key'}`, () => ownIdentity(values)),
    ...attempt('ssl.enabled.protocols', () => versions(values)),
    ...attempt('ssl.cipher.suites', () => ciphers(values['ssl.cipher.suites'] ?? [])),
    ...(values['ssl.endpoint.identification.algorithm'] ? {} : { checkServerIdentity: () => undefined }),
  }
}

const trusted = (values: SslValues): ConnectionOptions => {
  const type = values['ssl.truststore.type'] ?? 'JKS'
  const inline = values['ssl.truststore.certificates']
  const location = values['ssl.truststore.location']
  if (inline !== null) {
    requirePem('SSL trust store certs', 'trust store', type)
    if (location !== null) throw new Error('Both SSL trust store location and trust certs are specified.')
    return { ca: certificatesIn(inline.value) }
  }
  if (location === null) return {} // Node's own, as the JVM takes its own
  if (isPem(type)) return { ca: fromFile(location, type, (file) => certificatesIn(file.toString())) }
  const { keys, certificates } = fromFile(location, type, (file) =>
    readStore(file, type, { store: secretOf(values['ssl.truststore.password']), key: null }),
  )
  const ca = [...certificates, ...keys.flatMap(({ chain }) => chain.slice(0, 1))]
  if (ca.length === 0) throw new Error(`SSL trust store ${location} holds no certificate`)
  return { ca: ca.map((der) => pemOf('CERTIFICATE', der)) }
}

const ownIdentity = (values: SslValues): ConnectionOptions => {
  const type = values['ssl.keystore.type'] ?? 'JKS'
  const key = values['ssl.keystore.key']
  const chain = values['ssl.keystore.certificate.chain']
  const location = values['ssl.keystore.location']
  const keyPassword = secretOf(values['ssl.key.password'])
  if (key !== null || chain !== null) {
    requirePem('SSL private key', 'key store', type)
    if (location !== null) throw new Error('Both SSL key store location and separate private key are specified.')
    if (key === null) throw new Error('SSL certificate chain is specified, but private key is not specified.')
    if (chain === null) throw new Error('SSL private key is specified, but certificate chain is not specified.')
    return pemIdentity(key.value, chain.value, keyPassword)
  }
  if (location === null) return {}
  if (isPem(type)) {
    return fromFile(location, type, (file) => pemIdentity(file.toString(), file.toString(), keyPassword))
  }
  const store = secretOf(values['ssl.keystore.password'])
  if (store === null) throw new Error('SSL key store is specified, but key store password is not specified.')
  const [entry] = fromFile(location, type, (file) => readStore(file, type, { store, key: keyPassword }).keys)
  if (entry === undefined) throw new Error(`SSL key store ${location} holds no private key`)
  return {
    key: pemOf('PRIVATE KEY', entry.key),
    cert: entry.chain.map((der) => pemOf('CERTIFICATE', der)).join(''),
  }
}

const pemIdentity = (keyText: string, chainText: string, password: string | null): ConnectionOptions => ({
  key: privateKeysIn(keyText)[0]!,
  cert: certificatesIn(chainText).join(''),
  ...(password !== null && { passphrase: password }),
})

const secretOf = (password: Password | null): string | null => password?.value ?? null

const isPem = (type: string): boolean => type.toUpperCase() === 'PEM'

const requirePem = (what: string, store: string, type: string): void => {
  if (!isPem(type)) throw new Error(`${what} can be specified only for PEM, but ${store} type is ${type}.`)
}

const fromFile = <T>(location: string, type: string, read: (file: Buffer) => T): T => {
  try {
    return read(readFileSync(location))
  } catch (cause) {
    const reason = cause instanceof Error && !('syscall' in cause) ? cause.message : readFailure(cause)
    throw new Error(`Failed to load SSL keystore ${location} of type ${type}: ${reason}`, { cause })
  }
}

/** As the JVM, reads either format under either name. */
const readStore = (file: Buffer, type: string, passwords: KeyStorePasswords): KeyStoreContents => {
  if (!/^(JKS|PKCS12)$/i.test(type)) {
    throw new Error(
      `this type is not supported; use JKS, PKCS12 or PEM (keytool -importkeystore -deststoretype PKCS12 converts)`,
    )
  }
  if (file.length >= 4 && file.readUInt32BE(0) === JKS_MAGIC) return readJks(file, passwords)
  if (file[0] === 0x30) return readPkcs12(file, passwords)
  throw new Error('the file is neither JKS nor PKCS12')
}

const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

const versions = (values: SslValues): ConnectionOptions => {
  const enabled = values['ssl.enabled.protocols'] ?? []
  if (enabled.length === 0) return {}
  const known = VERSIONS.filter((version) => enabled.includes(version))
  const [min, max] = [known[0], known.at(-1)]
  if (min === undefined || max === undefined) {
    throw new Error(
      `Invalid value ${enabled.join(',')} for configuration ssl.enabled.protocols: known are ${VERSIONS.join(', ')}`,
    )
  }
  return { minVersion: min, maxVersion: max }
}

const ciphers = (names: readonly string[]): ConnectionOptions => {
  if (names.length === 0) return {}
  return {
    ciphers: names
      .map((name) => {
        const found = opensslCipherName(name)
        if (found !== undefined) return found
        throw new Error(`Invalid value ${name} for configuration ssl.cipher.suites: Unsupported CipherSuite: ${name}`)
      })
      .join(':'),
  }
}
