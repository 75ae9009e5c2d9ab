import { defineConfig, type RawConfig } from './define.ts'
import { withPrefix } from './prefix.ts'
import { listWithoutBlanksAndDuplicates, oneOf } from './validators.ts'

const TLS = 'TLS'

/** TLS of clients and of HTTPS listeners. */
export const sslConfig = defineConfig({
  'ssl.protocol': {
    type: 'string',
    default: 'TLSv1.3',
    importance: 'medium',
    doc: 'Newest TLS version to use.',
    group: TLS,
  },
  'ssl.provider': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Name of a JVM security provider. Accepted; without effect here.',
    group: TLS,
  },
  'ssl.cipher.suites': {
    type: 'list',
    default: [],
    validator: listWithoutBlanksAndDuplicates,
    importance: 'low',
    doc: 'Cipher suites to allow. Empty: those that the TLS library prefers.',
    group: TLS,
  },
  'ssl.enabled.protocols': {
    type: 'list',
    default: ['TLSv1.2', 'TLSv1.3'],
    validator: listWithoutBlanksAndDuplicates,
    importance: 'medium',
    doc: 'TLS versions to allow.',
    group: TLS,
  },
  'ssl.keystore.type': {
    type: 'string',
    default: 'JKS',
    importance: 'medium',
    doc: 'Format of the key store: `JKS`, `PKCS12` or `PEM`.',
    group: TLS,
  },
  'ssl.keystore.location': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'File with the own certificate and key.',
    group: TLS,
  },
  'ssl.keystore.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of that file.',
    group: TLS,
  },
  'ssl.key.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of the private key in the key store or in `ssl.keystore.key`.',
    group: TLS,
  },
  'ssl.keystore.key': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'The private key itself as PEM text (PKCS#8), with `ssl.keystore.type=PEM`.',
    group: TLS,
  },
  'ssl.keystore.certificate.chain': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'The certificate chain itself as PEM text, with `ssl.keystore.type=PEM`.',
    group: TLS,
  },
  'ssl.truststore.type': {
    type: 'string',
    default: 'JKS',
    importance: 'medium',
    doc: 'Format of the trust store: `JKS`, `PKCS12` or `PEM`.',
    group: TLS,
  },
  'ssl.truststore.location': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'File with the certificates to trust. The system trusts decide when not set.',
    group: TLS,
  },
  'ssl.truststore.password': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'Password of that file.',
    group: TLS,
  },
  'ssl.truststore.certificates': {
    type: 'password',
    default: null,
    importance: 'high',
    doc: 'The certificates to trust themselves as PEM text, with `ssl.truststore.type=PEM`.',
    group: TLS,
  },
  'ssl.keymanager.algorithm': {
    type: 'string',
    default: 'SunX509',
    importance: 'low',
    doc: 'Key manager of the JVM. Accepted; without effect here.',
    group: TLS,
  },
  'ssl.trustmanager.algorithm': {
    type: 'string',
    default: 'PKIX',
    importance: 'low',
    doc: 'Trust manager of the JVM. Accepted; without effect here.',
    group: TLS,
  },
  'ssl.endpoint.identification.algorithm': {
    type: 'string',
    default: 'https',
    importance: 'low',
    doc: 'How a server name is compared with its certificate. Empty: not at all.',
    group: TLS,
  },
  'ssl.secure.random.implementation': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Random generator of the JVM. Accepted; without effect here.',
    group: TLS,
  },
  'ssl.engine.factory.class': {
    type: 'class',
    default: null,
    importance: 'low',
    doc: 'JVM class that makes TLS engines. Not supported here.',
    group: TLS,
  },
  'ssl.client.auth': {
    type: 'string',
    default: 'none',
    validator: oneOf('required', 'requested', 'none'),
    importance: 'low',
    doc: 'Whether HTTPS listeners ask clients for a certificate: `required`, `requested` or `none`.',
    group: TLS,
  },
})

/**
 * TLS settings of HTTPS listeners: all from under the prefix as soon as one key stands there, else all without prefix.
 *
 * @param prefix `listeners.https.` or `admin.listeners.https.`
 */
export const listenerSslSettings = (raw: RawConfig, prefix: string): RawConfig => {
  const own = withPrefix(raw, prefix)
  if (Object.keys(own).length > 0) return own
  return Object.fromEntries(Object.entries(raw).filter(([key]) => Object.hasOwn(sslConfig, key)))
}
